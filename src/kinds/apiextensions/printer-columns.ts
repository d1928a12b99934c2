/** The columns of a custom resource's tables. Source: apiextensions-apiserver's table convertor. */
import { humanDuration } from "../../lib/duration.ts";
import type { JsonValue } from "../../lib/json.ts";
import { type JsonPath, JsonPathError, parseJsonPath } from "../../lib/json-path.ts";
import { parseTime } from "../../lib/time.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { CustomResourceColumnDefinition } from "../../schema/types.ts";
import type { TableColumn } from "../kind.ts";
import { nameColumn } from "../printing/columns.ts";
import { CREATION_DESCRIPTION } from "../printing/descriptions.ts";

/** Without columns of its own a resource shows its age. */
const AGE: CustomResourceColumnDefinition = {
  name: "Age",
  type: "date",
  description: CREATION_DESCRIPTION,
  jsonPath: ".metadata.creationTimestamp",
};

export function printerColumns(additional: readonly CustomResourceColumnDefinition[] | undefined): TableColumn[] {
  const columns = additional?.length ? additional : [AGE];
  return [nameColumn, ...columns.map(printerColumn)];
}

function printerColumn({ name, type, format, description, priority, jsonPath }: CustomResourceColumnDefinition) {
  const select = pathOf(jsonPath);
  const cell = CELLS[type] ?? (() => null);
  return {
    name,
    type: type as TableColumn["type"],
    ...(format && { format }),
    description: description || `Custom resource definition column (in JSONPath format): ${jsonPath}`,
    priority: priority ?? 0,
    value: (object: KubernetesObject, nowMs: number) => {
      const found = select(object as unknown as JsonValue);
      return found.length === 0 ? null : cell(found, nowMs);
    },
  };
}

/** A path that cannot be read selects nothing; definitions with such are refused. */
function pathOf(text: string): JsonPath {
  try {
    return parseJsonPath(text);
  } catch (error) {
    if (error instanceof JsonPathError) return () => [];
    throw error;
  }
}

type Cell = (found: readonly JsonValue[], nowMs: number) => string | number | boolean | null;

const CELLS: Readonly<Record<string, Cell>> = {
  string: (found) => found.map(asText).join(" "),
  integer: ([value]) => (typeof value === "number" ? Math.trunc(value) : null),
  number: ([value]) => (typeof value === "number" ? value : null),
  boolean: ([value]) => (typeof value === "boolean" ? value : null),
  date: ([value], nowMs) => {
    if (typeof value !== "string") return null;
    const atMs = parseTime(value);
    return Number.isNaN(atMs) ? "<invalid>" : humanDuration(nowMs - atMs);
  },
};

/** As a template of Go prints a value. */
function asText(value: JsonValue): string {
  if (value === null) return "<nil>";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
