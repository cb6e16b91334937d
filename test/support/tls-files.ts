/** A new self-signed certificate as the files that servers want. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { makeCertificate } from "../../src/target/certificate.ts";

export interface TlsFiles {
  readonly certificate: string;
  readonly key: string;
  /** Certificate and key in one. */
  readonly both: string;
}

export async function writeTlsFiles(folder: string): Promise<TlsFiles> {
  const { certPem, keyPem } = await makeCertificate();
  const files = { certificate: join(folder, "cert.pem"), key: join(folder, "key.pem"), both: join(folder, "both.pem") };
  writeFileSync(files.certificate, certPem);
  writeFileSync(files.key, keyPem);
  writeFileSync(files.both, certPem + keyPem);
  return files;
}
