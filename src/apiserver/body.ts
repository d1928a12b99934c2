/** Decodes the body of a request into an object of the route's kind, with Kubernetes' own refusals. */

import { invalid } from "../cluster/refusals.ts";
import { codecOf } from "../kinds/codec.ts";
import type { Codec } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { toHex } from "../lib/encoding.ts";
import {
  isJsonObject,
  type JsonObject,
  JsonSyntaxError,
  type JsonValue,
  oddNumbers,
  parseJson,
  parseJsonStrictly,
  type StrictlyParsedJson,
} from "../lib/json.ts";
import { MAX_JSON_DEPTH, MAX_REQUEST_BODY_BYTES, MAX_STRICT_ERRORS } from "../lib/limits.ts";
import { utf8Length } from "../lib/text.ts";
import { type Parts, runToEnd, WORK } from "../lib/work.ts";
import { type Decoded, type DecodeError, type DecodeOptions, decode, typeNameOfKind } from "../schema/index.ts";
import { decodeProtobuf, ProtobufError } from "../schema/protobuf.ts";
import { describeJson } from "../schema/scalars.ts";
import type { KubernetesObject, TypeReference } from "../schema/types.ts";
import { parseYamlInParts, YamlError, yamlWarnings } from "../yaml/yaml.ts";
import type { FieldValidation } from "./options.ts";
import type { ApiRequest } from "./request.ts";

/** The kind that a route expects in its body. */
export interface Expected {
  group: string;
  version: string;
  kind: string;
  schema: TypeReference;
  /** Absent: the codec of Go structs. */
  codec?: Codec;
}

export interface ParsedBody {
  value: JsonValue;
  /** `duplicate field "data.a"`, or YAML's words for the same. */
  duplicates: string[];
  /** See `oddNumbers`. */
  oddNumbers?: ReadonlyMap<string, string>;
  /** Sorts problems of fields by their place in the text, and drops duplicates within unknown fields. */
  inOrder?: (problems: readonly string[]) => string[];
}

/** Counts work, in units of lib/work.ts. */
type Spend = (work: number) => void;

const PROTOBUF = "application/vnd.kubernetes.protobuf";
const ACCEPTED = "application/json, application/yaml, application/vnd.kubernetes.protobuf";
/** Characters of a body that a refusal quotes. */
const SUMMARY_LENGTH = 30;
/** Go's print of the type that kind and version are read into. */
const TYPE_META =
  'struct { APIVersion string "json:\\"apiVersion,omitempty\\""; Kind string "json:\\"kind,omitempty\\"" }';

export function mediaType(request: ApiRequest): string {
  return mediaTypeOf(request.headers["content-type"]);
}

/** True if the content type is protobuf. */
export function isProtobuf(contentType: string | null | undefined): boolean {
  return mediaTypeOf(contentType) === PROTOBUF;
}

function mediaTypeOf(contentType: string | null | undefined): string {
  return (contentType ?? "").split(";")[0]!.trim().toLowerCase();
}

/** The body as text. */
export function bodyText({ body }: Pick<ApiRequest, "body">): string {
  return typeof body === "string" ? body : new TextDecoder().decode(body);
}

/** Throws RequestEntityTooLarge. */
export function refuseLargeBody(body: string | Uint8Array): void {
  if (body.length * 3 <= MAX_REQUEST_BODY_BYTES) return;
  const sizeBytes = typeof body === "string" ? utf8Length(body) : body.length;
  if (sizeBytes > MAX_REQUEST_BODY_BYTES) {
    throw new ApiError("RequestEntityTooLarge", `Request entity too large: limit is ${MAX_REQUEST_BODY_BYTES}`);
  }
}

/** Reads JSON, YAML or protobuf by the content type; JSON without one. `refusal` makes an unreadable body's error. */
export function parseBody(request: ApiRequest, refusal: (why: string) => ApiError): ParsedBody {
  return runToEnd(parseBodyInParts(request, refusal, () => {}));
}

function* parseBodyInParts(request: ApiRequest, refusal: (why: string) => ApiError, spend: Spend): Parts<ParsedBody> {
  refuseLargeBody(request.body);
  const type = mediaType(request);
  if (type === PROTOBUF) {
    spend(request.body.length * WORK.bodyCharacter);
    return parseProtobuf(request.body);
  }
  if (type !== "" && type !== "application/json" && type !== "application/yaml") {
    throw new ApiError(
      "UnsupportedMediaType",
      `the body of the request was in an unknown format - accepted media types include: ${ACCEPTED}`,
    );
  }
  try {
    return yield* parseInParts(bodyText(request), { isYaml: type === "application/yaml", spend });
  } catch (error) {
    if (!(error instanceof JsonSyntaxError || error instanceof YamlError)) throw error;
    throw refusal(error instanceof YamlError ? error.message : cannotInterpret(error.message));
  }
}

/** Decodes protobuf. An empty body arrives as text and fails with the decoder's own error. */
function parseProtobuf(body: string | Uint8Array): ParsedBody {
  try {
    const bytes = typeof body === "string" ? new TextEncoder().encode(body) : body;
    return { value: decodeProtobuf(bytes), duplicates: [] };
  } catch (error) {
    if (!(error instanceof ProtobufError)) throw error;
    throw new ApiError("BadRequest", error.message);
  }
}

/** Throws JsonSyntaxError, or YamlError for YAML. */
export function parseText(text: string, options: { isYaml: boolean }): ParsedBody {
  return runToEnd(parseInParts(text, { ...options, spend: () => {} }));
}

/** As `parseText`; `spend` counts the work. */
export function* parseInParts(text: string, { isYaml, spend }: { isYaml: boolean; spend: Spend }): Parts<ParsedBody> {
  if (!isYaml) return yield* parseJsonInParts(text, spend);
  const asJson = looksLikeJson(text) ? yield* readAsJson(text, spend) : undefined;
  // Most YAML that begins like JSON is JSON. All other texts, and repeated fields, need the YAML reader's messages.
  if (!asJson || asJson.duplicates.length > 0) {
    return yield* parseYamlInParts(text, spend);
  }
  // To YAML's readers 3.0 is the number 3.
  return { ...asJson, oddNumbers: undefined };
}

function* readAsJson(text: string, spend: Spend): Parts<ParsedBody | undefined> {
  try {
    return yield* parseJsonInParts(text, spend);
  } catch (error) {
    if (error instanceof JsonSyntaxError) return undefined;
    throw error;
  }
}

function* parseJsonInParts(text: string, spend: Spend): Parts<ParsedBody> {
  const value = parseJson(text);
  spend(text.length * WORK.parsedCharacter);
  yield;
  const odd = oddNumbers(text);
  spend(text.length * WORK.parsedCharacter);
  // Repeated fields are rare and the parser that finds them is slow: use it only where they are possible.
  if (countFieldMarks(text) === countFields(value, 1)) return { value, duplicates: [], oddNumbers: odd };
  const strict = parseJsonStrictly(text);
  const duplicates = strict.duplicates.map((path) => `duplicate field "${path}"`);
  return { value: strict.value, duplicates, oddNumbers: odd, inOrder: (problems) => inOrderOf(strict, problems) };
}

const FIELD_PROBLEM = /^(unknown|duplicate) field "(.*)"$/s;

function inOrderOf({ positions }: StrictlyParsedJson, problems: readonly string[]): string[] {
  const found = problems.map((problem) => {
    const [, kind, path = ""] = FIELD_PROBLEM.exec(problem) ?? [];
    const at = (kind === "duplicate" ? positions.again : positions.first).get(path) ?? Number.POSITIVE_INFINITY;
    return { problem, kind, path, at };
  });
  const unknown = found.filter(({ kind }) => kind === "unknown");
  // Go's decoder does not look into unknown fields and does not count them.
  const isIgnored = (path: string) =>
    unknown.some((outer) => path.startsWith(outer.path) && /^(?:[.[]|$)/.test(path.slice(outer.path.length)));
  return found
    .filter(({ kind, path }) => kind !== "duplicate" || !isIgnored(path))
    .sort((a, b) => a.at - b.at)
    .map(({ problem }) => problem);
}

function looksLikeJson(text: string): boolean {
  return /^\s*[{[]/.test(text);
}

/** Counts quotes followed by a colon: all field names, and some text within strings, which only costs time. */
function countFieldMarks(text: string): number {
  let count = 0;
  for (let at = text.indexOf(":"); at >= 0; at = text.indexOf(":", at + 1)) {
    let before = at - 1;
    while (before >= 0 && " \n\t\r".includes(text[before]!)) before--;
    if (text[before] === '"' && text[before - 1] !== "\\") count++;
  }
  return count;
}

/** Throws JsonSyntaxError beyond the depth that later recursive code can handle; the built-in parser has no limit. */
function countFields(value: JsonValue | undefined, depth: number): number {
  const isList = Array.isArray(value);
  if (!isList && !isJsonObject(value)) return 0;
  if (depth > MAX_JSON_DEPTH) throw new JsonSyntaxError("exceeded max depth");
  const items = isList ? value : Object.values(value);
  let count = isList ? 0 : items.length;
  for (const item of items) count += countFields(item, depth + 1);
  return count;
}

/**
 * The object of a request's body. Kind and version may be omitted; other values than the expected ones are refused.
 * Throws BadRequest, UnsupportedMediaType, RequestEntityTooLarge.
 */
export function decodeBody(
  request: ApiRequest,
  expected: Expected,
  options: { fieldValidation: FieldValidation; warn: (message: string) => void },
): KubernetesObject {
  return runToEnd(decodeInParts(request, expected, { ...options, spend: () => {} }));
}

/** As `decodeBody`; `spend` counts the work. */
export function* decodeInParts(
  request: ApiRequest,
  expected: Expected,
  options: { fieldValidation: FieldValidation; warn: (message: string) => void; spend: Spend },
): Parts<KubernetesObject> {
  const refusal = (why: string) => unrecognized(bodyText(request), expected.kind, why);
  const parts = parseBodyInParts(request, refusal, options.spend);
  const { value: parsed, duplicates, oddNumbers, inOrder } = yield* parts;
  yield;
  // Go decodes null as an object without fields.
  const value = parsed === null ? {} : parsed;
  if (!isJsonObject(value)) throw refusal(notAnObject(value));
  if (codecOf(expected).readsOwnKindOnly && textOf(value["kind"]) === "") {
    const why = `Object 'Kind' is missing in '${bodyText(request)}'`;
    throw cannotHandle(expected.kind, expected.version, expected.kind, why);
  }
  refuseOtherKind(value, expected, options.fieldValidation);
  const object = decodeValue(value, expected, { ...options, duplicates, oddNumbers, inOrder });
  options.spend(request.body.length * WORK.bodyCharacter);
  yield;
  return object;
}

/** Decodes a value of the expected kind. Throws BadRequest. */
export function decodeValue(
  value: JsonObject,
  expected: Expected,
  options: {
    fieldValidation: FieldValidation;
    duplicates?: readonly string[];
    oddNumbers?: ParsedBody["oddNumbers"];
    inOrder?: ParsedBody["inOrder"];
    warn: (message: string) => void;
  },
): KubernetesObject {
  const { fieldValidation, oddNumbers } = options;
  const decoded = decodeAs(expected, value, { fieldValidation, oddNumbers });
  const kind = typeof value["kind"] === "string" && value["kind"] !== "" ? value["kind"] : expected.kind;
  if (isError(decoded)) throw cannotHandle(kind, expected.version, expected.kind, decoded.error);
  const duplicates = fieldValidation === "Ignore" ? [] : (options.duplicates ?? []);
  const inOrder = options.inOrder ?? ((problems: readonly string[]) => [...problems]);
  const problems = inOrder([...(fieldValidation === "Strict" ? duplicates : []), ...decoded.strictErrors]);
  const strictErrors = problems.slice(0, MAX_STRICT_ERRORS);
  if (strictErrors.length > 0) {
    throw cannotHandle(kind, expected.version, expected.kind, `strict decoding error: ${strictErrors.join(", ")}`);
  }
  const repeated = fieldValidation === "Warn" ? yamlWarnings(duplicates) : [];
  for (const warning of inOrder([...repeated, ...decoded.warnings])) options.warn(warning);
  const object = decoded.value;
  object.kind = expected.kind;
  object.apiVersion = expected.group === "" ? expected.version : `${expected.group}/${expected.version}`;
  object.metadata ??= {};
  return object;
}

/** Decodes the value as the route's kind. */
export function decodeAs(
  expected: Expected,
  value: JsonObject,
  options: DecodeOptions,
): Decoded<KubernetesObject> | DecodeError {
  return codecOf(expected).decode(expected.schema, value, options);
}

export function isError<T>(decoded: Decoded<T> | DecodeError): decoded is DecodeError {
  return "error" in decoded;
}

function refuseOtherKind(value: JsonObject, expected: Expected, fieldValidation: FieldValidation): void {
  const kind = textOf(value["kind"]) || expected.kind;
  const groupVersion = textOf(value["apiVersion"]) || groupVersionOf(expected);
  if (kind === expected.kind && groupVersion === groupVersionOf(expected)) return;
  const [group, version] = groupVersion.includes("/") ? groupVersion.split("/") : ["", groupVersion];
  if (codecOf(expected).readsOwnKindOnly) throw otherThanCustom(kind, groupVersion, expected);
  const other = typeNameOfKind(group!, version!, kind);
  if (other === undefined) {
    const why = `no kind "${kind}" is registered for version "${groupVersion}" in scheme "pkg/api/legacyscheme/scheme.go:30"`;
    throw cannotHandle(kind, version!, expected.kind, why);
  }
  const decoded = decode(other, value, { fieldValidation });
  if (isError(decoded)) throw cannotHandle(kind, version!, expected.kind, decoded.error);
  throw otherVersion(groupVersion, expected);
}

/** A custom object of another version is a bad request, one of another kind an invalid object. */
function otherThanCustom(kind: string, groupVersion: string, expected: Expected): ApiError {
  if (groupVersion !== groupVersionOf(expected)) return otherVersion(groupVersion, expected);
  const message = `Invalid value: ${JSON.stringify(kind)}: must be ${expected.kind}`;
  return invalid(expected, "", [{ type: "FieldValueInvalid", field: "kind", message }]);
}

function otherVersion(groupVersion: string, expected: Expected): ApiError {
  const expectedVersion = groupVersionOf(expected);
  return new ApiError(
    "BadRequest",
    `the API version in the data (${groupVersion}) does not match the expected API version (${expectedVersion})`,
  );
}

function groupVersionOf(expected: Expected): string {
  return expected.group === "" ? expected.version : `${expected.group}/${expected.version}`;
}

function textOf(value: JsonValue | undefined): string {
  return typeof value === "string" ? value : "";
}

function cannotHandle(kind: string, version: string, expectedKind: string, why: string): ApiError {
  return new ApiError("BadRequest", `${kind} in version "${version}" cannot be handled as a ${expectedKind}: ${why}`);
}

/** The error of Go's decoder when it looks for kind and version in a value that is not an object. */
export function notAnObject(value: JsonValue): string {
  return cannotInterpret(`json: cannot unmarshal ${describeJson(value)} into Go value of type ${TYPE_META}`);
}

function unrecognized(body: string, expectedKind: string, why: string): ApiError {
  return new ApiError(
    "BadRequest",
    `the object provided is unrecognized (must be of type ${expectedKind}): ${why} (${summary(body)})`,
  );
}

function cannotInterpret(why: string): string {
  return `couldn't get version/kind; json parse error: ${why}`;
}

/** As apimachinery's summarizeData: text when it looks like JSON, else hexadecimal. */
function summary(body: string): string {
  if (body === "") return "<empty>";
  if (body.startsWith("{")) return body.length > SUMMARY_LENGTH ? `${body.slice(0, SUMMARY_LENGTH)} ...` : body;
  const bytes = new TextEncoder().encode(body.slice(0, SUMMARY_LENGTH)).slice(0, SUMMARY_LENGTH);
  const hex = toHex(bytes);
  return body.length > SUMMARY_LENGTH ? `${hex} ...` : hex;
}
