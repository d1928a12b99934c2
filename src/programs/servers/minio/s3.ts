/** The S3 interface of MinIO: buckets, objects, listings and policies of buckets. Errors have MinIO's texts. */
import { bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { isJsonObject, type JsonValue } from "../../../lib/json.ts";
import { decode, type HttpAnswer, parameters, splitPath, text } from "../http.ts";
import { httpTime } from "../log.ts";
import type { HttpRequest } from "../server.ts";
import type { ObjectHeaders, ObjectStore, StoredObject } from "./objects.ts";

const ERRORS = {
  AccessDenied: [403, "Access Denied."],
  BadDigest: [400, "The Content-Md5 you specified did not match what we received."],
  BucketAlreadyOwnedByYou: [409, "Your previous request to create the named bucket succeeded and you already own it."],
  BucketNotEmpty: [409, "The bucket you tried to delete is not empty"],
  InternalError: [500, "We encountered an internal error, please try again."],
  InvalidAccessKeyId: [403, "The Access Key Id you provided does not exist in our records."],
  InvalidBucketName: [400, "The specified bucket is not valid."],
  MalformedPolicy: [400, "Policy has invalid resource."],
  MethodNotAllowed: [405, "The specified method is not allowed against this resource."],
  NoSuchBucket: [404, "The specified bucket does not exist"],
  NoSuchBucketPolicy: [404, "The bucket policy does not exist"],
  NoSuchKey: [404, "The specified key does not exist."],
  NotImplemented: [501, "A header you provided implies functionality that is not implemented"],
  SignatureDoesNotMatch: [
    403,
    "The request signature we calculated does not match the signature you provided. Check your key and signing method.",
  ],
  XAmzContentSHA256Mismatch: [400, "The provided 'x-amz-content-sha256' header does not match what was computed."],
  XMinioInvalidObjectName: [400, "Object name contains unsupported characters."],
  XMinioParentIsObject: [400, "Object-prefix is already an object, please choose a different object-prefix name."],
  XMinioStorageFull: [
    507,
    "Storage backend has reached its minimum free drive threshold. Please delete a few objects to proceed.",
  ],
} as const;

export type S3Error = keyof typeof ERRORS;

/** A request to the interface, with its path taken apart. Texts, no longer percent-encoded. */
interface Call {
  store: ObjectStore;
  request: HttpRequest;
  bucket: string;
  key: string;
  query: Map<string, string[]>;
}

const HEAD = '<?xml version="1.0" encoding="UTF-8"?>\n';
const NAMESPACE = 'xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
const MAX_KEYS = 1000;
/** Parameters of a bucket's listing; other parameters ask for interfaces that are not written. */
const LIST_PARAMETERS = new Set([
  ...["list-type", "prefix", "delimiter", "max-keys", "continuation-token", "start-after", "marker"],
  ...["encoding-type", "fetch-owner", "metadata"],
]);

const escapeXml = (value: string): string =>
  value.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&#34;");

const element = (name: string, value: string | number | boolean): string =>
  `<${name}>${escapeXml(String(value))}</${name}>`;

const xml = (status: number, body: string): HttpAnswer =>
  text(status, bytesOfText(HEAD + body), { contentType: "application/xml" });

const empty = (status: number, headers: Record<string, string> = {}): HttpAnswer => ({
  ...{ type: "http", status, body: "", afterMs: 1 },
  headers: { "content-length": "0", ...headers },
});

/** An error as S3 answers it. */
export function s3Error(code: S3Error, path: string): HttpAnswer {
  const [status, message] = ERRORS[code];
  const [bucket = "", ...key] = splitPath(path).path.slice(1).split("/");
  const parts = [
    ...[element("Code", code), element("Message", message)],
    ...(key.length > 0 && key[0] !== "" ? [element("Key", key.join("/"))] : []),
    ...(bucket !== "" ? [element("BucketName", bucket)] : []),
    element("Resource", splitPath(path).path),
  ];
  return xml(status, `<Error>${parts.join("")}</Error>`);
}

/** Answers a request of the owner, or of an anonymous client that a policy of the bucket allows. @throws FileError */
export function s3Answer(store: ObjectStore, request: HttpRequest, isOwner: boolean): HttpAnswer {
  const { path, query } = splitPath(request.path);
  const [bucket = "", ...rest] = path
    .slice(1)
    .split("/")
    .map((part) => textOfBytes(decode(part.replace(/\+/g, "%2B"))));
  const call: Call = { store, request, bucket, key: rest.join("/"), query: parameters(query) };
  const answered = !isOwner && !isAllowed(call) ? "AccessDenied" : dispatch(call);
  const answer = typeof answered === "string" ? s3Error(answered, request.path) : answered;
  return request.method === "HEAD" ? { ...answer, body: "" } : answer;
}

function dispatch(call: Call): HttpAnswer | S3Error {
  const { store, bucket, key, request } = call;
  if (bucket === "") return request.method === "GET" ? listBuckets(store) : "MethodNotAllowed";
  if (request.method === "PUT" && key === "" && call.query.size === 0) return makeBucket(call);
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return "InvalidBucketName";
  if (!store.hasBucket(bucket)) return "NoSuchBucket";
  return key === "" ? bucketAnswer(call) : objectAnswer(call);
}

function listBuckets(store: ObjectStore): HttpAnswer {
  const buckets = store
    .buckets()
    .map(({ name, createdAtMs }) => `<Bucket>${element("Name", name)}${time("CreationDate", createdAtMs)}</Bucket>`);
  const owner = `<Owner>${element("ID", "minio")}${element("DisplayName", "minio")}</Owner>`;
  return xml(
    200,
    `<ListAllMyBucketsResult ${NAMESPACE}>${owner}<Buckets>${buckets.join("")}</Buckets></ListAllMyBucketsResult>`,
  );
}

const time = (name: string, atMs: number): string => element(name, new Date(atMs).toISOString());

function makeBucket({ store, bucket }: Call): HttpAnswer | S3Error {
  if (!/^[a-z0-9][a-z0-9.-]{1,61}[a-z0-9]$/.test(bucket)) return "InvalidBucketName";
  if (store.hasBucket(bucket)) return "BucketAlreadyOwnedByYou";
  store.makeBucket(bucket);
  return empty(200, { location: `/${bucket}` });
}

function bucketAnswer(call: Call): HttpAnswer | S3Error {
  const { store, bucket, query, request } = call;
  const { method } = request;
  if (query.has("policy")) return policyAnswer(call);
  if (method === "GET" && query.has("location"))
    return xml(200, `<LocationConstraint ${NAMESPACE}></LocationConstraint>`);
  if ([...query.keys()].some((name) => !LIST_PARAMETERS.has(name))) return "NotImplemented";
  if (method === "HEAD") return empty(200);
  if (method === "GET") return listObjects(call);
  if (method !== "DELETE") return "MethodNotAllowed";
  if (store.keys(bucket).length > 0) return "BucketNotEmpty";
  store.removeBucket(bucket);
  return empty(204);
}

function listObjects({ store, bucket, query }: Call): HttpAnswer {
  const valueNamed = (name: string) => textOfBytes(query.get(name)?.[0] ?? "");
  const [prefix, delimiter] = [valueNamed("prefix"), valueNamed("delimiter")];
  const after = valueNamed("continuation-token") || valueNamed("start-after") || valueNamed("marker");
  const limit = Math.min(Number(valueNamed("max-keys") || MAX_KEYS), MAX_KEYS);
  const rows: string[] = [];
  const folders = new Set<string>();
  let last = "";
  let isTruncated = false;
  for (const key of store.keys(bucket)) {
    if (!key.startsWith(prefix)) continue;
    const at = delimiter === "" ? -1 : key.indexOf(delimiter, prefix.length);
    const name = at < 0 ? key : key.slice(0, at + delimiter.length);
    if ((after !== "" && bytesOfText(name) <= bytesOfText(after)) || folders.has(name)) continue;
    isTruncated = rows.length >= limit;
    if (isTruncated) break;
    last = name;
    const found = at < 0 ? store.find(bucket, key) : undefined;
    if (at >= 0) folders.add(name);
    rows.push(found ? contentsOf(found) : `<CommonPrefixes>${element("Prefix", name)}</CommonPrefixes>`);
  }
  const head = [
    ...[element("Name", bucket), element("Prefix", prefix), element("KeyCount", rows.length)],
    ...[element("MaxKeys", limit), element("Delimiter", delimiter), element("IsTruncated", isTruncated)],
    ...(isTruncated ? [element("NextContinuationToken", last)] : []),
  ];
  return xml(200, `<ListBucketResult ${NAMESPACE}>${head.join("")}${rows.join("")}</ListBucketResult>`);
}

function contentsOf({ key, etag, modifiedAtMs, content }: StoredObject): string {
  const parts = [
    ...[element("Key", key), time("LastModified", modifiedAtMs), element("ETag", `"${etag}"`)],
    ...[element("Size", content.length), element("StorageClass", "STANDARD")],
  ];
  return `<Contents>${parts.join("")}</Contents>`;
}

function objectAnswer(call: Call): HttpAnswer | S3Error {
  const { store, bucket, key, query, request } = call;
  if (key.split("/").some((part) => part === "." || part === "..")) return "XMinioInvalidObjectName";
  if (query.size > 0) return "NotImplemented";
  switch (request.method) {
    case "GET":
    case "HEAD": {
      const found = store.find(bucket, key);
      return found ? objectContent(found) : "NoSuchKey";
    }
    case "PUT":
      return putObject(call);
    case "DELETE":
      store.remove(bucket, key);
      return empty(204);
    default:
      return "MethodNotAllowed";
  }
}

function objectContent({ content, etag, headers, modifiedAtMs }: StoredObject): HttpAnswer {
  return text(200, content, {
    contentType: headers["content-type"] ?? "binary/octet-stream",
    headers: { ...headers, etag: `"${etag}"`, "last-modified": httpTime(modifiedAtMs), "accept-ranges": "bytes" },
  });
}

function putObject({ store, bucket, key, request }: Call): HttpAnswer | S3Error {
  if (store.hasParentObject(bucket, key)) return "XMinioParentIsObject";
  if (request.headers["x-amz-copy-source"] !== undefined) return "NotImplemented";
  const kept = Object.entries(request.headers).filter(([name]) => /^(content-type|x-amz-meta-.*)$/.test(name));
  const headers: ObjectHeaders = Object.fromEntries(kept);
  return empty(200, { etag: `"${store.put(bucket, key, { headers, content: request.body })}"` });
}

function policyAnswer({ store, bucket, request }: Call): HttpAnswer | S3Error {
  if (request.method === "GET") {
    const policy = store.policy(bucket);
    return policy === "" ? "NoSuchBucketPolicy" : text(200, bytesOfText(policy), { contentType: "application/json" });
  }
  if (request.method !== "PUT" && request.method !== "DELETE") return "MethodNotAllowed";
  const policy = request.method === "PUT" ? textOfBytes(request.body) : "";
  if (policy !== "" && statementsOf(policy).length === 0) return "MalformedPolicy";
  store.setPolicy(bucket, policy);
  return empty(204);
}

interface Statement {
  effect: string;
  actions: readonly string[];
  resources: readonly string[];
}

/** Statements for all clients; empty if the policy is invalid. */
function statementsOf(policy: string): Statement[] {
  let value: JsonValue;
  try {
    value = JSON.parse(policy) as JsonValue;
  } catch {
    // A policy that is no JSON has no statements.
    return [];
  }
  const statements = isJsonObject(value) ? value["Statement"] : undefined;
  const list = (each: JsonValue | undefined) => (Array.isArray(each) ? each.map(String) : [String(each ?? "")]);
  return (Array.isArray(statements) ? statements : [statements]).flatMap((each) =>
    isJsonObject(each)
      ? [{ effect: String(each["Effect"]), actions: list(each["Action"]), resources: list(each["Resource"]) }]
      : [],
  );
}

const ACTIONS: Readonly<Record<string, string>> = {
  GET: "GetObject",
  HEAD: "GetObject",
  PUT: "PutObject",
  DELETE: "DeleteObject",
};

/** Whether the bucket's policy allows an anonymous request. */
function isAllowed({ store, bucket, key, query, request }: Call): boolean {
  const action = key !== "" ? ACTIONS[request.method] : request.method === "GET" ? "ListBucket" : undefined;
  if (bucket === "" || action === undefined || query.has("policy") || !store.hasBucket(bucket)) return false;
  const resource = `arn:aws:s3:::${bucket}${key === "" ? "" : `/${key}`}`;
  const matching = statementsOf(store.policy(bucket)).filter(
    ({ actions, resources }) =>
      actions.some((each) => matches(each, `s3:${action}`)) && resources.some((each) => matches(each, resource)),
  );
  return matching.length > 0 && matching.every(({ effect }) => effect === "Allow");
}

/** Patterns of policies: `*` is any text, `?` any character. */
function matches(pattern: string, value: string): boolean {
  const source = pattern
    .replace(/[.+^${}()|[\]\\]/g, "\\$&")
    .replace(/\*+/g, ".*")
    .replace(/\?/g, ".");
  return new RegExp(`^${source}$`, "s").test(value);
}
