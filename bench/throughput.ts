/** What is compared with whom as to requests per second: HTTP/1.1, HTTP/2, and HTTP/1.1 over TLS. */
import { http1Clients, http2Clients, type Load, tlsClients } from "./clients.ts";
import { type BenchReport, compare } from "./comparison.ts";
import { nghttpd, nginx, nginxTls } from "./servers.ts";

/** HTTP/1.1. Needs nginx. */
export function compareThroughput(load: Load, rounds: number): Promise<BenchReport> {
  return compare({ title: "HTTP/1.1", server: nginx, clients: http1Clients() }, load, rounds);
}

/** HTTP/2 with prior knowledge. Needs nghttpd. */
export function compareHttp2(load: Load, rounds: number): Promise<BenchReport> {
  return compare({ title: "HTTP/2", server: nghttpd, clients: http2Clients() }, load, rounds);
}

/** HTTP/1.1 over TLS, and what TLS costs. Needs nginx. */
export function compareTls(load: Load, rounds: number): Promise<BenchReport> {
  return compare({ title: "HTTP/1.1 over TLS", server: nginxTls, clients: tlsClients() }, load, rounds);
}
