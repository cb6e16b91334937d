/**
 * Names to addresses. Each target is resolved by the first connection that needs it and again after RESOLUTION_TTL_NS;
 * connections that come meanwhile share the answer. They start at successive addresses, so that a name with several
 * servers loads them all; an address that refuses while another accepts is left out until the next resolution.
 */
import { lookup } from "node:dns";
import { isIP } from "node:net";
import { RESOLUTION_TTL_NS } from "../base/limits.ts";
import type { SystemError } from "./failures.ts";

export type Resolution = { readonly addresses: readonly string[] } | { readonly error: SystemError };

export class Resolver {
  readonly #host: string;
  readonly #clock: () => number;
  readonly #resolved: (addresses: number, dnsNs: number) => void;
  #addresses: string[] = [];
  #validUntilNs = 0;
  #next = 0;
  #waiting: ((resolution: Resolution) => void)[] | null = null;

  /** @param resolved told of each resolution: the number of addresses, and the ns that it took. */
  constructor(host: string, clock: () => number, resolved: (addresses: number, dnsNs: number) => void) {
    this.#host = host;
    this.#clock = clock;
    this.#resolved = resolved;
    if (isIP(host) !== 0) {
      this.#addresses = [host];
      this.#validUntilNs = Number.POSITIVE_INFINITY;
    }
  }

  /** The addresses to try, in order. `done` is called at once when they are known, else when the answer is there. */
  resolve(done: (resolution: Resolution) => void): void {
    if (this.#clock() < this.#validUntilNs) {
      done({ addresses: this.#rotated() });
    } else if (this.#waiting !== null) {
      this.#waiting.push(done);
    } else {
      this.#waiting = [done];
      this.#ask();
    }
  }

  /** An address did not accept a connection that another one accepted. */
  leaveOut(address: string): void {
    if (this.#addresses.length > 1) this.#addresses = this.#addresses.filter((other) => other !== address);
  }

  #ask(): void {
    const askedAtNs = this.#clock();
    lookup(this.#host, { all: true, order: "verbatim" }, (error, found) => {
      const nowNs = this.#clock();
      const waiting = this.#waiting ?? [];
      this.#waiting = null;
      if (error !== null) {
        for (const done of waiting) done({ error });
        return;
      }
      this.#addresses = found.map(({ address }) => address);
      this.#validUntilNs = nowNs + RESOLUTION_TTL_NS;
      this.#resolved(this.#addresses.length, nowNs - askedAtNs);
      for (const done of waiting) done({ addresses: this.#rotated() });
    });
  }

  #rotated(): string[] {
    const from = this.#next++ % this.#addresses.length;
    return [...this.#addresses.slice(from), ...this.#addresses.slice(0, from)];
  }
}
