/**
 * Paths within a schema, as rules and selectable fields give them: `.spec.ports`, `.metadata['a.b']`.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/apiserver/schema/cel/validation.go (ValidFieldPath)
 */
import type { JSONSchemaProps } from "../../../schema/types.ts";
import { additionalSchema, ownProperty } from "../schema-parts.ts";

/** The place in the schema that a `fieldPath` refers to. */
export interface FoundField {
  /** The path as Kubernetes prints it: `spec.map[key]`. */
  path: string;
  schema: JSONSchemaProps;
}

/** The problem of an invalid `fieldPath`, in Kubernetes' words. */
export interface FieldPathProblem {
  problem: string;
}

/** Resolves a path to its field, or returns the path's problem. `allowBrackets`: fields may be in brackets. */
export function findField(
  path: string,
  schema: JSONSchemaProps,
  { allowBrackets = true }: { allowBrackets?: boolean } = {},
): FoundField | FieldPathProblem {
  const tokens = tokensOf(path);
  let found: FoundField = { path: "", schema };
  for (let i = 0; i < tokens.length; ) {
    const token = tokens[i]!;
    if (token !== "." && token !== "[") return { problem: `expected [ or . but got: ${token}` };
    if (token === "[" && !allowBrackets) return { problem: "array notation is not allowed" };
    const name = tokens[i + 1];
    if (name === undefined) return { problem: "unexpected end of JSON path" };
    const field = token === "." ? name : unquoted(name);
    if (typeof field !== "string") return field;
    const next = fieldBelow(found, field);
    if (!next) return { problem: "does not refer to a valid field" };
    if (token === "[") {
      const closing = tokens[i + 2];
      if (closing === undefined) return { problem: "unexpected end of JSON path" };
      if (closing !== "]") return { problem: `expected ] but got ${closing}` };
    }
    found = next;
    i += token === "." ? 2 : 3;
  }
  return found;
}

/** Tokens: delimiters, texts in single quotes, and names between them. */
function tokensOf(path: string): string[] {
  return path.match(/'(?:[^'\\]|\\.)*'|[.[\]]|[^.[\]]+/g) ?? [];
}

const ESCAPED: Readonly<Record<string, string>> = {
  a: "\u0007",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "'": "'",
  "\\": "\\",
};

function unquoted(token: string): string | FieldPathProblem {
  if (token.length < 2 || !token.startsWith("'") || !token.endsWith("'")) {
    return { problem: `expected single quoted string but got ${token}` };
  }
  const inner = token.slice(1, -1);
  const unknown = inner.match(/\\./g)?.find((pair) => !(pair[1]! in ESCAPED));
  if (unknown !== undefined) return { problem: `invalid string literal: invalid escape char ${unknown}` };
  return inner.replace(/\\(.)/g, (_, character: string) => ESCAPED[character]!);
}

function fieldBelow({ path, schema }: FoundField, name: string): FoundField | undefined {
  if (schema.properties !== undefined) {
    const property = ownProperty(schema, name);
    return property && { path: path === "" ? name : `${path}.${name}`, schema: property };
  }
  const values = additionalSchema(schema);
  return values && { path: `${path}[${name}]`, schema: values };
}
