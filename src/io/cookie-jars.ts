/**
 * The cookies of the users of one shard, by the rules that browsers follow (RFC 6265): which cookie is taken from whom,
 * and which is sent where. A user has one jar for all targets, as a browser has, from its first cookie until it is gone.
 *
 * Cookies age by the wall clock, which only io knows. The library is loaded when a scenario has a target that wants it.
 */
import type { Cookie, CookieJar, MemoryCookieStore } from "tough-cookie";
import { COOKIES_PER_USER_MAX, SET_COOKIE_BYTES_MAX } from "../base/limits.ts";
import type { CookieJars } from "../model/ports.ts";
import type { Scenario } from "../model/scenario.ts";

/** Jars for the users of one shard; null when no target of the scenario keeps cookies. */
export async function openCookieJars(scenario: Scenario): Promise<CookieJars | null> {
  if (!scenario.targets.some((target) => target.cookies)) return null;
  const library = await import("tough-cookie");
  return new UserJars(library, scenario);
}

/** No cookie lives longer (RFC 6265bis 5.5). */
const AGE_SECONDS_MAX = 400 * 24 * 3600;

interface Jar {
  readonly cookies: CookieJar;
  readonly store: MemoryCookieStore;
  /** Cookies that it has at most: those when they were last counted, and all that came since. */
  countMax: number;
}

class UserJars implements CookieJars {
  readonly #library: typeof import("tough-cookie");
  /** By target: scheme and authority of its URLs. */
  readonly #origins: readonly string[];
  /** By place. */
  readonly #jars: (Jar | undefined)[] = [];

  constructor(library: typeof import("tough-cookie"), scenario: Scenario) {
    this.#library = library;
    this.#origins = scenario.targets.map(({ host, port, tls }) => {
      const name = host.includes(":") && !host.startsWith("[") ? `[${host}]` : host;
      return `${tls === null ? "http" : "https"}://${name}:${port}`;
    });
  }

  take(place: number, target: number, path: string, setCookie: readonly string[]): void {
    for (const field of setCookie) {
      const cookie = field.length > SET_COOKIE_BYTES_MAX ? null : this.#parse(field);
      if (cookie === null) continue;
      const jar = this.#jarOf(place);
      if (jar.countMax >= COOKIES_PER_USER_MAX) jar.countMax = countCookies(jar.store);
      if (jar.countMax >= COOKIES_PER_USER_MAX) jar.countMax = countCookies(jar.store);
      const isFull = jar.countMax >= COOKIES_PER_USER_MAX;
      // What may not be set from here is passed over, as browsers do.
      const set = jar.cookies.setCookieSync(cookie, this.#url(target, path), { ignoreError: true });
      if (!isFull) jar.countMax++;
      // In a full jar a cookie has a place only where it took that of an older one of its name, domain and path.
      else if (set !== undefined && countCookies(jar.store) > COOKIES_PER_USER_MAX) removeCookie(jar.store, set);
    }
  }

  header(place: number, target: number, path: string): string {
    const jar = this.#jars[place];
    return jar === undefined ? "" : jar.cookies.getCookieStringSync(this.#url(target, path));
  }

  forget(place: number): void {
    this.#jars[place] = undefined;
  }

  /** The cookie that a field sets; null for none. */
  #parse(field: string): Cookie | null {
    const cookie = this.#library.Cookie.parse(field, { loose: true });
    if (cookie === undefined || (cookie.key === "" && cookie.value === "")) return null;
    if (typeof cookie.maxAge === "number") {
      // An age ends at a moment (RFC 6265 5.2.2). Left as an age, the library counts it from when the cookie was last sent.
      const seconds = Math.min(cookie.maxAge, AGE_SECONDS_MAX);
      cookie.expires = new Date(seconds <= 0 ? 0 : Date.now() + seconds * 1_000);
      cookie.maxAge = null;
    }
    return cookie;
  }

  #jarOf(place: number): Jar {
    const known = this.#jars[place];
    if (known !== undefined) return known;
    const store = new this.#library.MemoryCookieStore();
    const jar = { cookies: new this.#library.CookieJar(store, { looseMode: true }), store, countMax: 0 };
    this.#jars[place] = jar;
    return jar;
  }

  /** The query has no say in which cookies are sent. */
  #url(target: number, path: string): string {
    const pathEnd = path.indexOf("?");
    const only = pathEnd < 0 ? path : path.slice(0, pathEnd);
    return `${this.#origins[target]!}${only.startsWith("/") ? only : "/"}`;
  }
}

/** Counts the cookies of a store, from which it takes those that have expired. */
function countCookies(store: MemoryCookieStore): number {
  const now = Date.now();
  let count = 0;
  store.getAllCookies((_error, cookies) => {
    for (const cookie of cookies ?? []) {
      if ((cookie.expiryTime() ?? Number.POSITIVE_INFINITY) > now) count++;
      else removeCookie(store, cookie);
    }
  });
  return count;
}

function removeCookie(store: MemoryCookieStore, { domain, path, key }: Cookie): void {
  void store.removeCookie(domain ?? "", path ?? "", key);
}
