/** Certificates of servers, signed by an authority of their own. */
import { ecdsaKeyPair, issueCertificate, type Names } from "../../src/lib/signing/issue.ts";
import { privateKeyFrom } from "../../src/lib/signing/p256.ts";
import { pemBlocks } from "../../src/lib/signing/pem.ts";
import { sha256 } from "../../src/lib/signing/sha256.ts";
import { parseCertificate } from "../../src/lib/signing/x509.ts";

const DAY_MS = 24 * 3600_000;

export interface ServerCertificate {
  authority: string;
  certificate: string;
  key: string;
}

/** Valid for a day from `nowMs` minus a minute. `seed` makes the keys. */
export function serverCertificate(seed: string, names: Names, nowMs: number): ServerCertificate {
  const bytes = (text: string) => sha256(new TextEncoder().encode(`${seed}/${text}`));
  const [root, own] = ["authority", "server"].map((name) => ecdsaKeyPair(privateKeyFrom(bytes(name)))) as [
    ReturnType<typeof ecdsaKeyPair>,
    ReturnType<typeof ecdsaKeyPair>,
  ];
  const validity = { notBeforeMs: nowMs - 60_000, notAfterMs: nowMs + DAY_MS };
  const authority = issueCertificate({
    ...validity,
    names: { commonName: "e2e-server-cert-ca" },
    publicKey: root.publicKey,
    signer: root.signer,
    isAuthority: true,
    usages: ["digital signature"],
    serial: bytes("root serial").subarray(0, 16),
  });
  const certificate = issueCertificate({
    ...validity,
    names,
    publicKey: own.publicKey,
    issuer: parseCertificate(pemBlocks(authority)[0]!.bytes).subject.whole,
    signer: root.signer,
    isAuthority: false,
    usages: ["digital signature", "key encipherment", "server auth"],
    serial: bytes("serial").subarray(0, 16),
  });
  return { authority, certificate, key: own.pem };
}
