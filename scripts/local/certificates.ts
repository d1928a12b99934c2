/**
 * A certificate authority of this machine, and a server certificate for the loopback names. kubectl sends no
 * credentials over plain http, so a local server needs TLS. Only the kubeconfig trusts the authority.
 */
import "reflect-metadata"; // @peculiar/x509 needs it before it is loaded
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import * as x509 from "@peculiar/x509";
import { writePrivateFile } from "./private-files.ts";

const ALGORITHM = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
const DAY_MS = 24 * 3600 * 1000;
const AUTHORITY_DAYS = 3650;
const SERVER_DAYS = 397;
/** A server certificate that expires sooner than this is renewed at the next start. */
const RENEW_BEFORE_DAYS = 60;

export interface Certificates {
  /** The authority's certificate, which clients trust. */
  authorityPem: string;
  serverPem: string;
  serverKeyPem: string;
}

/** Where the pieces are kept, readable by the owner alone. */
const FILES = { authority: "ca.pem", authorityKey: "ca-key.pem", server: "server.pem", serverKey: "server-key.pem" };

/** The folder's certificates: created at the first start and kept; the server's certificate is renewed in time. */
export async function loadOrCreateCertificates(folder: string, now: Date): Promise<Certificates> {
  const authority = (await readAuthority(folder)) ?? (await createAuthority(folder, now));
  const authorityPem = authority.certificate.toString("pem");
  const stored = await readServer(folder);
  const goodUntil = new Date(now.getTime() + RENEW_BEFORE_DAYS * DAY_MS);
  if (stored && stored.certificate.notAfter > goodUntil && (await isSignedBy(stored.certificate, authority))) {
    return { authorityPem, serverPem: stored.serverPem, serverKeyPem: stored.serverKeyPem };
  }
  const server = await createServer(authority, now);
  await writePrivateFile(join(folder, FILES.serverKey), server.serverKeyPem);
  await writePrivateFile(join(folder, FILES.server), server.serverPem);
  return { authorityPem, ...server };
}

/** Certificates for one run, kept nowhere. */
export async function createCertificates(now: Date): Promise<Certificates> {
  const authority = await generateAuthority(now);
  return { authorityPem: authority.certificate.toString("pem"), ...(await createServer(authority, now)) };
}

interface Authority {
  certificate: x509.X509Certificate;
  privateKey: CryptoKey;
}

async function createAuthority(folder: string, now: Date): Promise<Authority> {
  const authority = await generateAuthority(now);
  // The key is written first: a certificate without its key would be found at the next start and be useless.
  await writePrivateFile(join(folder, FILES.authorityKey), await exportKey(authority.privateKey));
  await writePrivateFile(join(folder, FILES.authority), authority.certificate.toString("pem"));
  return authority;
}

async function generateAuthority(now: Date): Promise<Authority> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.createSelfSigned({
    serialNumber: serialNumber(),
    name: "CN=Sandbar local authority",
    ...validity(now, AUTHORITY_DAYS),
    keys,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(true, 0, true),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.keyCertSign | x509.KeyUsageFlags.cRLSign, true),
      await x509.SubjectKeyIdentifierExtension.create(keys.publicKey, false),
    ],
  });
  return { certificate, privateKey: keys.privateKey };
}

async function createServer(authority: Authority, now: Date): Promise<Omit<Certificates, "authorityPem">> {
  const keys = await generateKeys();
  const certificate = await x509.X509CertificateGenerator.create({
    serialNumber: serialNumber(),
    subject: "CN=localhost",
    issuer: authority.certificate.subject,
    ...validity(now, SERVER_DAYS),
    publicKey: keys.publicKey,
    signingKey: authority.privateKey,
    signingAlgorithm: ALGORITHM,
    extensions: [
      new x509.BasicConstraintsExtension(false, undefined, true),
      new x509.SubjectAlternativeNameExtension([
        { type: "dns", value: "localhost" },
        { type: "ip", value: "127.0.0.1" },
        { type: "ip", value: "::1" },
      ]),
      new x509.KeyUsagesExtension(x509.KeyUsageFlags.digitalSignature, true),
      new x509.ExtendedKeyUsageExtension([x509.ExtendedKeyUsage.serverAuth]),
      await x509.AuthorityKeyIdentifierExtension.create(authority.certificate, false),
    ],
  });
  return { serverPem: certificate.toString("pem"), serverKeyPem: await exportKey(keys.privateKey) };
}

async function readAuthority(folder: string): Promise<Authority | null> {
  const [pem, keyPem] = await Promise.all([readText(folder, FILES.authority), readText(folder, FILES.authorityKey)]);
  if (pem === null || keyPem === null) return null;
  const [key] = x509.PemConverter.decode(keyPem);
  if (!key) return null;
  const privateKey = await crypto.subtle.importKey("pkcs8", key, ALGORITHM, true, ["sign"]);
  return { certificate: new x509.X509Certificate(pem), privateKey };
}

async function readServer(folder: string) {
  const [serverPem, serverKeyPem] = await Promise.all([
    readText(folder, FILES.server),
    readText(folder, FILES.serverKey),
  ]);
  if (serverPem === null || serverKeyPem === null) return null;
  return { serverPem, serverKeyPem, certificate: new x509.X509Certificate(serverPem) };
}

async function isSignedBy(certificate: x509.X509Certificate, authority: Authority): Promise<boolean> {
  return await certificate.verify({ publicKey: authority.certificate.publicKey, signatureOnly: true });
}

async function readText(folder: string, name: string): Promise<string | null> {
  return await readFile(join(folder, name), "utf8").catch(() => null);
}

async function generateKeys(): Promise<CryptoKeyPair> {
  return (await crypto.subtle.generateKey(ALGORITHM, true, ["sign", "verify"])) as CryptoKeyPair;
}

async function exportKey(key: CryptoKey): Promise<string> {
  return x509.PemConverter.encode((await crypto.subtle.exportKey("pkcs8", key)) as ArrayBuffer, "PRIVATE KEY");
}

/** From a day ago, because clocks differ. */
function validity(now: Date, days: number): { notBefore: Date; notAfter: Date } {
  return { notBefore: new Date(now.getTime() - DAY_MS), notAfter: new Date(now.getTime() + days * DAY_MS) };
}

function serialNumber(): string {
  return Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString("hex");
}
