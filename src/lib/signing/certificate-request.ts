/** PKCS #10 certificate requests (RFC 2986): the parts that signers read. */
import { DerError, type DerValue, oidOf, partsOf, readDer, TAG } from "./der.ts";
import { pemBlocks } from "./pem.ts";

export interface CertificateRequest {
  /** The name as encoded, DER. */
  subject: Uint8Array;
  commonName: string;
  organizations: readonly string[];
  /** SubjectPublicKeyInfo, DER. */
  publicKey: Uint8Array;
  /** Content of the subject alternative name extension, DER; null without one. */
  alternativeNames: Uint8Array | null;
  dnsNames: readonly string[];
  /** 4 or 16 bytes each. */
  ipAddresses: readonly Uint8Array[];
  emailAddresses: readonly string[];
  uris: readonly string[];
}

const COMMON_NAME = "2.5.4.3";
const ORGANIZATION = "2.5.4.10";
const EXTENSION_REQUEST = "1.2.840.113549.1.9.14";
const ALTERNATIVE_NAMES = "2.5.29.17";
/** [0]: the attributes of a request. */
const ATTRIBUTES_TAG = 0xa0;
const [EMAIL_TAG, DNS_TAG, URI_TAG, IP_TAG] = [0x81, 0x82, 0x86, 0x87];

/** Reads a request in PEM. @throws DerError with the message of Kubernetes */
export function parseCertificateRequest(text: string): CertificateRequest {
  const [block] = pemBlocks(text);
  if (block?.type !== "CERTIFICATE REQUEST") throw new DerError("PEM block type must be CERTIFICATE REQUEST");
  try {
    return readRequest(block.bytes);
  } catch (error) {
    if (error instanceof DerError) throw new DerError(`asn1: ${error.message}`);
    throw error;
  }
}

function readRequest(bytes: Uint8Array): CertificateRequest {
  const [info, algorithm, signature] = sequenceParts(readDer(bytes));
  if (!info || !algorithm || signature?.tag !== TAG.bitString) throw new DerError("structure error: tags don't match");
  const [version, subject, publicKey, ...rest] = sequenceParts(info);
  if (version?.tag !== TAG.integer || subject?.tag !== TAG.sequence || publicKey?.tag !== TAG.sequence) {
    throw new DerError("structure error: tags don't match");
  }
  const alternativeNames = alternativeNamesOf(rest.find(({ tag }) => tag === ATTRIBUTES_TAG));
  return {
    subject: subject.whole,
    publicKey: publicKey.whole,
    ...subjectParts(subject),
    alternativeNames: alternativeNames?.content ?? null,
    ...namesIn(alternativeNames),
  };
}

function sequenceParts(value: DerValue): DerValue[] {
  if (value.tag !== TAG.sequence) throw new DerError("structure error: tags don't match");
  return partsOf(value);
}

function subjectParts(subject: DerValue): Pick<CertificateRequest, "commonName" | "organizations"> {
  let commonName = "";
  const organizations: string[] = [];
  for (const relative of partsOf(subject)) {
    for (const attribute of partsOf(relative)) {
      const [type, value] = partsOf(attribute);
      if (!type || !value) continue;
      if (oidOf(type) === COMMON_NAME) commonName = textOf(value);
      if (oidOf(type) === ORGANIZATION) organizations.push(textOf(value));
    }
  }
  return { commonName, organizations };
}

function alternativeNamesOf(attributes: DerValue | undefined): DerValue | null {
  for (const attribute of attributes ? partsOf(attributes) : []) {
    const [type, values] = partsOf(attribute);
    if (!type || !values || oidOf(type) !== EXTENSION_REQUEST) continue;
    for (const extensions of partsOf(values)) {
      for (const extension of partsOf(extensions)) {
        const [id, ...rest] = partsOf(extension);
        const content = rest.at(-1);
        if (id && content && oidOf(id) === ALTERNATIVE_NAMES) return content;
      }
    }
  }
  return null;
}

function namesIn(extension: DerValue | null) {
  const names = extension ? partsOf(readDer(extension.content)) : [];
  const texts = (wanted: number) => names.filter(({ tag }) => tag === wanted).map(textOf);
  return {
    dnsNames: texts(DNS_TAG),
    emailAddresses: texts(EMAIL_TAG),
    uris: texts(URI_TAG),
    ipAddresses: names.filter(({ tag }) => tag === IP_TAG).map(({ content }) => content),
  };
}

function textOf({ content }: DerValue): string {
  return new TextDecoder().decode(content);
}
