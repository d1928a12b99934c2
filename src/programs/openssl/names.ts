/** Names of object identifiers, and distinguished names as OpenSSL prints them. */
import { byteString } from "../../lib/bytes.ts";
import { type DerValue, oidOf, partsOf } from "../../lib/signing/der.ts";

export const ATTRIBUTES: Readonly<Record<string, string>> = {
  "2.5.4.3": "CN",
  "2.5.4.4": "SN",
  "2.5.4.5": "serialNumber",
  "2.5.4.6": "C",
  "2.5.4.7": "L",
  "2.5.4.8": "ST",
  "2.5.4.9": "street",
  "2.5.4.10": "O",
  "2.5.4.11": "OU",
  "2.5.4.12": "title",
  "2.5.4.42": "GN",
  "1.2.840.113549.1.9.1": "emailAddress",
  "0.9.2342.19200300.100.1.1": "UID",
  "0.9.2342.19200300.100.1.25": "DC",
};

const ALGORITHMS: Readonly<Record<string, string>> = {
  "1.2.840.113549.1.1.1": "rsaEncryption",
  "1.2.840.113549.1.1.5": "sha1WithRSAEncryption",
  "1.2.840.113549.1.1.11": "sha256WithRSAEncryption",
  "1.2.840.113549.1.1.12": "sha384WithRSAEncryption",
  "1.2.840.113549.1.1.13": "sha512WithRSAEncryption",
  "1.2.840.10045.2.1": "id-ecPublicKey",
  "1.2.840.10045.4.3.2": "ecdsa-with-SHA256",
  "1.2.840.10045.4.3.3": "ecdsa-with-SHA384",
  "1.2.840.10045.4.3.4": "ecdsa-with-SHA512",
  "1.3.101.112": "ED25519",
};

export const PURPOSES: Readonly<Record<string, string>> = {
  "1.3.6.1.5.5.7.3.1": "TLS Web Server Authentication",
  "1.3.6.1.5.5.7.3.2": "TLS Web Client Authentication",
  "1.3.6.1.5.5.7.3.3": "Code Signing",
  "1.3.6.1.5.5.7.3.4": "E-mail Protection",
  "1.3.6.1.5.5.7.3.8": "Time Stamping",
  "1.3.6.1.5.5.7.3.9": "OCSP Signing",
};

export function algorithmName(oid: string): string {
  return ALGORITHMS[oid] ?? oid;
}

/** `CN = web, O = Acme`; in the form of RFC 2253 `O=Acme,CN=web`. @throws DerError */
export function nameText(name: DerValue, style: "default" | "rfc2253" = "default"): string {
  const parts = partsOf(name).flatMap((set) =>
    partsOf(set).map((pair) => {
      const [type, value] = partsOf(pair);
      const key = type ? (ATTRIBUTES[oidOf(type)] ?? oidOf(type)) : "";
      return [key, value ? byteString(value.content) : ""] as const;
    }),
  );
  if (style === "rfc2253")
    return parts
      .reverse()
      .map(([key, value]) => `${key}=${value}`)
      .join(",");
  return parts.map(([key, value]) => `${key} = ${/[,+"\\<>;]/.test(value) ? `"${value}"` : value}`).join(", ");
}
