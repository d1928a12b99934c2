/** Certificates and requests as openssl prints them. */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { type DerValue, der, oidOf, partsOf, readDer, sequence, TAG } from "../../lib/signing/der.ts";
import { decodePublicKey, encodePublicKey, integer } from "../../lib/signing/keys.ts";
import { pem } from "../../lib/signing/pem.ts";
import { concatBytes } from "../../lib/signing/sha256.ts";
import type { Certificate } from "../../lib/signing/x509.ts";
import { MONTH_NAMES } from "../base/clock.ts";
import { extensionLines, hexPairs } from "./extensions.ts";
import { publicKeyLines, rows } from "./key-text.ts";
import { algorithmName, nameText } from "./names.ts";

export type NameStyle = "default" | "rfc2253";

export function timeText(atMs: number): string {
  const date = new Date(atMs);
  const two = (value: number) => String(value).padStart(2, "0");
  const day = String(date.getUTCDate()).padStart(2);
  const clock = `${two(date.getUTCHours())}:${two(date.getUTCMinutes())}:${two(date.getUTCSeconds())}`;
  return `${MONTH_NAMES[date.getUTCMonth()]!.slice(0, 3)} ${day} ${clock} ${date.getUTCFullYear()} GMT`;
}

function serialText(serial: Uint8Array): string {
  const digits = serial[0] === 0 && serial.length > 1 ? serial.subarray(1) : serial;
  return hexPairs(digits).replaceAll(":", "");
}

function keyLines(key: DerValue): string[] {
  const [algorithm, bits] = partsOf(key);
  const name = algorithmName(oidOf(partsOf(algorithm!)[0]!));
  const head = `            Public Key Algorithm: ${name}`;
  const known = decodePublicKey(key);
  if (known) return [head, ...publicKeyLines(known, 16)];
  return [
    head,
    `                ${name} Public-Key:`,
    "                pub:",
    ...rows(bits!.content.subarray(1), 20, 15),
  ];
}

function certificateText(certificate: Certificate): string {
  const { version, serial, issuer, subject, notBeforeMs, notAfterMs, key, extensions, signature } = certificate;
  const algorithm = algorithmName(certificate.algorithm);
  const short = serial.length <= 8 ? BigInt(`0x${serialText(serial) || "0"}`) : undefined;
  return [
    "Certificate:",
    "    Data:",
    `        Version: ${version} (0x${(version - 1).toString(16)})`,
    ...(short === undefined
      ? ["        Serial Number:", ...rows(serial[0] === 0 ? serial.subarray(1) : serial, 12, 100)]
      : [`        Serial Number: ${short} (0x${short.toString(16)})`]),
    `        Signature Algorithm: ${algorithm}`,
    `        Issuer: ${nameText(issuer)}`,
    "        Validity",
    `            Not Before: ${timeText(notBeforeMs)}`,
    `            Not After : ${timeText(notAfterMs)}`,
    `        Subject: ${nameText(subject)}`,
    "        Subject Public Key Info:",
    ...keyLines(key),
    ...(extensions
      ? ["        X509v3 extensions:", ...extensionLines(extensions).map((line) => `            ${line}`)]
      : []),
    `    Signature Algorithm: ${algorithm}`,
    "    Signature Value:",
    ...rows(signature, 8, 18),
    "",
  ].join("\n");
}

/** The parts of a request: names and keys are DER. */
export interface Request {
  whole: Uint8Array;
  version: number;
  subject: DerValue;
  key: DerValue;
  /** The extensions that it asks for. */
  extensions: DerValue | undefined;
  algorithm: string;
  signature: Uint8Array;
  /** The signed part. */
  body: Uint8Array;
}

const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";

/** @throws DerError */
export function parseRequest(whole: Uint8Array): Request {
  const [body, algorithm, signature] = partsOf(readDer(whole));
  const [version, subject, key, attributes] = partsOf(body!);
  const wanted = (attributes ? partsOf(attributes) : []).find((each) => oidOf(partsOf(each)[0]!) === EXTENSION_REQUEST);
  return {
    ...{ whole, subject: subject!, key: key!, body: body!.whole },
    version: (version!.content[0] ?? 0) + 1,
    extensions: wanted && partsOf(partsOf(wanted)[1]!)[0],
    algorithm: oidOf(partsOf(algorithm!)[0]!),
    signature: signature!.content.subarray(1),
  };
}

export function requestText({ version, subject, key, extensions, algorithm, signature }: Request): string {
  const wanted = extensions && partsOf(extensions).length > 0 ? extensionLines(extensions) : [];
  return [
    "Certificate Request:",
    "    Data:",
    `        Version: ${version} (0x${(version - 1).toString(16)})`,
    `        Subject: ${nameText(subject)}`,
    "        Subject Public Key Info:",
    ...keyLines(key),
    "        Attributes:",
    ...(wanted.length === 0 ? ["            (none)"] : []),
    "            Requested Extensions:",
    ...wanted.map((line) => `                ${line}`),
    `    Signature Algorithm: ${algorithmName(algorithm)}`,
    "    Signature Value:",
    ...rows(signature, 8, 18),
    "",
  ].join("\n");
}

/** The output of an option of `x509` that shows a part of the certificate; undefined for other options. */
export function certificatePart(
  certificate: Certificate,
  option: string,
  style: NameStyle,
  digest: string,
): string | undefined {
  const { subject, issuer, notBeforeMs, notAfterMs, serial, key, whole } = certificate;
  const dates = [`notBefore=${timeText(notBeforeMs)}\n`, `notAfter=${timeText(notAfterMs)}\n`];
  switch (option) {
    case "text":
      return certificateText(certificate);
    case "subject":
      return `subject=${nameText(subject, style)}\n`;
    case "issuer":
      return `issuer=${nameText(issuer, style)}\n`;
    case "dates":
      return dates.join("");
    case "startdate":
      return dates[0];
    case "enddate":
      return dates[1];
    case "serial":
      return `serial=${serialText(serial)}\n`;
    case "fingerprint": {
      const isLong = digest === "sha256";
      return `${isLong ? "sha256" : "SHA1"} Fingerprint=${hexPairs((isLong ? sha256 : sha1)(whole))}\n`;
    }
    case "pubkey":
      return pem("PUBLIC KEY", key.whole);
    case "modulus":
      return modulusText(key);
    case "hash":
    case "subject_hash":
      return `${nameHash(subject)}\n`;
    case "issuer_hash":
      return `${nameHash(issuer)}\n`;
    default:
      return undefined;
  }
}

export function modulusText(key: DerValue): string {
  const known = decodePublicKey(key);
  if (known?.type !== "rsa") return "Modulus=No modulus for this public key type\n";
  return `Modulus=${serialText(readDer(integer(known.n)).content)}\n`;
}

/** The first bytes of the digest of a name, by which directories of certificates are searched. */
function nameHash(name: DerValue): string {
  const digest = sha1(canonicalName(name));
  return [3, 2, 1, 0].map((i) => digest[i]!.toString(16).padStart(2, "0")).join("");
}

/** Names in lower case, with single blanks, as UTF-8 strings and without the outer sequence. x_name.c (`x509_name_canon`) */
function canonicalName(name: DerValue): Uint8Array {
  const sets = partsOf(name).map((set) => {
    const pairs = partsOf(set).map((pair) => {
      const [type, value] = partsOf(pair);
      const text = new TextDecoder().decode(value!.content).trim().replaceAll(/\s+/g, " ").toLowerCase();
      return sequence(type!.whole, der(TAG.utf8String, new TextEncoder().encode(text)));
    });
    return der(TAG.set, ...pairs);
  });
  return concatBytes(...sets);
}

/** A key as SubjectPublicKeyInfo. */
export function keyInfo(key: Parameters<typeof encodePublicKey>[0]): DerValue {
  return readDer(encodePublicKey(key));
}
