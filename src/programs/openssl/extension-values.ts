/** Extensions of certificates from the lines of a configuration. x509v3_config(5ssl) */
import { sha1 } from "@noble/hashes/legacy.js";
import { extension } from "../../lib/signing/certificate.ts";
import { type DerValue, der, oid, oidOf, partsOf, readDer, sequence, TAG } from "../../lib/signing/der.ts";
import { integer } from "../../lib/signing/keys.ts";
import { type Certificate, extensionOf } from "../../lib/signing/x509.ts";
import { OpensslError } from "./arguments.ts";
import type { Config } from "./config.ts";
import { EXTENSION_IDS } from "./extensions.ts";
import { PURPOSES } from "./names.ts";

/** What extensions may refer to. Keys are SubjectPublicKeyInfo. */
export interface ExtensionContext {
  config: Config;
  key: DerValue;
  /** Absent: a request, or the certificate itself is the issuer. */
  issuer?: Certificate | undefined;
}

const KEY_USAGES = (
  "digitalSignature nonRepudiation keyEncipherment dataEncipherment keyAgreement keyCertSign cRLSign encipherOnly " +
  "decipherOnly"
).split(" ");
const PURPOSE_NAMES: Readonly<Record<string, string>> = {
  serverAuth: "1.3.6.1.5.5.7.3.1",
  clientAuth: "1.3.6.1.5.5.7.3.2",
  codeSigning: "1.3.6.1.5.5.7.3.3",
  emailProtection: "1.3.6.1.5.5.7.3.4",
  timeStamping: "1.3.6.1.5.5.7.3.8",
  OCSPSigning: "1.3.6.1.5.5.7.3.9",
  anyExtendedKeyUsage: "2.5.29.37.0",
};
const IA5_STRING = 0x16;
const COMMENT = "2.16.840.1.113730.1.13";

const VALUES: Readonly<
  Record<string, (words: readonly string[], context: ExtensionContext) => Uint8Array | undefined>
> = {
  basicConstraints: (words) => {
    const fields = Object.fromEntries(words.map((word) => word.split(":").map((each) => each.trim())));
    const isAuthority = /^(true|yes|y)$/i.test(fields["CA"] ?? "");
    return sequence(
      ...(isAuthority ? [der(TAG.boolean, Uint8Array.of(0xff))] : []),
      ...(fields["pathlen"] === undefined ? [] : [integer(BigInt(fields["pathlen"]))]),
    );
  },
  keyUsage: (words) => {
    const bits = words.map((word) => {
      const bit = KEY_USAGES.indexOf(word === "contentCommitment" ? "nonRepudiation" : word);
      if (bit < 0) throw new RangeError(word);
      return bit;
    });
    const last = Math.max(...bits);
    const bytes = new Uint8Array(Math.floor(last / 8) + 1);
    for (const bit of bits) bytes[bit >> 3]! |= 0x80 >> (bit & 7);
    return der(TAG.bitString, Uint8Array.of(7 - (last & 7)), bytes);
  },
  extendedKeyUsage: (words) =>
    sequence(
      ...words.map((word) => {
        const id = PURPOSE_NAMES[word] ?? Object.keys(PURPOSES).find((each) => each === word);
        if (id === undefined && !/^[\d.]+$/.test(word)) throw new RangeError(word);
        return oid(id ?? word);
      }),
    ),
  subjectAltName: (words, { config }) => sequence(...words.flatMap((word) => alternativeNames(word, config))),
  subjectKeyIdentifier: (words, { key }) => (words[0] === "none" ? undefined : der(TAG.octetString, keyIdOf(key))),
  authorityKeyIdentifier: (words, { issuer, key }) => {
    if (!words.some((word) => word.startsWith("keyid"))) return undefined;
    const known = issuer ? extensionOf(issuer, EXTENSION_IDS.subjectKeyIdentifier)?.content : keyIdOf(key);
    return known && sequence(der(0x80, known));
  },
  nsComment: (words) => der(IA5_STRING, new TextEncoder().encode(words.join(",").replace(/^"|"$/g, ""))),
};

/** RFC 5280, 4.2.1.2, first method. */
function keyIdOf(key: DerValue): Uint8Array {
  return sha1(partsOf(key)[1]!.content.subarray(1));
}

const NAME_TAGS: Readonly<Record<string, number>> = { email: 0x81, DNS: 0x82, URI: 0x86, RID: 0x88 };

function alternativeNames(word: string, config: Config): Uint8Array[] {
  if (word.startsWith("@")) {
    const entries = config[word.slice(1)];
    if (!entries) throw new RangeError(word);
    return entries.flatMap(([name, value]) => alternativeNames(`${name.replace(/\..*$/, "")}:${value}`, config));
  }
  const [, kind = "", value = ""] = /^\s*(\w+):\s*(.*)$/.exec(word) ?? [];
  if (kind === "IP") return [der(0x87, addressBytes(value))];
  const tag = NAME_TAGS[kind];
  if (tag === undefined) throw new RangeError(word);
  return [kind === "RID" ? der(tag, readDer(oid(value)).content) : der(tag, new TextEncoder().encode(value))];
}

function addressBytes(text: string): Uint8Array {
  if (/^\d+(\.\d+){3}$/.test(text)) return Uint8Array.from(text.split("."), Number);
  const [head = "", tail] = text.split("::");
  const groups = (part: string) => (part === "" ? [] : part.split(":"));
  const [before, after] = [groups(head), groups(tail ?? "")];
  const zeros = tail === undefined ? 0 : 8 - before.length - after.length;
  const all = [...before, ...Array.from({ length: Math.max(0, zeros) }, () => "0"), ...after];
  if (all.length !== 8 || all.some((group) => !/^[\da-fA-F]{1,4}$/.test(group))) throw new RangeError(text);
  return Uint8Array.from(all.flatMap((group) => [Number.parseInt(group, 16) >> 8, Number.parseInt(group, 16) & 0xff]));
}

/** The extension of one line; undefined if it adds none. @throws OpensslError */
export function extensionFrom(name: string, value: string, context: ExtensionContext): Uint8Array | undefined {
  const words = value.split(",").map((word) => word.trim());
  const critical = words[0] === "critical";
  const id = name === "nsComment" ? COMMENT : EXTENSION_IDS[name as keyof typeof EXTENSION_IDS];
  const make = VALUES[name];
  try {
    if (!id || !make) throw new RangeError(name);
    const section =
      words.at(-1)?.startsWith("@") && name !== "subjectAltName" ? context.config[words.at(-1)!.slice(1)] : undefined;
    const own = section ? section.map(([key, each]) => `${key}:${each}`) : critical ? words.slice(1) : words;
    const content = make(own, context);
    return content && extension(id, content, { critical });
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    throw new OpensslError(`Error checking extension ${JSON.stringify(name)}: ${error.message}\n`);
  }
}

/** The extensions of a section in its order. @throws OpensslError */
export function extensionsOfSection(section: string, context: ExtensionContext): Uint8Array[] {
  const entries = context.config[section];
  if (!entries) throw new OpensslError(`Error checking extension section ${section}\n`);
  return entries.flatMap(([name, value]) => extensionFrom(name, value, context) ?? []);
}

/** The identifier of an extension as DER. */
export function extensionId(bytes: Uint8Array): string {
  return oidOf(partsOf(readDer(bytes))[0]!);
}

/** An extension of `-addext`: `subjectAltName = DNS:web`. @throws OpensslError */
export function addedExtension(text: string, context: ExtensionContext): Uint8Array | undefined {
  const at = text.indexOf("=");
  return extensionFrom(text.slice(0, at).trim(), text.slice(at + 1).trim(), context);
}
