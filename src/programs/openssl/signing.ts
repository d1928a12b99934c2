/** What `req -x509` and `x509 -req` share: certificates are signed, with the extensions that openssl adds by itself. */
import { encodeCertificate, type Validity } from "../../lib/signing/certificate.ts";
import { type DerValue, partsOf } from "../../lib/signing/der.ts";
import { decodePublicKey, drawBytes, isSameKey, type PrivateKey, publicPart } from "../../lib/signing/keys.ts";
import { type DigestName, isSigningDigest, signerWith } from "../../lib/signing/private-key.ts";
import type { Certificate } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import { type Arguments, chargeKey, OpensslError } from "./arguments.ts";
import { type ExtensionContext, extensionFrom, extensionId } from "./extension-values.ts";
import { EXTENSION_IDS } from "./extensions.ts";

const DAY_MS = 24 * 3600_000;
const SERIAL_BYTES = 20;

export interface NewCertificate {
  subject: Uint8Array;
  key: DerValue;
  signingKey: PrivateKey;
  digest: DigestName;
  /** Absent: it signs itself. */
  issuer?: Certificate | undefined;
  serial: Uint8Array;
  validity: Validity;
  extensions: readonly Uint8Array[];
  context: ExtensionContext;
}

/** PEM. A certificate with extensions gets the identifiers of its key and its issuer, as since OpenSSL 3.0. */
export function signCertificate(call: Call, order: NewCertificate): string {
  const { subject, key, signingKey, digest, issuer, serial, validity, context } = order;
  const extensions = [...order.extensions];
  const has = (id: string) => extensions.some((each) => extensionId(each) === id);
  if (extensions.length > 0) {
    const add = (name: string, value: string) => {
      const made = extensionFrom(name, value, context);
      if (made) extensions.push(made);
    };
    if (!has(EXTENSION_IDS.subjectKeyIdentifier)) add("subjectKeyIdentifier", "hash");
    const isOwnKey = isKeyOf(key, signingKey);
    if (!isOwnKey && !has(EXTENSION_IDS.authorityKeyIdentifier)) add("authorityKeyIdentifier", "keyid");
  }
  chargeKey(call);
  return encodeCertificate({
    ...{ serial, issuer: issuer?.subject.whole ?? subject, signer: signerWith(signingKey, digest) },
    ...{ validity, subject, publicKey: key.whole, extensions },
  });
}

/** Whether this private key belongs to the public key. */
export function isKeyOf(info: DerValue, key: PrivateKey): boolean {
  const known = decodePublicKey(info);
  return known !== undefined && isSameKey(known, publicPart(key));
}

export function validityOf(call: Call, options: Arguments): Validity {
  const days = Number(options.value("days") ?? 30);
  if (!Number.isInteger(days)) throw new OpensslError(`Can't parse "${options.value("days")}" as a number\n`);
  // Times of certificates have seconds.
  const notBeforeMs = Math.floor(call.process.nowMs / 1000) * 1000;
  return { notBeforeMs, notAfterMs: notBeforeMs + days * DAY_MS };
}

export function digestOf({ others }: Arguments): DigestName {
  const name = others.findLast((each) => isSigningDigest(each));
  return name !== undefined && isSigningDigest(name) ? name : "sha256";
}

/** 20 random bytes; the first bit is 0, the second one 1, so the length is always the same. */
export function randomSerial(call: Call): Uint8Array {
  const bytes = drawBytes(SERIAL_BYTES, () => call.process.random());
  bytes[0] = (bytes[0]! & 0x3f) | 0x40;
  return bytes;
}

/** `12` or `0x0c`. @throws OpensslError */
export function serialFrom(text: string): Uint8Array {
  if (!/^(0x)?[\da-fA-F]+$/.test(text)) throw new OpensslError(`Unable to parse serial number ${text}\n`);
  const hex = (text.startsWith("0x") ? text.slice(2) : BigInt(text).toString(16)).replace(/^(.(..)*)$/, "0$1");
  return Uint8Array.from(hex.match(/../g) ?? ["00"], (pair) => Number.parseInt(pair, 16));
}

/** The extensions of a request, each as DER. */
export function requestedExtensions(extensions: DerValue | undefined): Uint8Array[] {
  return extensions ? partsOf(extensions).map(({ whole }) => whole) : [];
}
