/** AWS Signature Version 4: clients sign a request with their secret key, and the server computes the same signature. */
import type { Bytes } from "../../../files/entry.ts";
import { bytesOf } from "../../../lib/bytes.ts";
import { toHex } from "../../../lib/encoding.ts";
import { hmacSha256, sha256 } from "../../../lib/signing/sha256.ts";
import { splitPath } from "../http.ts";

export interface Keys {
  accessKey: string;
  secretKey: string;
}

/** The parts of a request that are signed. Header names are in lower case. */
export interface Signable {
  method: string;
  /** Path and query, percent-encoded. */
  path: string;
  headers: Readonly<Record<string, string>>;
}

/** Where and when a signature holds. */
interface Scope {
  /** `20250102/us-east-1/s3/aws4_request` */
  text: string;
  signedHeaders: readonly string[];
}

const ALGORITHM = "AWS4-HMAC-SHA256";
const encoder = new TextEncoder();

/** The digest that the header `x-amz-content-sha256` holds. */
const contentDigest = (body: Bytes): string => toHex(sha256(bytesOf(body)));

function signature({ method, path, headers }: Signable, secretKey: string, { text, signedHeaders }: Scope): string {
  const { path: location, query } = splitPath(path);
  const parameters = query.split("&").filter((part) => part !== "");
  const canonical = [
    ...[method, location, parameters.sort().join("&")],
    ...signedHeaders.map((name) => `${name}:${(headers[name] ?? "").trim()}`),
    ...["", signedHeaders.join(";"), headers["x-amz-content-sha256"] ?? ""],
  ].join("\n");
  const toSign = [ALGORITHM, headers["x-amz-date"] ?? "", text, toHex(sha256(encoder.encode(canonical)))].join("\n");
  const key = text
    .split("/")
    .reduce((made, part) => hmacSha256(made, encoder.encode(part)), encoder.encode(`AWS4${secretKey}`) as Uint8Array);
  return toHex(hmacSha256(key, encoder.encode(toSign)));
}

/** The headers of a signed request, those of the caller included. `nowMs`: time of the signature. */
export function signedHeaders(
  request: Signable & { body: Bytes },
  { accessKey, secretKey }: Keys,
  nowMs: number,
): Record<string, string> {
  const time = `${new Date(nowMs).toISOString().slice(0, 19).replace(/[-:]/g, "")}Z`;
  const headers = { ...request.headers, "x-amz-content-sha256": contentDigest(request.body), "x-amz-date": time };
  const names = Object.keys(headers).sort();
  const scope = `${time.slice(0, 8)}/us-east-1/s3/aws4_request`;
  const signed = signature({ ...request, headers }, secretKey, { text: scope, signedHeaders: names });
  const authorization = `${ALGORITHM} Credential=${accessKey}/${scope}, SignedHeaders=${names.join(";")}, Signature=${signed}`;
  return { ...headers, authorization };
}

/** Who signed the request: the owner of the keys, a client without a signature, or the code of the refusal. */
export function signerOf(
  request: Signable & { body: Bytes },
  { accessKey, secretKey }: Keys,
):
  | "owner"
  | "anonymous"
  | "InvalidAccessKeyId"
  | "SignatureDoesNotMatch"
  | "XAmzContentSHA256Mismatch"
  | "AccessDenied" {
  const { authorization, "x-amz-content-sha256": digest } = request.headers;
  if (authorization === undefined) return "anonymous";
  const [, key, text = "", names = "", signed] =
    /^AWS4-HMAC-SHA256 Credential=([^/]+)\/([^,\s]+),\s*SignedHeaders=([^,\s]+),\s*Signature=(\w+)$/.exec(
      authorization,
    ) ?? [];
  if (signed === undefined) return "AccessDenied";
  if (key !== accessKey) return "InvalidAccessKeyId";
  if (signature(request, secretKey, { text, signedHeaders: names.split(";") }) !== signed)
    return "SignatureDoesNotMatch";
  const isUnsigned = digest === undefined || digest === "UNSIGNED-PAYLOAD";
  return isUnsigned || digest === contentDigest(request.body) ? "owner" : "XAmzContentSHA256Mismatch";
}
