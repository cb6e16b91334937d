/** The keys of `auth`, of a target or of a request: what becomes the header Authorization. */

export const AUTH_SHAPE = {
  kind: "table",
  doc: "Who sends: makes the header Authorization. A request's own takes the place of the target's.",
  anyOf: ["basic", "bearer"],
  excludes: [["basic", "bearer"]],
  keys: {
    basic: {
      kind: "table",
      doc: "User name and password (RFC 7617).",
      keys: {
        username: { kind: "text", required: true, doc: "The user's name; it may hold templates, but no colon." },
        password: { kind: "text", required: true, doc: "The password; it may hold templates." },
      },
    },
    bearer: { kind: "text", doc: "A token (RFC 6750); it may hold templates." },
  },
} as const;
