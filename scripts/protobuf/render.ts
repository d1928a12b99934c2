/**
 * Renders `src/schema/generated/protobuf.ts`: the number of each field of the API in Kubernetes' protobuf encoding.
 * kubectl from 1.32 on sends typed objects that way. Fields that our schema does not have are left out.
 */
import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { resolveType, typeNames } from "../../src/schema/index.ts";
import { fullNameOf } from "../../src/schema/table.ts";
import { type Message, type MessageField, parseMessages } from "./messages.ts";

/** Messages whose JSON is a single value and not an object of their fields; src/schema/protobuf.ts reads them. */
const WRAPPERS = new Set(["JSONSchemaPropsOrArray", "JSONSchemaPropsOrBool", "JSONSchemaPropsOrStringArray", "Verbs"]);

const MESSAGES_FILE = fileURLToPath(import.meta.resolve("./inputs/messages.json"));
const messages = parseMessages(JSON.parse(readFileSync(MESSAGES_FILE, "utf8")) as Record<string, string>);

/** Fields of our schema without a number in any message: `Type: field, field`. */
export const fieldsWithoutNumber: string[] = [];

/** The text of `src/schema/generated/protobuf.ts`. */
export function renderProtobuf(): string {
  fieldsWithoutNumber.length = 0;
  const lines = new Map<string, string>();
  for (const typeName of typeNames()) {
    const type = resolveType(typeName);
    const message = messages.get(fullNameOf(typeName));
    if (type.kind !== "struct" || !message) continue;
    const fieldNames = [...type.fields.keys()];
    lines.set(typeName, line(message, fieldNames, lines));
    const known = new Set(jsonNames(message, fieldNames));
    const missing = fieldNames.filter((name) => !known.has(name) && !isTypeMeta(name));
    if (missing.length > 0) fieldsWithoutNumber.push(`${typeName}: ${missing.join(", ")}`);
  }
  const entries = [...lines].sort(([left], [right]) => (left < right ? -1 : 1));
  return `// Written by npm run generate:protobuf. Do not edit.

/**
 * Field names by type, in the order of their numbers; \`7=name\` where numbers are left out before it. \`+Type\` is a message whose
 * fields belong to the one around it: such types stand here with a dot before their name. \`name|Type\` is a field whose value is
 * wrapped into a message Type, which JSON does not have.
 */
export const protobufFields: Record<string, string> = {
${entries.map(([name, text]) => `  ${quote(name)}: "${text}",`).join("\n")}
};
`;
}

/** One message's line; embedded messages get lines of their own. */
function line(message: Message, outer: readonly string[], lines: Map<string, string>): string {
  let expected = 1;
  const parts: string[] = [];
  for (const field of [...message.fields].sort((left, right) => left.number - right.number)) {
    const name = jsonName(field, outer);
    const embedded = name === undefined ? embeddedMessage(message, field, outer) : undefined;
    if (name === undefined && !embedded) continue;
    const embeddedName = embedded?.fullName.slice(embedded.fullName.lastIndexOf(".") + 1);
    if (embedded && !lines.has(`.${embeddedName}`)) {
      lines.set(`.${embeddedName}`, "");
      lines.set(`.${embeddedName}`, line(embedded, jsonNames(embedded, outer), lines));
    }
    const text = name === undefined ? `+${embeddedName}` : name + wrapperMark(field);
    parts.push(field.number === expected ? text : `${field.number}=${text}`);
    expected = field.number + 1;
  }
  return parts.join(",");
}

/**
 * The field's name in JSON, which may differ in capitals and punctuation (`$ref`, `x-kubernetes-…`); undefined
 * without one.
 */
function jsonName(field: MessageField, outer: readonly string[]): string | undefined {
  return outer.find((name) => name.replaceAll(/[^A-Za-z0-9]/g, "").toLowerCase() === field.name.toLowerCase());
}

/** The mark of a field whose message, or whose map's message, is a wrapper. */
function wrapperMark(field: MessageField): string {
  const type = /^map<\w+, ([\w.]+)>$/.exec(field.type)?.[1] ?? field.type;
  return WRAPPERS.has(type) ? `|${type}` : "";
}

/** The message of a field that Go embeds: JSON has its fields one level up. */
function embeddedMessage(message: Message, field: MessageField, outer: readonly string[]): Message | undefined {
  if (field.isRepeated) return undefined;
  const packageName = message.fullName.slice(0, message.fullName.lastIndexOf("."));
  const name = field.type.startsWith(".") ? field.type.replace(".k8s.io.", "io.k8s.") : `${packageName}.${field.type}`;
  const target = messages.get(name);
  return target && jsonNames(target, outer).length > 0 ? target : undefined;
}

/** The JSON names among these to which the message or an embedded message gives numbers. */
function jsonNames(message: Message, outer: readonly string[]): string[] {
  return message.fields.flatMap((field) => {
    const name = jsonName(field, outer);
    if (name !== undefined) return [name];
    const embedded = embeddedMessage(message, field, outer);
    return embedded ? jsonNames(embedded, outer) : [];
  });
}

/** Kind and version are sent outside of the message. */
function isTypeMeta(name: string): boolean {
  return name === "kind" || name === "apiVersion";
}

function quote(name: string): string {
  return /^\w+$/.test(name) ? name : `"${name}"`;
}
