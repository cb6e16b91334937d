import { X509Certificate } from "node:crypto";
import { request } from "node:https";
import { connect, type TLSSocket } from "node:tls";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunningTarget, startTarget } from "./server.ts";

let target: RunningTarget;
beforeAll(async () => {
  target = await startTarget({ tls: true });
});
afterAll(() => target.close());

test("the certificate is for localhost, from yesterday, for a year", () => {
  const certificate = new X509Certificate(target.certificatePem!);
  expect(certificate.subject).toBe("CN=localhost");
  expect(certificate.subjectAltName).toBe("DNS:localhost, IP Address:127.0.0.1, IP Address:0:0:0:0:0:0:0:1");
  const fromMs = Date.parse(certificate.validFrom);
  expect(Math.abs(Date.now() - 24 * 3600 * 1000 - fromMs)).toBeLessThan(60_000);
  expect(Date.parse(certificate.validTo) - fromMs).toBe(365 * 24 * 3600 * 1000);
  expect(certificate.verify(certificate.publicKey)).toBe(true);
});

test.each(["localhost", "127.0.0.1"])(
  "a client that trusts the certificate verifies the server as %s",
  async (name) => {
    const status = await new Promise<number | undefined>((resolve, reject) => {
      const options = { agent: false, ca: target.certificatePem!, host: target.host, port: target.port };
      const servername = name === "localhost" ? { servername: name, headers: { host: name } } : {};
      request({ ...options, ...servername }, (response) => {
        response.resume().on("end", () => resolve(response.statusCode));
      })
        .on("error", reject)
        .end();
    });
    expect(status).toBe(200);
  },
);

test("a client that does not trust the certificate refuses the server", async () => {
  const code = await new Promise((resolve) => {
    connect({ host: target.host, port: target.port }).on("error", (error: NodeJS.ErrnoException) =>
      resolve(error.code),
    );
  });
  expect(code).toBe("DEPTH_ZERO_SELF_SIGNED_CERT");
});

test("under TLS too, /drop resets the connection and bytes are counted decrypted", async () => {
  const before = target.stats();
  const sent = "GET /drop HTTP/1.1\r\nHost: localhost\r\n\r\n";
  const code = await new Promise((resolve) => {
    const socket: TLSSocket = connect({ host: target.host, port: target.port, ca: target.certificatePem! }, () =>
      socket.write(sent),
    );
    socket.on("error", (error: NodeJS.ErrnoException) => resolve(error.code));
  });
  expect(code).toBe("ECONNRESET");
  const after = target.stats();
  expect(after.requests.dropped_before - before.requests.dropped_before).toBe(1);
  expect(after.bytes_in - before.bytes_in).toBe(sent.length);
});
