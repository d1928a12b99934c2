/**
 * The columns of a custom resource's tables.
 *
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/registry/customresource/tableconvertor/tableconvertor.go
 */
import { humanDuration } from "../../lib/duration.ts";
import type { JsonValue } from "../../lib/json.ts";
import { type JsonPath, readableJsonPath } from "../../lib/json-path.ts";
import { parseTime } from "../../lib/time.ts";
import type { KubernetesObject } from "../../schema/index.ts";
import type { CustomResourceColumnDefinition } from "../../schema/types.ts";
import type { TableColumn } from "../kind.ts";
import { nameColumn } from "../printing/columns.ts";
import { CREATION_DESCRIPTION } from "../printing/descriptions.ts";

/** Default columns of a resource that defines none: its age. */
const AGE: CustomResourceColumnDefinition = {
  name: "Age",
  type: "date",
  description: CREATION_DESCRIPTION,
  jsonPath: ".metadata.creationTimestamp",
};

/** The name, then the definition's columns, or the age if it defines none. */
export function printerColumns(additional: readonly CustomResourceColumnDefinition[] | undefined): TableColumn[] {
  const columns: TableColumn[] = [nameColumn];
  for (const definition of additional?.length ? additional : [AGE]) {
    const select = readableJsonPath(definition.jsonPath);
    // Kubernetes accepts any text as a path, and shows the columns before the first invalid one.
    if (!select) break;
    columns.push(printerColumn(definition, select));
  }
  return columns;
}

function printerColumn(
  { name, type, format, description, priority, jsonPath }: CustomResourceColumnDefinition,
  select: JsonPath,
): TableColumn {
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

/** A value as a Go template prints it. */
function asText(value: JsonValue): string {
  if (value === null) return "<nil>";
  return typeof value === "object" ? JSON.stringify(value) : String(value);
}
