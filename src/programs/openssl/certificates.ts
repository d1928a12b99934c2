/** openssl x509, req and verify as far as they show certificates and requests. */
import { sha1 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { FileError } from "../../files/errors.ts";
import { type DerValue, oidOf, partsOf, readDer } from "../../lib/signing/der.ts";
import { pem, pemBlocks } from "../../lib/signing/pem.ts";
import { type Certificate, parseCertificate } from "../../lib/signing/x509.ts";
import type { Call } from "../base/call.ts";
import { MONTH_NAMES } from "../base/clock.ts";
import { extensionLines, hexPairs } from "./extensions.ts";
import { algorithmName, nameText } from "./names.ts";

/** The value behind an option, and the options without one. */
function argumentsOf(args: readonly string[]): {
  has(name: string): boolean;
  value(name: string): string | undefined;
} {
  return {
    has: (name) => args.includes(name),
    value: (name) => (args.includes(name) ? args[args.indexOf(name) + 1] : undefined),
  };
}

function timeText(atMs: number): string {
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

/** Bytes in rows: 15 for keys, 18 for signatures. */
function rows(bytes: Uint8Array, indent: number, perRow: number): string[] {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return Array.from({ length: Math.ceil(pairs.length / perRow) }, (_, row) => {
    const text = pairs.slice(row * perRow, row * perRow + perRow).join(":");
    return " ".repeat(indent) + text + ((row + 1) * perRow < pairs.length ? ":" : "");
  });
}

const CURVES: Readonly<Record<string, readonly [string, string, number]>> = {
  "1.2.840.10045.3.1.7": ["prime256v1", "P-256", 256],
  "1.3.132.0.34": ["secp384r1", "P-384", 384],
  "1.3.132.0.35": ["secp521r1", "P-521", 521],
};

function keyLines(key: DerValue): string[] {
  const [algorithm, bits] = partsOf(key);
  const [type, parameters] = partsOf(algorithm!);
  const name = algorithmName(oidOf(type!));
  const head = `            Public Key Algorithm: ${name}`;
  const content = bits!.content.subarray(1);
  if (name === "rsaEncryption") {
    const [modulus, exponent] = partsOf(readDer(content));
    const value = exponent!.content.reduce((sum, byte) => sum * 256 + byte, 0);
    const size = (modulus!.content.length - (modulus!.content[0] === 0 ? 1 : 0)) * 8;
    return [
      head,
      `                Public-Key: (${size} bit)`,
      "                Modulus:",
      ...rows(modulus!.content, 20, 15),
      `                Exponent: ${value} (0x${value.toString(16)})`,
    ];
  }
  const curve = parameters && CURVES[oidOf(parameters)];
  if (!curve) return [head, `                ${name} Public-Key:`, "                pub:", ...rows(content, 20, 15)];
  return [
    head,
    `                Public-Key: (${curve[2]} bit)`,
    "                pub:",
    ...rows(content, 20, 15),
    `                ASN1 OID: ${curve[0]}`,
    `                NIST CURVE: ${curve[1]}`,
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

/** The first block of a kind in a file; the message of openssl if there is none. */
function readBlock(call: Call, file: string | undefined, types: readonly string[], what: string): Uint8Array | string {
  const shown = file ?? "<stdin>";
  let text: string;
  try {
    text = call.read(file ?? "-");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    return `Could not open file or uri for loading ${what} from ${shown}\nUnable to load ${what}\n`;
  }
  const block = pemBlocks(text).find(({ type }) => types.includes(type));
  return block?.bytes ?? `Could not read ${what} from ${shown}\nUnable to load ${what}\n`;
}

export function x509(call: Call, args: readonly string[]): number {
  const options = argumentsOf(args);
  const read = readBlock(call, options.value("-in"), ["CERTIFICATE", "TRUSTED CERTIFICATE"], "certificate");
  if (typeof read === "string") {
    call.warn(read);
    return 1;
  }
  const certificate = parseCertificate(read);
  const style = /rfc2253/i.test(options.value("-nameopt") ?? "") ? "rfc2253" : "default";
  let status = 0;
  for (const option of args) {
    const line = oneLine(call, certificate, option, style);
    if (line !== undefined) call.print(line);
    if (option === "-ext") {
      const names = options.value("-ext")!.split(",");
      const lines = certificate.extensions ? extensionLines(certificate.extensions, names) : [];
      if (lines.length === 0) call.warn("No extensions matching the given names\n");
      call.print(lines.map((each) => `${each}\n`).join(""));
    }
    if (option === "-checkend") {
      const isOver = certificate.notAfterMs - call.process.nowMs <= Number(options.value("-checkend")) * 1000;
      call.print(isOver ? "Certificate will expire\n" : "Certificate will not expire\n");
      status = isOver ? 1 : 0;
    }
  }
  if (!options.has("-noout")) call.print(pem("CERTIFICATE", read));
  return status;
}

function oneLine(
  call: Call,
  certificate: Certificate,
  option: string,
  style: "default" | "rfc2253",
): string | undefined {
  const { subject, issuer, notBeforeMs, notAfterMs, serial, key, whole } = certificate;
  const dates = [`notBefore=${timeText(notBeforeMs)}\n`, `notAfter=${timeText(notAfterMs)}\n`];
  switch (option) {
    case "-text":
      return certificateText(certificate);
    case "-subject":
      return `subject=${nameText(subject, style)}\n`;
    case "-issuer":
      return `issuer=${nameText(issuer, style)}\n`;
    case "-dates":
      return dates.join("");
    case "-startdate":
      return dates[0];
    case "-enddate":
      return dates[1];
    case "-serial":
      return `serial=${serialText(serial)}\n`;
    case "-fingerprint": {
      const isLong = call.args.includes("-sha256");
      const name = isLong ? (call.args.includes("-sha256") ? "sha256" : "SHA256") : "SHA1";
      return `${name} Fingerprint=${hexPairs(isLong ? sha256(whole) : sha1(whole))}\n`;
    }
    case "-pubkey":
      return pem("PUBLIC KEY", key.whole);
    case "-modulus": {
      const [algorithm, bits] = partsOf(key);
      if (algorithmName(oidOf(partsOf(algorithm!)[0]!)) !== "rsaEncryption")
        return "Modulus=No modulus for this public key type\n";
      return `Modulus=${serialText(partsOf(readDer(bits!.content.subarray(1)))[0]!.content)}\n`;
    }
    default:
      return undefined;
  }
}

/** Requests are shown; a new one needs keys that this simulation does not make. */
export function req(call: Call, args: readonly string[]): number {
  const options = argumentsOf(args);
  if (options.has("-new") || options.has("-newkey") || options.has("-x509")) {
    call.warn("openssl: this cluster simulates containers, and RSA keys cannot be made in it\n");
    return 69;
  }
  const read = readBlock(
    call,
    options.value("-in"),
    ["CERTIFICATE REQUEST", "NEW CERTIFICATE REQUEST"],
    "X509 request",
  );
  if (typeof read === "string") {
    call.warn(read);
    return 1;
  }
  const [body, algorithm, signature] = partsOf(readDer(read));
  const [version, subject, key] = partsOf(body!);
  if (options.has("-text")) {
    const number = (version!.content[0] ?? 0) + 1;
    const lines = [
      "Certificate Request:",
      "    Data:",
      `        Version: ${number} (0x${(number - 1).toString(16)})`,
      `        Subject: ${nameText(subject!)}`,
      "        Subject Public Key Info:",
      ...keyLines(key!),
      "        Attributes:",
      "            (none)",
      "            Requested Extensions:",
      `    Signature Algorithm: ${algorithmName(oidOf(partsOf(algorithm!)[0]!))}`,
      "    Signature Value:",
      ...rows(signature!.content.subarray(1), 8, 18),
      "",
    ];
    call.print(lines.join("\n"));
  }
  if (options.has("-subject")) call.print(`subject=${nameText(subject!)}\n`);
  if (options.has("-pubkey")) call.print(pem("PUBLIC KEY", key!.whole));
  if (!options.has("-noout")) call.print(pem("CERTIFICATE REQUEST", read));
  return 0;
}
