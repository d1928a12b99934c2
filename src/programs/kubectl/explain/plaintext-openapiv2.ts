/**
 * The text of `kubectl explain --output=plaintext-openapiv2`, from an OpenAPI v2 document.
 * Source: k8s.io/kubectl pkg/explain/model_printer.go, fields_printer.go, field_lookup.go
 */
import { goQuote } from "../../../lib/go-quote.ts";
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../core/parts.ts";
import { Failure } from "../core/session.ts";
import {
  identitiesOf,
  isSameType,
  referenceOf,
  resolveReference,
  type Schema,
  schemaIn,
  type TypeIdentity,
  textIn,
} from "./schema.ts";
import { refilled } from "./wrap.ts";

const WIDTH = 80;
const FIELD_INDENT = 3;
const DESCRIPTION_INDENT = 5;

export interface OldExplainRequest {
  document: JsonObject;
  type: TypeIdentity;
  fieldPath: readonly string[];
  isRecursive: boolean;
}

/** Throws Failure. */
export function explainOldText({ document, type, fieldPath, isRecursive }: OldExplainRequest): string {
  const definitions = Object.values(objectIn(document["definitions"])).map(objectIn);
  const root = definitions.find((one) => identitiesOf(one).some((identity) => isSameType(identity, type)));
  const groupVersion = type.group === "" ? type.version : `${type.group}/${type.version}`;
  if (!root) throw new Failure(`error: couldn't find resource for ${goQuote(`${groupVersion}, Kind=${type.kind}`)}`);
  const explainer = new OldExplainer(document);
  const schema = explainer.lookUp(root, fieldPath);
  const head = `KIND:     ${type.kind}\nVERSION:  ${groupVersion}\n\n`;
  return head + explainer.body(schema, fieldPath.at(-1) ?? "", isRecursive);
}

class OldExplainer {
  readonly #document: JsonObject;

  constructor(document: JsonObject) {
    this.#document = document;
  }

  lookUp(schema: Schema, path: readonly string[]): Schema {
    const [field, ...rest] = path;
    if (field === undefined) return schema;
    const inner = this.#inner(schema);
    if (inner) return this.lookUp(inner, path);
    const properties = schemaIn(schema, "properties");
    // Behind a primitive type, the rest of the path is ignored.
    if (!properties) return schema;
    const next = schemaIn(properties, field);
    if (!next) throw new Failure(`error: field ${JSON.stringify(field)} does not exist`);
    return this.lookUp(next, rest);
  }

  /** The schema behind a reference, an array or a map. */
  #inner(schema: Schema): Schema | undefined {
    const reference = referenceOf(schema);
    if (reference !== "") return resolveReference(this.#document, reference);
    if (schemaIn(schema, "properties")) return undefined;
    return schemaIn(schema, "items") ?? schemaIn(schema, "additionalProperties");
  }

  body(schema: Schema, name: string, isRecursive: boolean): string {
    const descriptions = [textIn(schema, "description")];
    let last = schema;
    for (let inner = this.#inner(last); inner; inner = this.#inner(last)) {
      last = inner;
      descriptions.push(textIn(last, "description"));
    }
    const type = this.#typeName(schema);
    const properties = schemaIn(last, "properties");
    const isArbitrary = !properties && textIn(last, "type") === "";
    const title = properties ? `RESOURCE: ${name} <${type}>\n\n` : `FIELD:    ${name} <${type}>\n\n`;
    const hasTitle = !isArbitrary && (name !== "" || !properties);
    const text = `${hasTitle ? title : ""}DESCRIPTION:\n${descriptionLines(descriptions)}`;
    if (!properties) return text;
    const fields = isRecursive ? this.#recursive(last, FIELD_INDENT, []) : this.#fields(last);
    return `${text}\nFIELDS:\n${fields}`;
  }

  #fields(schema: Schema): string {
    const properties = schemaIn(schema, "properties") ?? {};
    const required = Array.isArray(schema["required"]) ? schema["required"] : [];
    return Object.keys(properties)
      .sort()
      .map((name) => {
        const field = objectIn(properties[name]);
        const title = `${name}\t<${this.#typeName(field)}>${required.includes(name) ? " -required-" : ""}`;
        const blanks = FIELD_INDENT + 2;
        const lines = refilled(textIn(field, "description"), WIDTH - blanks);
        return `${" ".repeat(FIELD_INDENT)}${title}\n${lines.map((line) => indentedLine(line, blanks)).join("")}\n`;
      })
      .join("");
  }

  #recursive(schema: Schema, blanks: number, history: readonly string[]): string {
    const inner = this.#inner(schema);
    if (inner) {
      const reference = referenceOf(schema);
      if (reference !== "" && history.includes(reference)) return "";
      return this.#recursive(inner, blanks, reference === "" ? history : [...history, reference]);
    }
    const properties = schemaIn(schema, "properties") ?? {};
    return Object.keys(properties)
      .sort()
      .map((name) => {
        const field = objectIn(properties[name]);
        const title = `${" ".repeat(blanks)}${name}\t<${this.#typeName(field)}>\n`;
        return title + this.#recursive(field, blanks + FIELD_INDENT, history);
      })
      .join("");
  }

  #typeName(schema: Schema): string {
    const reference = referenceOf(schema);
    if (reference !== "") return this.#typeName(resolveReference(this.#document, reference) ?? {});
    if (schemaIn(schema, "properties")) return "Object";
    const item = schemaIn(schema, "items");
    if (item) return `[]${this.#typeName(item)}`;
    const value = schemaIn(schema, "additionalProperties");
    if (value) return `map[string]${this.#typeName(value)}`;
    const type = textIn(schema, "type");
    return type === "object" ? "map[string]" : type;
  }
}

function descriptionLines(descriptions: readonly string[]): string {
  const shown = descriptions.flatMap((text, i) => {
    if (text === "") return [];
    const lines = refilled(text, WIDTH - DESCRIPTION_INDENT).map((line) => indentedLine(line, DESCRIPTION_INDENT));
    return [`${i === 0 ? "" : "\n"}${lines.join("")}`];
  });
  return shown.length === 0 ? indentedLine("<empty>", DESCRIPTION_INDENT) : shown.join("");
}

function indentedLine(line: string, blanks: number): string {
  return line === "" ? "\n" : `${" ".repeat(blanks)}${line}\n`;
}
