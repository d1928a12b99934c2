/** Certificates of authorities and servers that programs in a cluster issue (RFC 5280). */
import {
  type CertificateParts,
  EXTENDED_USAGES,
  ecdsaSigner,
  encodeCertificate,
  extension,
  keyUsage,
  publicKeyInfo,
  type Signer,
  type Validity,
} from "./certificate.ts";
import type { CertificateRequest } from "./certificate-request.ts";
import { bitString, der, oid, sequence, TAG, tagged, unsigned, utf8 } from "./der.ts";
import { bytesOf, encodePoint, publicKeyOf } from "./p256.ts";
import { pem } from "./pem.ts";
import { sha256 } from "./sha256.ts";

export interface Names {
  commonName?: string;
  organizations?: readonly string[];
  dnsNames?: readonly string[];
  /** IPv4, as texts. */
  addresses?: readonly string[];
  emails?: readonly string[];
  uris?: readonly string[];
}

export interface Order extends Validity {
  names: Names;
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
  /** Absent: the certificate signs itself with this signer. */
  issuer?: Uint8Array;
  signer: Signer;
  isAuthority: boolean;
  /** By their names in the certificates API. */
  usages: readonly string[];
  /** 16 bytes, unique. */
  serial: Uint8Array;
}

/** A certificate for these names, PEM. */
export function issueCertificate(order: Order): string {
  const { names, publicKey, signer, isAuthority, usages, serial, notBeforeMs, notAfterMs } = order;
  const subject = distinguishedName(names);
  const extended = [...new Set(usages.flatMap((usage) => EXTENDED_USAGES[usage] ?? []))];
  const alternatives = alternativeNames(names);
  const yes = der(TAG.boolean, Uint8Array.of(0xff));
  const extensions = [
    extension("2.5.29.15", keyUsage([...usages, ...(isAuthority ? ["cert sign"] : [])]), { critical: true }),
    ...(extended.length > 0 ? [extension("2.5.29.37", sequence(...extended.map(oid)))] : []),
    extension("2.5.29.19", isAuthority ? sequence(yes) : sequence(), { critical: true }),
    ...(isAuthority ? [extension("2.5.29.14", der(TAG.octetString, sha256(publicKey).subarray(0, 20)))] : []),
    ...(alternatives ? [extension("2.5.29.17", alternatives)] : []),
  ];
  const parts: CertificateParts = {
    ...{ serial, issuer: order.issuer ?? subject, signer, validity: { notBeforeMs, notAfterMs } },
    ...{ subject, publicKey, extensions },
  };
  return encodeCertificate(parts);
}

function distinguishedName({ organizations = [], commonName = "" }: Names): Uint8Array {
  const attribute = (id: string, value: string) => der(TAG.set, sequence(oid(id), utf8(value)));
  return sequence(
    ...organizations.map((each) => attribute("2.5.4.10", each)),
    ...(commonName === "" ? [] : [attribute("2.5.4.3", commonName)]),
  );
}

function alternativeNames({ dnsNames = [], addresses = [], emails = [], uris = [] }: Names): Uint8Array | undefined {
  const text = (tag: number) => (value: string) => der(tag, new TextEncoder().encode(value));
  const entries = [
    ...emails.map(text(0x81)),
    ...dnsNames.map(text(0x82)),
    ...uris.map(text(0x86)),
    ...addresses.map((address) => der(0x87, Uint8Array.from(address.split("."), Number))),
  ];
  return entries.length === 0 ? undefined : sequence(...entries);
}

/** A request for these names, signed with its own key, PEM. */
export function encodeRequest({ names, publicKey, signer }: Pick<Order, "names" | "publicKey" | "signer">): string {
  const alternatives = alternativeNames(names);
  const wanted = sequence(...(alternatives ? [extension("2.5.29.17", alternatives)] : []));
  const attribute = sequence(oid("1.2.840.113549.1.9.14"), der(TAG.set, wanted));
  const content = sequence(unsigned(Uint8Array.of(0)), distinguishedName(names), publicKey, tagged(0, attribute));
  return pem("CERTIFICATE REQUEST", sequence(content, signer.algorithm, bitString(signer.sign(content))));
}

/** A key pair over P-256 that signs, with its private key as `EC PRIVATE KEY` (RFC 5915). */
export function ecdsaKeyPair(privateKey: bigint): { signer: Signer; publicKey: Uint8Array; pem: string } {
  const point = encodePoint(publicKeyOf(privateKey));
  const encoded = sequence(
    unsigned(Uint8Array.of(1)),
    der(TAG.octetString, bytesOf(privateKey)),
    tagged(0, oid("1.2.840.10045.3.1.7")),
    tagged(1, bitString(point)),
  );
  return { signer: ecdsaSigner(privateKey), publicKey: publicKeyInfo(privateKey), pem: pem("EC PRIVATE KEY", encoded) };
}

/** The names of a certificate request. */
export function requestedNames(request: CertificateRequest): Names {
  const { commonName, organizations, dnsNames, ipAddresses, emailAddresses, uris } = request;
  const addresses = ipAddresses.filter(({ length }) => length === 4).map((bytes) => [...bytes].join("."));
  return { commonName, organizations, dnsNames, addresses, emails: emailAddresses, uris };
}
