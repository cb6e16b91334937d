/** What the tests need of a server that speaks HTTP/2, whoever made it. */
import type { RequestCounts } from "./request-counts.ts";
import type { TlsFiles } from "./tls-files.ts";

/** A GET of this is answered with 12 bytes. */
export const SMALL_PATH = "/small.txt";
/** A POST to this is read to its end, then answered. */
export const UPLOAD_PATH = "/upload";

export const SMALL_BODY = "hello world\n";

export interface Http2Server {
  readonly url: string;
  /** Requests over HTTP/2 that it served, as it says itself; only complete after `stop`. */
  requestsCounted(): RequestCounts;
  stop(): Promise<void>;
}

export interface Http2ServerOptions {
  /** Where its files are. */
  readonly folder: string;
  /** HTTP/2 over TLS by ALPN; without, by prior knowledge. */
  readonly tls: TlsFiles | null;
  /** URL of an HTTP/1.1 server to which a proxy hands the uploads on. */
  readonly backendUrl: string;
}

/** A kind of server. */
export interface Http2ServerKind {
  readonly name: string;
  readonly isInstalled: boolean;
  /** Whether with TLS: how it is tested when time is short. */
  readonly shortRuns: readonly boolean[];
  start(options: Http2ServerOptions): Promise<Http2Server>;
}
