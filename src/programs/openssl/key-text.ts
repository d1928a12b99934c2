/** Keys as openssl prints them. */
import { CURVES, type PrivateKey, type PublicKey, publicPart } from "../../lib/signing/keys.ts";
import { bytesOfSize, rsaBytes } from "../../lib/signing/rsa.ts";

/** Bytes in rows: 15 for keys, 18 for signatures. */
export function rows(bytes: Uint8Array, indent: number, perRow: number): string[] {
  const pairs = [...bytes].map((byte) => byte.toString(16).padStart(2, "0"));
  return Array.from({ length: Math.ceil(pairs.length / perRow) }, (_, row) => {
    const text = pairs.slice(row * perRow, row * perRow + perRow).join(":");
    return " ".repeat(indent) + text + ((row + 1) * perRow < pairs.length ? ":" : "");
  });
}

/** A number with a leading zero where its first bit is set, as in DER. */
function numberRows(value: bigint, indent: number): string[] {
  const bytes = bytesOfSize(value, rsaBytes(value));
  return rows(bytes[0]! >= 0x80 ? Uint8Array.of(0, ...bytes) : bytes, indent, 15);
}

function bitsOf(value: bigint): number {
  return value.toString(2).length;
}

/** The length of a key, bits; 0 for one of another algorithm. */
export function keyBits(key: PublicKey | undefined): number {
  if (!key) return 0;
  return key.type === "rsa" ? bitsOf(key.n) : key.type === "ec" ? CURVES[key.curve].bits : 256;
}

function exponentText(e: bigint): string {
  return `${e} (0x${e.toString(16)})`;
}

/** The lines of a public key after the line of its algorithm. */
export function publicKeyLines(key: PublicKey, indent: number): string[] {
  const pad = " ".repeat(indent);
  switch (key.type) {
    case "rsa":
      return [
        `${pad}Public-Key: (${bitsOf(key.n)} bit)`,
        `${pad}Modulus:`,
        ...numberRows(key.n, indent + 4),
        `${pad}Exponent: ${exponentText(key.e)}`,
      ];
    case "ec":
      return [
        `${pad}Public-Key: (${CURVES[key.curve].bits} bit)`,
        `${pad}pub:`,
        ...rows(key.point, indent + 4, 15),
        ...curveLines(key, pad),
      ];
    case "ed25519":
      return [`${pad}ED25519 Public-Key:`, `${pad}pub:`, ...rows(key.bytes, indent + 4, 15)];
  }
}

function curveLines({ curve }: Extract<PublicKey, { type: "ec" }>, pad: string): string[] {
  return [`${pad}ASN1 OID: ${curve}`, `${pad}NIST CURVE: ${CURVES[curve].nistName}`];
}

export function privateKeyText(key: PrivateKey): string {
  return `${privateKeyLines(key).join("\n")}\n`;
}

function privateKeyLines(key: PrivateKey): string[] {
  const open = publicPart(key);
  if (key.type === "rsa") {
    const { n, e, d, p, q, dp, dq, qi } = key;
    const numbers = { privateExponent: d, prime1: p, prime2: q, exponent1: dp, exponent2: dq, coefficient: qi };
    return [
      `Private-Key: (${bitsOf(n)} bit, 2 primes)`,
      "modulus:",
      ...numberRows(n, 4),
      `publicExponent: ${exponentText(e)}`,
      ...Object.entries(numbers).flatMap(([name, value]) => [`${name}:`, ...numberRows(value, 4)]),
    ];
  }
  const secret = ["priv:", ...rows(key.secret, 4, 15), "pub:"];
  if (open.type === "ec") {
    const head = `Private-Key: (${CURVES[open.curve].bits} bit)`;
    return [head, ...secret, ...rows(open.point, 4, 15), ...curveLines(open, "")];
  }
  return ["ED25519 Private-Key:", ...secret, ...(open.type === "ed25519" ? rows(open.bytes, 4, 15) : [])];
}
