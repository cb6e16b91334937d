/**
 * Users with passwords, and who is logged in. There is no list of users: any name is one, and its password follows from
 * it, so that a test can have as many users as it likes.
 *
 *   password(name) = the first 12 hex digits of SHA-256(name)
 */
import { createHash, randomBytes } from "node:crypto";

export type Refusal = "wrong credentials" | "logged in already" | "credentials used before";

export class Accounts {
  /** Who is logged in, by token. */
  readonly #names = new Map<string, string>();
  readonly #loggedIn = new Set<string>();
  readonly #everSeen = new Set<string>();

  /**
   * A token for whoever names the right password and is not logged in.
   * @param once also refuse credentials that have been used before, ever.
   */
  logIn(name: string, password: string, once: boolean): { readonly token: string } | { readonly refusal: Refusal } {
    if (name === "" || password !== passwordOf(name)) return { refusal: "wrong credentials" };
    if (this.#loggedIn.has(name)) return { refusal: "logged in already" };
    if (once && this.#everSeen.has(name)) return { refusal: "credentials used before" };
    const token = randomBytes(16).toString("hex");
    this.#names.set(token, name);
    this.#loggedIn.add(name);
    this.#everSeen.add(name);
    return { token };
  }

  /** Whose token it is; null for nobody's. */
  nameOf(token: string): string | null {
    return this.#names.get(token) ?? null;
  }

  /** Whether the token was somebody's; it is nobody's from now on. */
  logOut(token: string): boolean {
    const name = this.#names.get(token);
    if (name === undefined) return false;
    this.#names.delete(token);
    this.#loggedIn.delete(name);
    return true;
  }
}

/** The password of a user. */
export function passwordOf(name: string): string {
  return createHash("sha256").update(name).digest("hex").slice(0, 12);
}
