/** X.509 certificates (RFC 5280): a cluster's own certificate authority, and the certificates that it signs. */
import type { CertificateRequest } from "./certificate-request.ts";
import { bitString, der, oid, sequence, TAG, tagged, time, unsigned, utf8 } from "./der.ts";
import { encodePoint, publicKeyOf, sign } from "./p256.ts";
import { pem } from "./pem.ts";
import { concatBytes, sha256 } from "./sha256.ts";

const AUTHORITY_NAME = "kubernetes";
const ECDSA_WITH_SHA256 = sequence(oid("1.2.840.10045.4.3.2"));
const SUBJECT_KEY = "2.5.29.14";
const KEY_USAGE = "2.5.29.15";
const ALTERNATIVE_NAMES = "2.5.29.17";
const BASIC_CONSTRAINTS = "2.5.29.19";
const AUTHORITY_KEY = "2.5.29.35";
const EXTENDED_KEY_USAGE = "2.5.29.37";
const TRUE = der(TAG.boolean, Uint8Array.of(0xff));

/** Bits of the key usage, from the left. */
const KEY_USAGE_BITS: Readonly<Record<string, number>> = {
  signing: 0,
  "digital signature": 0,
  "content commitment": 1,
  "key encipherment": 2,
  "data encipherment": 3,
  "key agreement": 4,
  "cert sign": 5,
  "crl sign": 6,
  "encipher only": 7,
  "decipher only": 8,
};

export const EXTENDED_USAGES: Readonly<Record<string, string>> = {
  any: "2.5.29.37.0",
  "server auth": "1.3.6.1.5.5.7.3.1",
  "client auth": "1.3.6.1.5.5.7.3.2",
  "code signing": "1.3.6.1.5.5.7.3.3",
  "email protection": "1.3.6.1.5.5.7.3.4",
  "s/mime": "1.3.6.1.5.5.7.3.4",
  "ipsec end system": "1.3.6.1.5.5.7.3.5",
  "ipsec tunnel": "1.3.6.1.5.5.7.3.6",
  "ipsec user": "1.3.6.1.5.5.7.3.7",
  timestamping: "1.3.6.1.5.5.7.3.8",
  "ocsp signing": "1.3.6.1.5.5.7.3.9",
  "microsoft sgc": "1.3.6.1.4.1.311.10.3.3",
  "netscape sgc": "2.16.840.1.113730.4.1",
};

export interface Validity {
  notBeforeMs: number;
  notAfterMs: number;
}

/** The authority's own certificate, PEM. */
export function authorityCertificate(privateKey: bigint, validity: Validity): string {
  const publicKey = publicKeyInfo(privateKey);
  return certificate({
    privateKey,
    serial: sha256(publicKey).subarray(0, 16),
    validity,
    subject: authorityName(),
    publicKey,
    extensions: [
      extension(KEY_USAGE, keyUsage(["digital signature", "key encipherment", "cert sign"]), { critical: true }),
      extension(BASIC_CONSTRAINTS, sequence(TRUE), { critical: true }),
      extension(SUBJECT_KEY, der(TAG.octetString, keyIdOf(privateKey))),
    ],
  });
}

export interface SigningOrder extends Validity {
  /** The authority's private key. */
  privateKey: bigint;
  request: CertificateRequest;
  /** Usages by their names in the certificates API. */
  usages: readonly string[];
  /** 16 bytes, unique. */
  serial: Uint8Array;
}

/** A certificate for the key and the names of a request, PEM. */
export function signCertificate({ privateKey, request, usages, serial, ...validity }: SigningOrder): string {
  const extended = usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []);
  const extensions: Uint8Array[] = [];
  if (usages.some((usage) => Object.hasOwn(KEY_USAGE_BITS, usage))) {
    extensions.push(extension(KEY_USAGE, keyUsage(usages), { critical: true }));
  }
  if (extended.length > 0) extensions.push(extension(EXTENDED_KEY_USAGE, sequence(...[...new Set(extended)].map(oid))));
  extensions.push(extension(BASIC_CONSTRAINTS, sequence(), { critical: true }));
  extensions.push(extension(AUTHORITY_KEY, sequence(der(0x80, keyIdOf(privateKey)))));
  if (request.alternativeNames) extensions.push(extension(ALTERNATIVE_NAMES, request.alternativeNames));
  const { subject, publicKey } = request;
  return certificate({ privateKey, serial, validity, subject, publicKey, extensions });
}

interface Parts extends Omit<CertificateParts, "issuer" | "signer"> {
  privateKey: bigint;
}

function certificate({ privateKey, ...parts }: Parts): string {
  return encodeCertificate({ ...parts, issuer: authorityName(), signer: ecdsaSigner(privateKey) });
}

/** Signs with one algorithm. */
export interface Signer {
  /** The algorithm's identifier, DER. */
  algorithm: Uint8Array;
  sign(message: Uint8Array): Uint8Array;
}

/** Names, keys and extensions are DER. */
export interface CertificateParts {
  /** The first bit is ignored. */
  serial: Uint8Array;
  issuer: Uint8Array;
  signer: Signer;
  validity: Validity;
  subject: Uint8Array;
  /** SubjectPublicKeyInfo. */
  publicKey: Uint8Array;
  extensions: readonly Uint8Array[];
}

export function ecdsaSigner(privateKey: bigint): Signer {
  return {
    algorithm: ECDSA_WITH_SHA256,
    sign(message) {
      const signature = sign(privateKey, message);
      return sequence(unsigned(signature.subarray(0, 32)), unsigned(signature.subarray(32)));
    },
  };
}

/** A signed certificate, PEM; of version 3 if it has extensions, otherwise of version 1. */
export function encodeCertificate(parts: CertificateParts): string {
  const { serial, issuer, signer, validity, subject, publicKey, extensions } = parts;
  const hasExtensions = extensions.length > 0;
  const content = sequence(
    ...(hasExtensions ? [tagged(0, unsigned(Uint8Array.of(2)))] : []),
    unsigned(Uint8Array.from(serial, (byte, i) => (i === 0 ? byte & 0x7f : byte))),
    signer.algorithm,
    issuer,
    sequence(time(validity.notBeforeMs), time(validity.notAfterMs)),
    subject,
    publicKey,
    ...(hasExtensions ? [tagged(3, sequence(...extensions))] : []),
  );
  return pem("CERTIFICATE", sequence(content, signer.algorithm, bitString(signer.sign(content))));
}

function authorityName(): Uint8Array {
  return sequence(der(TAG.set, sequence(oid("2.5.4.3"), utf8(AUTHORITY_NAME))));
}

/** SubjectPublicKeyInfo, DER. */
export function publicKeyInfo(privateKey: bigint): Uint8Array {
  const algorithm = sequence(oid("1.2.840.10045.2.1"), oid("1.2.840.10045.3.1.7"));
  return sequence(algorithm, bitString(encodePoint(publicKeyOf(privateKey))));
}

function keyIdOf(privateKey: bigint): Uint8Array {
  return sha256(encodePoint(publicKeyOf(privateKey))).subarray(0, 20);
}

export function extension(id: string, content: Uint8Array, { critical = false } = {}): Uint8Array {
  return sequence(oid(id), ...(critical ? [TRUE] : []), der(TAG.octetString, content));
}

/** The key usage extension. At least one of the usages must be a key usage. */
export function keyUsage(usages: readonly string[]): Uint8Array {
  const bits = [...new Set(usages.flatMap((usage) => KEY_USAGE_BITS[usage] ?? []))];
  const last = Math.max(...bits);
  const bytes = new Uint8Array(Math.floor(last / 8) + 1);
  for (const bit of bits) bytes[Math.floor(bit / 8)]! |= 0x80 >> (bit % 8);
  return bitString(concatBytes(bytes), 7 - (last % 8));
}
