/** Renders the TypeScript types of the API types in their JSON form. */
import type { Facts, FieldFact, TypeFact } from "./facts.ts";
import { goForms } from "./go-forms.ts";

/** Types whose JSON is not an object of declared fields. */
const SCALARS: Record<string, { type: string; comment: string }> = {
  Quantity: { type: "string", comment: 'An amount such as `"500m"` or `"1Gi"`, in canonical form.' },
  IntOrString: { type: "number | string", comment: 'A number, or a text such as `"25%"`.' },
  Time: { type: "string", comment: "An instant to the second, RFC 3339 in UTC: `2026-01-02T03:04:05Z`." },
  MicroTime: {
    type: "string",
    comment: "An instant to the microsecond, RFC 3339 in UTC: `2026-01-02T03:04:05.000006Z`.",
  },
  FieldsV1: {
    type: "JsonObject",
    comment: "A set of fields as managedFields writes it: `f:`, `k:`, `v:` and `.` keys.",
  },
  RawExtension: { type: "JsonObject", comment: "An object of any kind." },
  Patch: { type: "JsonObject", comment: "A patch document." },
  JSON: { type: "JsonValue", comment: "Any JSON value." },
  JSONSchemaPropsOrArray: { type: "JSONSchemaProps | JSONSchemaProps[]", comment: "One schema, or one per position." },
  JSONSchemaPropsOrBool: { type: "JSONSchemaProps | boolean", comment: "A schema, or whether anything is allowed." },
  JSONSchemaPropsOrStringArray: { type: "JSONSchemaProps | string[]", comment: "A schema, or names of properties." },
};

/** @param names internal names by full name */
export function renderTypes(facts: Facts, names: Map<string, string>): string {
  const blocks = [
    "// Written by npm run generate:schema from scripts/schema/inputs. Do not edit.",
    'import type { JsonObject, JsonValue } from "../../lib/json.ts";',
  ];
  const sorted = [...names].sort((a, b) => (a[1] < b[1] ? -1 : 1));
  const structs: string[] = [];
  for (const [fullName, name] of sorted) {
    const fact = facts[fullName]!;
    const scalar = SCALARS[name];
    if (scalar) {
      blocks.push(`/** ${scalar.comment} */\nexport type ${name} = ${scalar.type};`);
      continue;
    }
    structs.push(name);
    blocks.push(renderObject(fullName, name, fact, names));
  }
  const members = structs.map((name) => `  ${name}: ${name};`).join("\n");
  blocks.push(`/** Every object type by its name in the table. */\nexport interface ApiTypes {\n${members}\n}`);
  return `${blocks.join("\n\n")}\n`;
}

/** Stored objects and lists always have kind and apiVersion. */
const IDENTITY = new Set(["apiVersion", "kind"]);

/**
 * An alias instead of an interface: only aliases are assignable to types with an index signature, such as
 * KubernetesObject.
 */
function renderObject(fullName: string, name: string, fact: TypeFact, names: Map<string, string>): string {
  const required = new Set(fact.required ?? []);
  const isKind = fact.gvk !== undefined && fact.fields?.["metadata"] !== undefined;
  const lines = goForms(fullName, fact).map(({ field, mark }) => {
    const fieldFact = fact.fields![field]!;
    const present = required.has(field) || isPlainStruct(fieldFact) || (isKind && IDENTITY.has(field));
    // Go writes some optional fields as null when they are empty.
    const type = typeText(fieldFact, names) + (!present && mark === "^" ? " | null" : "");
    return `  ${propertyName(field)}${present ? "" : "?"}: ${type};`;
  });
  const comment = `/** \`${fullName}\` */\n`;
  if (lines.length === 0) return `${comment}export type ${name} = Record<string, never>;`;
  return `${comment}export type ${name} = {\n${lines.join("\n")}\n};`;
}

/** Go writes an empty struct unless it is a pointer. */
function isPlainStruct(fact: FieldFact): boolean {
  return fact.ref !== undefined && typeof fact.default === "object";
}

function typeText(fact: FieldFact, names: Map<string, string>): string {
  if (fact.ref) return names.get(fact.ref)!;
  if (fact.type === "array") {
    const items = typeText(fact.items!, names);
    return /^[\w.]+$/.test(items) ? `${items}[]` : `(${items})[]`;
  }
  if (fact.type === "object") return fact.values ? `Record<string, ${typeText(fact.values, names)}>` : "JsonObject";
  if (fact.type === "integer" || fact.type === "number") return "number";
  if (fact.type === "boolean") return "boolean";
  return "string";
}

function propertyName(field: string): string {
  return /^[A-Za-z_]\w*$/.test(field) ? field : JSON.stringify(field);
}
