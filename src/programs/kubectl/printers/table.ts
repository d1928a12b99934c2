/**
 * Tables as the server sends them, in columns.
 * Source: k8s.io/cli-runtime pkg/printers/tableprinter.go, tabwriter.go
 */
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../core/parts.ts";

export interface TableOptions {
  hasHeaders: boolean;
  isWide: boolean;
  showsNamespace: boolean;
  showsLabels: boolean;
  /** Labels with a column of their own. */
  labelColumns: readonly string[];
  /** `pod/`: in front of each name. */
  namePrefix: string;
}

/** A column has at least this width, the blanks behind its cells included. */
const MIN_WIDTH = 6;
const PADDING = 3;

/** The widths of columns, at least those of rows that were printed before. */
export function columnWidths(rows: readonly (readonly string[])[], before: readonly number[] = []): number[] {
  const widths = [...before];
  for (const row of rows) {
    row.slice(0, -1).forEach((cell, i) => {
      widths[i] = Math.max(widths[i] ?? MIN_WIDTH, [...cell].length + PADDING);
    });
  }
  return widths;
}

/** The lines of a table: each cell padded to its column. */
export function printColumns(rows: readonly (readonly string[])[], widths = columnWidths(rows)): string {
  return rows
    .map((row) => {
      const cells = row.map((cell, i) =>
        i === row.length - 1 ? cell : cell + " ".repeat((widths[i] ?? 0) - [...cell].length),
      );
      return `${cells.join("")}\n`;
    })
    .join("");
}

/** Rows of cells, with the headers first if they are wanted. */
export function tableRows(table: JsonObject, options: TableOptions): string[][] {
  const { hasHeaders, isWide, showsNamespace, showsLabels, labelColumns, namePrefix } = options;
  const columns = objectsIn(table["columnDefinitions"]);
  const nameColumn = columns.findIndex(({ format, type }) => format === "name" && type === "string");
  const shown = columns.flatMap((column, i) => (isWide || !Number(column["priority"] ?? 0) ? [i] : []));
  const rows: string[][] = [];
  if (hasHeaders) {
    rows.push([
      ...(showsNamespace ? ["NAMESPACE"] : []),
      ...shown.map((i) => String(columns[i]!["name"]).toUpperCase()),
      ...labelColumns.map((label) => (label.split("/").at(-1) ?? "").toUpperCase()),
      ...(showsLabels ? ["LABELS"] : []),
    ]);
  }
  for (const row of objectsIn(table["rows"])) {
    const cells = Array.isArray(row["cells"]) ? row["cells"] : [];
    const object = objectIn(row["object"]);
    const metadata = objectIn(object["metadata"]);
    const labels = objectIn(metadata["labels"]);
    rows.push([
      ...(showsNamespace ? [String(metadata["namespace"] ?? "")] : []),
      ...shown.map((i) => (i === nameColumn ? namePrefix : "") + cellText(cells[i])),
      ...labelColumns.map((label) => String(labels[label] ?? "")),
      ...(showsLabels ? [labelsText(labels)] : []),
    ]);
  }
  return rows;
}

function cellText(cell: JsonValue | undefined): string {
  if (cell === null || cell === undefined) return "<none>";
  const text = typeof cell === "object" ? JSON.stringify(cell) : String(cell);
  // A line break would break the table.
  return text.split(/[\f\n\r]/)[0] === text ? text : `${text.split(/[\f\n\r]/)[0]}...`;
}

function labelsText(labels: JsonObject): string {
  const pairs = Object.keys(labels)
    .sort()
    .map((key) => `${key}=${String(labels[key])}`);
  return pairs.length === 0 ? "<none>" : pairs.join(",");
}
