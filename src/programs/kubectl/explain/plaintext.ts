/**
 * The text of `kubectl explain` from an OpenAPI v3 document.
 * Source: k8s.io/kubectl pkg/explain/v2/templates/plaintext.tmpl
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { type Resource, resourceText } from "../core/discovery.ts";
import { objectIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";
import { PartialFailure } from "../printers/failure.ts";
import {
  identitiesOf,
  identityOf,
  isSameType,
  referenceOf,
  resolveReference,
  type Schema,
  schemaIn,
  schemasIn,
  type TypeIdentity,
  textIn,
} from "./schema.ts";
import { indented, wrapWords } from "./wrap.ts";

export interface ExplainRequest {
  document: JsonObject;
  resource: Resource;
  fieldPath: readonly string[];
  isRecursive: boolean;
}

const METHODS = ["get", "post", "put", "patch", "delete"];
const ENUM_LIMIT = 4;

/** Throws Failure. */
export function explainText(request: ExplainRequest): string {
  const type = typeOf(request);
  if (!type) throw new Failure(`error: GVR (${resourceText(request.resource)}) not found in OpenAPI schema`);
  const { group, kind, version } = type;
  const head = `${group && `GROUP:      ${group}\n`}KIND:       ${kind}\nVERSION:    ${version}\n\n`;
  const schemas = Object.values(objectIn(objectIn(request.document["components"])["schemas"])).map(objectIn);
  const schema = schemas.find((one) => identitiesOf(one).some((identity) => isSameType(identity, type)));
  if (!schema) {
    const shown = `map[group:${group} kind:${kind} version:${version}]`;
    throw new Failure(`error: GVK ${shown} not found in OpenAPI schema`);
  }
  const explainer = new Explainer(request.document, request.isRecursive);
  const text = explainer.output(schema, request.fieldPath, []);
  if (text === "")
    throw new PartialFailure(head, `error: field ${JSON.stringify(request.fieldPath.at(-1))} does not exist`);
  return `${head}${text}\n`;
}

/** The type that the paths of the resource serve. */
function typeOf({ document, resource }: ExplainRequest): TypeIdentity | undefined {
  const { group, version, name } = resource;
  const root = group === "" ? `/api/${version}` : `/apis/${group}/${version}`;
  const paths = objectIn(document["paths"]);
  for (const path of [`${root}/${name}`, `${root}/namespaces/{namespace}/${name}`]) {
    for (const item of [objectIn(paths[path]), objectIn(paths[`${path}/{name}`])]) {
      for (const method of METHODS) {
        const type = schemaIn(objectIn(item[method]), "x-kubernetes-group-version-kind");
        if (type) return identityOf(type);
      }
    }
  }
  return undefined;
}

class Explainer {
  readonly #document: JsonObject;
  readonly #isRecursive: boolean;

  constructor(document: JsonObject, isRecursive: boolean) {
    this.#document = document;
    this.#isRecursive = isRecursive;
  }

  /** Follows the path; empty if it leads nowhere. `history` has the references on the way to a field. */
  output(schema: Schema, path: readonly string[], history: readonly string[]): string {
    const reference = referenceOf(schema);
    const next = reference === "" ? history : [...history, reference];
    const resolved = this.#resolved(schema);
    const [field, ...rest] = path;
    if (field === undefined) return this.#whole(resolved);
    if (reference !== "" && history.includes(reference)) return "";
    const inner = schemaIn(schemaIn(resolved, "properties") ?? {}, field);
    if (inner) {
      const title = `FIELD: ${field} <${this.#typeName(inner)}>\n${enumLines(inner)}\n\n`;
      return `${rest.length === 0 ? title : ""}${this.output(inner, rest, [])}`;
    }
    const item = schemaIn(resolved, "items") ?? schemaIn(resolved, "additionalProperties");
    if (item) return this.output(item, path, next);
    for (const part of schemasIn(resolved, "allOf")) {
      const text = this.output(part, path, next);
      if (text !== "") return text;
    }
    return "";
  }

  #whole(schema: Schema): string {
    const description = this.#description(schema) || "<empty>";
    const fields = this.#fieldList(schema, 1, []);
    return `DESCRIPTION:\n${indented(wrapWords(description, 76), 4)}\n${fields && `FIELDS:\n${fields}`}`;
  }

  #resolved(schema: Schema): Schema {
    return resolveReference(this.#document, referenceOf(schema)) ?? schema;
  }

  /** The descriptions of a schema and of the schemas that it is made of. */
  #description(schema: Schema): string {
    const resolved = this.#resolved(schema);
    const own = textIn(resolved, "description");
    const parts = schemasIn(resolved, "allOf");
    const inner = [schemaIn(resolved, "items"), schemaIn(resolved, "additionalProperties")];
    const all = [...parts, ...inner].flatMap((one) => (one ? [this.#description(one)] : []));
    return `${own && `${own}\n`}${all.join("")}`;
  }

  #fieldList(schema: Schema, level: number, history: readonly string[]): string {
    const reference = referenceOf(schema);
    if (reference !== "" && history.includes(reference)) return "";
    const next = reference === "" ? history : [...history, reference];
    const resolved = this.#resolved(schema);
    const properties = schemaIn(resolved, "properties") ?? {};
    const fields = Object.keys(properties)
      .sort()
      .map((name) => {
        const inner = this.#isRecursive ? this.#fieldList(objectIn(properties[name]), level + 1, next) : "";
        return this.#field(resolved, name, level) + inner;
      });
    const parts = [
      ...schemasIn(resolved, "allOf"),
      schemaIn(resolved, "items"),
      schemaIn(resolved, "additionalProperties"),
    ];
    return [...fields, ...parts.map((one) => (one ? this.#fieldList(one, level, next) : ""))].join("");
  }

  #field(parent: Schema, name: string, level: number): string {
    const schema = objectIn(schemaIn(parent, "properties")?.[name]);
    const blanks = level * 2;
    const required = parent["required"];
    const isRequired = Array.isArray(required) && required.includes(name);
    const title = `${" ".repeat(blanks)}${name}\t<${this.#typeName(schema)}>${isRequired ? " -required-" : ""}`;
    const head = `${title}${shortEnum(schema, blanks)}\n`;
    if (this.#isRecursive) return head;
    const description = textIn(schema, "description") || "<no description>";
    return `${head}${indented(wrapWords(description, 78 - blanks), blanks + 2)}\n\n`;
  }

  /** `[]Container`, `map[string]string`, `Object`. */
  #typeName(schema: Schema): string {
    const item = schemaIn(schema, "items");
    if (item) return `[]${this.#typeName(item)}`;
    const value = schemaIn(schema, "additionalProperties");
    if (value) return `map[string]${this.#typeName(value)}`;
    const parts = schemasIn(schema, "allOf");
    if (parts.length === 1 && !schemaIn(schema, "properties")) return this.#typeName(parts[0]!);
    const reference = referenceOf(schema);
    if (reference !== "") {
      const type = textIn(resolveReference(this.#document, reference) ?? {}, "type");
      return type === "" || type === "object" ? reference.split("/").at(-1)!.split(".").at(-1) || "Object" : type;
    }
    const type = textIn(schema, "type");
    return type === "object" || type === "" ? "Object" : type;
  }
}

function enumOf(schema: Schema): readonly JsonValue[] {
  return Array.isArray(schema["enum"]) ? schema["enum"] : [];
}

function enumText(value: JsonValue): string {
  return value === "" ? '""' : String(value);
}

/** All values, a line each. */
function enumLines(schema: Schema): string {
  const values = enumOf(schema);
  return values.length === 0 ? "" : `ENUM:${values.map((value) => `\n    ${enumText(value)}`).join("")}`;
}

/** The first values on one line. */
function shortEnum(schema: Schema, blanks: number): string {
  const values = enumOf(schema);
  if (values.length === 0) return "";
  const shown = values.slice(0, ENUM_LIMIT).map(enumText).join(", ");
  return `\n${" ".repeat(blanks)}enum: ${shown}${values.length > ENUM_LIMIT ? ", ...." : ""}`;
}
