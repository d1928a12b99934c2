/** Values as the older shell shows them: `tojson`. */
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";

/** Objects up to this length stand on one line. */
const LINE_LENGTH = 80;

export function toLegacyText(value: JsonValue): string {
  const shown = legacy(value, "");
  return isJsonObject(value) && shown.length < LINE_LENGTH ? shown.replace(/[\t\r\n]+/g, " ") : shown;
}

/** A document of a cursor: one line. */
export function toLegacyLine(value: JsonValue): string {
  return legacy(value, "").replace(/\n\t*/g, " ");
}

function legacy(value: JsonValue, indent: string): string {
  if (typeof value === "string" || typeof value !== "object" || value === null) return JSON.stringify(value);
  const inner = `${indent}\t`;
  if (Array.isArray(value)) {
    if (value.length === 0) return "[ ]";
    return `[\n${value.map((each) => inner + legacy(each, inner)).join(",\n")}\n${indent}]`;
  }
  const special = specialText(value);
  if (special !== undefined) return special;
  const fields = Object.entries(value).map(
    ([name, each]) => `${inner}${JSON.stringify(name)} : ${legacy(each ?? null, inner)}`,
  );
  return fields.length === 0 ? "{ }" : `{\n${fields.join(",\n")}\n${indent}}`;
}

function specialText(value: JsonObject): string | undefined {
  const [key] = Object.keys(value);
  const content = value[key ?? ""];
  if (key === "$oid") return `ObjectId("${String(content)}")`;
  if (key === "$date") return `ISODate("${String(content).replace(/\.000Z$/, "Z")}")`;
  if (key === "$numberLong") return `NumberLong(${String(content)})`;
  if (key === "$numberDecimal") return `NumberDecimal("${String(content)}")`;
  if (key === "$timestamp" && isJsonObject(content))
    return `Timestamp(${String(content["t"])}, ${String(content["i"])})`;
  return undefined;
}
