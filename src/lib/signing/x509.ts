/** X.509 certificates (RFC 5280): the parts that clients verify and tools show. */
import { byteString } from "../bytes.ts";
import { DerError, type DerValue, oidOf, partsOf, readDer, TAG } from "./der.ts";

export interface Certificate {
  /** The certificate as DER. */
  whole: Uint8Array;
  /** The signed part. */
  body: Uint8Array;
  version: number;
  serial: Uint8Array;
  issuer: DerValue;
  notBeforeMs: number;
  notAfterMs: number;
  subject: DerValue;
  /** SubjectPublicKeyInfo. */
  key: DerValue;
  extensions: DerValue | undefined;
  /** Identifier of the signature algorithm. */
  algorithm: string;
  signature: Uint8Array;
}

/** @throws DerError */
export function parseCertificate(bytes: Uint8Array): Certificate {
  const [body, algorithm, signature] = partsOf(readDer(bytes));
  if (!body || !algorithm || !signature) throw new DerError("no certificate");
  const parts = partsOf(body);
  const hasVersion = parts[0]?.tag === 0xa0;
  const [serial, , issuer, validity, subject, key, ...others] = hasVersion ? parts.slice(1) : parts;
  if (!serial || !issuer || !validity || !subject || !key) throw new DerError("no certificate");
  const [notBefore, notAfter] = partsOf(validity);
  const extensions = others.find(({ tag }) => tag === 0xa3);
  return {
    whole: bytes,
    body: body.whole,
    version: hasVersion ? (partsOf(parts[0]!)[0]?.content[0] ?? 0) + 1 : 1,
    serial: serial.content,
    issuer,
    notBeforeMs: timeOf(notBefore!),
    notAfterMs: timeOf(notAfter!),
    subject,
    key,
    extensions: extensions && partsOf(extensions)[0],
    algorithm: oidOf(partsOf(algorithm)[0]!),
    signature: signature.content.subarray(1),
  };
}

function timeOf({ tag, content }: DerValue): number {
  const text = byteString(content);
  const digits = tag === TAG.utcTime ? `${Number(text.slice(0, 2)) < 50 ? "20" : "19"}${text}` : text;
  const [, year, month, day, hour, minute, second] = /^(\d{4})(\d\d)(\d\d)(\d\d)(\d\d)(\d\d)Z$/.exec(digits) ?? [];
  return Date.UTC(Number(year), Number(month) - 1, Number(day), Number(hour), Number(minute), Number(second));
}

/** Content of an extension, by its identifier. @throws DerError */
export function extensionOf({ extensions }: Certificate, id: string): DerValue | undefined {
  for (const extension of extensions ? partsOf(extensions) : []) {
    const [name, ...rest] = partsOf(extension);
    const content = rest.at(-1);
    if (name && content && oidOf(name) === id) return readDer(content.content);
  }
  return undefined;
}

const ALTERNATIVE_NAMES = "2.5.29.17";
const [DNS_TAG, IP_TAG] = [0x82, 0x87];

/** The names of a server, and its addresses as texts. @throws DerError */
export function serverNames(certificate: Certificate): { dnsNames: string[]; addresses: string[] } {
  const extension = extensionOf(certificate, ALTERNATIVE_NAMES);
  const names = extension ? partsOf(extension) : [];
  return {
    dnsNames: names.filter(({ tag }) => tag === DNS_TAG).map(({ content }) => byteString(content)),
    addresses: names.filter(({ tag }) => tag === IP_TAG).map(({ content }) => addressText(content)),
  };
}

function addressText(bytes: Uint8Array): string {
  if (bytes.length === 4) return [...bytes].join(".");
  const groups = Array.from({ length: 8 }, (_, i) =>
    ((bytes[i * 2] ?? 0) * 256 + (bytes[i * 2 + 1] ?? 0)).toString(16),
  );
  return groups.join(":");
}

/** The value of the first attribute of this type in a name, "" without one. @throws DerError */
export function attributeOf(name: DerValue, id: string): string {
  for (const attribute of partsOf(name).flatMap((relative) => partsOf(relative))) {
    const [type, value] = partsOf(attribute);
    if (type && value && oidOf(type) === id) return new TextDecoder().decode(value.content);
  }
  return "";
}
