/** Extensions of certificates and requests as `openssl x509 -text` prints them. */
import { byteString } from "../../lib/bytes.ts";
import { type DerValue, oidOf, partsOf, readDer, TAG } from "../../lib/signing/der.ts";
import { nameText, PURPOSES } from "./names.ts";

const KEY_USAGES = [
  "Digital Signature",
  "Non Repudiation",
  "Key Encipherment",
  "Data Encipherment",
  "Key Agreement",
  "Certificate Sign",
  "CRL Sign",
  "Encipher Only",
  "Decipher Only",
];

/** Identifiers by the names of configurations. */
export const EXTENSION_IDS = {
  subjectKeyIdentifier: "2.5.29.14",
  keyUsage: "2.5.29.15",
  subjectAltName: "2.5.29.17",
  basicConstraints: "2.5.29.19",
  authorityKeyIdentifier: "2.5.29.35",
  extendedKeyUsage: "2.5.29.37",
} as const;

interface Extension {
  /** Name that `-ext` takes. */
  name: string;
  title: string;
  show(value: DerValue): string;
}

export function hexPairs(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, "0").toUpperCase()).join(":");
}

const EXTENSIONS: Readonly<Record<string, Extension>> = {
  "2.5.29.14": {
    name: "subjectKeyIdentifier",
    title: "Subject Key Identifier",
    show: (value) => hexPairs(value.content),
  },
  "2.5.29.15": {
    name: "keyUsage",
    title: "Key Usage",
    show: ({ content }) => KEY_USAGES.filter((_, i) => ((content[1 + (i >> 3)] ?? 0) >> (7 - (i & 7))) & 1).join(", "),
  },
  "2.5.29.17": {
    name: "subjectAltName",
    title: "Subject Alternative Name",
    show: (value) => partsOf(value).map(generalName).join(", "),
  },
  "2.5.29.19": {
    name: "basicConstraints",
    title: "Basic Constraints",
    show: (value) => {
      const parts = partsOf(value);
      const isAuthority = parts[0]?.tag === TAG.boolean && parts[0].content[0] !== 0;
      const length = parts.find(({ tag }) => tag === TAG.integer);
      return `CA:${isAuthority ? "TRUE" : "FALSE"}${length ? `, pathlen:${length.content[0]}` : ""}`;
    },
  },
  "2.5.29.35": {
    name: "authorityKeyIdentifier",
    title: "Authority Key Identifier",
    show: (value) => hexPairs(partsOf(value).find(({ tag }) => tag === 0x80)?.content ?? new Uint8Array()),
  },
  "2.16.840.1.113730.1.13": { name: "nsComment", title: "", show: (value) => byteString(value.content) },
  "2.5.29.37": {
    name: "extendedKeyUsage",
    title: "Extended Key Usage",
    show: (value) =>
      partsOf(value)
        .map((each) => PURPOSES[oidOf(each)] ?? oidOf(each))
        .join(", "),
  },
};

function generalName({ tag, content, whole }: DerValue): string {
  const text = byteString(content);
  switch (tag) {
    case 0x81:
      return `email:${text}`;
    case 0x82:
      return `DNS:${text}`;
    case 0x86:
      return `URI:${text}`;
    case 0x87:
      return `IP Address:${content.length === 4 ? content.join(".") : ipv6(content)}`;
    case 0xa4:
      return `DirName:${nameText(partsOf({ tag, content, whole })[0]!)}`;
    default:
      return "othername:<unsupported>";
  }
}

function ipv6(bytes: Uint8Array): string {
  return Array.from({ length: 8 }, (_, i) =>
    ((bytes[i * 2]! << 8) | bytes[i * 2 + 1]!).toString(16).toUpperCase(),
  ).join(":");
}

/** The lines of each extension; with names, of these only. @throws DerError */
export function extensionLines(extensions: DerValue, wanted?: readonly string[]): string[] {
  return partsOf(extensions).flatMap((extension) => {
    const [type, ...rest] = partsOf(extension);
    const known = type && EXTENSIONS[oidOf(type)];
    if (wanted && !(known && wanted.includes(known.name))) return [];
    const isCritical = rest.length === 2;
    const value = rest.at(-1)!;
    const title = known
      ? known.title === ""
        ? "Netscape Comment: "
        : `X509v3 ${known.title}: `
      : `${type ? oidOf(type) : ""}: `;
    return [
      `${title}${isCritical ? "critical" : ""}`,
      `    ${known ? known.show(readDer(value.content)) : hexPairs(value.content)}`,
    ];
  });
}
