/** A token (RFC 9110 5.1), as a rule for texts of the file. */
export const HEADER_NAME = { regex: "^[!#$%&'*+.^_`|~0-9A-Za-z-]+$", says: "must be a header's name" } as const;
