/**
 * Converts the OpenAPI v3 documents of group versions to one OpenAPI v2 (Swagger) document, as the API server serves
 * both.
 */

import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";

type Json = JsonValue;

const METHODS = ["get", "put", "post", "delete", "options", "head", "patch"];
/** Parts of a v3 parameter's schema that v2 has in the parameter itself. */
const PARAMETER_SCHEMA_FIELDS = ["type", "format", "uniqueItems"];

/** Merges the documents. Later definitions replace earlier ones of the same name, which are equal. */
export function toOpenApiV2(documents: readonly JsonObject[], version: string): JsonObject {
  const paths: JsonObject = {};
  const definitions: JsonObject = {};
  for (const document of documents) {
    Object.assign(paths, toPathsV2(object(document["paths"])));
    for (const [name, schema] of Object.entries(object(object(document["components"])["schemas"]))) {
      definitions[name] = convertSchema(object(schema));
    }
  }
  return {
    swagger: "2.0",
    info: { title: "Kubernetes", version },
    paths: sorted(paths),
    definitions: sorted(definitions),
  };
}

/** The paths of a v3 document in the form of v2. */
export function toPathsV2(paths: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(paths).map(([path, item]) => [path, convertPathItem(object(item))]));
}

function convertPathItem(item: JsonObject): JsonObject {
  const converted: JsonObject = {};
  for (const method of METHODS) if (item[method]) converted[method] = convertOperation(object(item[method]));
  if (item["parameters"]) converted["parameters"] = array(item["parameters"]).map(convertParameter);
  return converted;
}

function convertOperation({ requestBody, parameters = [], responses, ...rest }: JsonObject): JsonObject {
  const body = requestBody ? [bodyParameter(object(requestBody))] : [];
  return {
    ...rest,
    ...(requestBody ? { consumes: Object.keys(object(object(requestBody)["content"])) } : {}),
    produces: mediaTypes(object(responses ?? {})),
    parameters: [...body, ...array(parameters).map(convertParameter)],
    responses: Object.fromEntries(
      Object.entries(object(responses ?? {})).map(([status, response]) => [status, convertResponse(object(response))]),
    ),
  };
}

function bodyParameter(requestBody: JsonObject): JsonObject {
  const [content] = Object.values(object(requestBody["content"]));
  return {
    name: "body",
    in: "body",
    required: true,
    schema: convertSchema(object(object(content ?? {})["schema"] ?? {})),
  };
}

function convertParameter(parameter: Json): JsonObject {
  const { schema, ...rest } = object(parameter);
  const moved = Object.entries(object(schema ?? {})).filter(([name]) => PARAMETER_SCHEMA_FIELDS.includes(name));
  return { ...rest, ...Object.fromEntries(moved) };
}

function mediaTypes(responses: JsonObject): string[] {
  const types = Object.values(responses).flatMap((response) => Object.keys(object(object(response)["content"] ?? {})));
  return [...new Set(types)];
}

function convertResponse({ description = "", content }: JsonObject): JsonObject {
  const [first] = Object.values(object(content ?? {}));
  const schema = first ? object(first)["schema"] : undefined;
  return { description, ...(schema ? { schema: convertSchema(object(schema)) } : {}) };
}

/** v3 wraps a reference with siblings into `allOf`, and has `oneOf` where v2 has only string. */
function convertSchema({ allOf, oneOf, ...schema }: JsonObject): JsonObject {
  const converted: JsonObject = { ...schema };
  if (typeof converted["$ref"] === "string") converted["$ref"] = convertReference(converted["$ref"]);
  const [only] = array(allOf ?? []);
  if (only) converted["$ref"] = convertReference(String(object(only)["$ref"]));
  if (oneOf) converted["type"] = "string";
  for (const name of ["items", "additionalProperties"]) {
    const inner = converted[name];
    if (typeof inner === "object") converted[name] = convertSchema(object(inner));
  }
  if (schema["properties"]) {
    converted["properties"] = Object.fromEntries(
      Object.entries(object(schema["properties"])).map(([name, property]) => [name, convertSchema(object(property))]),
    );
  }
  return converted;
}

function convertReference(reference: string): string {
  return reference.replace("#/components/schemas/", "#/definitions/");
}

function sorted(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** Throws for a value that is not an object. */
export function object(value: Json | undefined): JsonObject {
  if (!isJsonObject(value)) throw new Error("an object is meant here");
  return value;
}

/** Throws for a value that is not an array. */
export function array(value: Json | undefined): Json[] {
  if (!Array.isArray(value)) throw new Error("a list is meant here");
  return value;
}
