/** What the tests need of a server that speaks HTTP/2, whoever made it. */
import type { RequestCounts } from "./request-counts.ts";
import type { TlsFiles } from "./tls-files.ts";
import type { UploadBackend } from "./upload-backend.ts";

/** What a GET of / is answered with. */
export const SMALL_BODY = "hello world\n";
/** A POST to this is read to its end, then answered. */
export const UPLOAD_PATH = "/upload";

export interface Http2Server {
  readonly url: string;
  /** Requests over HTTP/2 that it served, as it says itself; only complete after `stop`. */
  requestsCounted(): RequestCounts;
  /** Bytes of request bodies that arrived, at the server or at the backend behind it; only complete after `stop`. */
  uploadedBytes(): number;
  /** Ends it, unless it has ended. */
  stop(): Promise<void>;
}

export interface Http2ServerOptions {
  /** Where its files are. */
  readonly folder: string;
  /** HTTP/2 over TLS by ALPN; null: by prior knowledge. */
  readonly tls: TlsFiles | null;
  /** The server to which one that is a proxy hands the uploads on. */
  readonly backend: UploadBackend;
}

/** A kind of server. */
export interface Http2ServerKind {
  readonly name: string;
  readonly isInstalled: boolean;
  /** Whether with TLS: how it is tested when time is short. */
  readonly shortRuns: readonly boolean[];
  start(options: Http2ServerOptions): Promise<Http2Server>;
}

export function localUrl(port: number, isTls: boolean): string {
  return `${isTls ? "https" : "http"}://127.0.0.1:${port}`;
}
