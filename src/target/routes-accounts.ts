/** Routes that want to know who asks: log in with a password, prove it with a token or a cookie, log out. */
import { Buffer } from "node:buffer";
import { type Exchange, JSON_TYPE } from "./exchange.ts";

const COOKIE = "sid";

interface Credentials {
  readonly email: string;
  readonly password: string;
}

/** `POST /login`: a token in the answer, and the same as a cookie. */
export function login(exchange: Exchange): void {
  const credentials = credentialsOf(exchange);
  if (credentials === null) {
    answer(exchange, 400, { error: "expected email and password, as JSON or as a form" });
    return;
  }
  const once = exchange.params.has("once");
  const outcome = exchange.state.accounts.logIn(credentials.email, credentials.password, once);
  if ("refusal" in outcome) {
    answer(exchange, outcome.refusal === "wrong credentials" ? 401 : 409, { error: outcome.refusal });
    return;
  }
  const { token } = outcome;
  answer(exchange, 200, { status: "ok", token }, { "set-cookie": `${COOKIE}=${token}; Path=/; HttpOnly` });
}

/** `/account`: who is logged in. */
export function account(exchange: Exchange): void {
  const email = exchange.state.accounts.nameOf(tokenOf(exchange));
  if (email === null) answer(exchange, 401, { error: "not logged in" });
  else answer(exchange, 200, { status: "ok", email });
}

/** `POST /logout`: the token is worth nothing from now on. */
export function logout(exchange: Exchange): void {
  const wasLoggedIn = exchange.state.accounts.logOut(tokenOf(exchange));
  if (wasLoggedIn) answer(exchange, 200, { status: "ok" }, { "set-cookie": `${COOKIE}=; Path=/; Max-Age=0` });
  else answer(exchange, 401, { error: "not logged in" });
}

function answer(
  exchange: Exchange,
  status: number,
  body: object,
  headers: Readonly<Record<string, string>> = {},
): void {
  exchange.answer(status, JSON_TYPE, `${JSON.stringify(body)}\n`, headers);
}

function credentialsOf({ body, carrier }: Exchange): Credentials | null {
  if (body === null) return null;
  const text = Buffer.from(body).toString("utf8");
  const fields = (carrier.headers["content-type"] ?? "").startsWith("application/x-www-form-urlencoded")
    ? Object.fromEntries(new URLSearchParams(text))
    : fieldsOf(text);
  const { email, password } = fields;
  return typeof email === "string" && typeof password === "string" ? { email, password } : null;
}

function fieldsOf(json: string): Readonly<Record<string, unknown>> {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === "object" && value !== null ? (value as Record<string, unknown>) : {};
  } catch {
    // No JSON is no credentials; the caller says so.
    return {};
  }
}

/** The token that a request carries: `Authorization: Bearer ..`, or the cookie. "" for none. */
function tokenOf({ carrier: { headers } }: Exchange): string {
  const bearer = /^Bearer (\S+)$/i.exec(headers.authorization ?? "");
  if (bearer !== null) return bearer[1]!;
  const cookie = new RegExp(`(?:^|; ?)${COOKIE}=([^;]*)`).exec(headers.cookie ?? "");
  return cookie === null ? "" : cookie[1]!;
}
