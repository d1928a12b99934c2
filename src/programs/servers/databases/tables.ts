/** Tables as psql and mysql print them. */
import type { ResultBody } from "../sql/session.ts";
import { familyOf } from "../sql/types.ts";

type Shown = Required<Pick<ResultBody, "columns" | "rows">>;

/** Columns of a terminal that a text takes: one for each character. */
function widthOf(text: string): number {
  return [...text].length;
}

function isRight(typeName: string): boolean {
  const family = familyOf(typeName);
  return family === "integer" || family === "number";
}

/** psql's aligned format with its footer. */
export function aligned(
  { columns, rows }: Shown,
  { isTuplesOnly = false, title }: { isTuplesOnly?: boolean; title?: string } = {},
): string[] {
  const widths = columns.map(({ name }, i) => Math.max(widthOf(name), ...rows.map((row) => widthOf(row[i] ?? ""))));
  const cell = (text: string, i: number): string => {
    const space = " ".repeat((widths[i] ?? 0) - widthOf(text));
    return isRight(columns[i]?.typeName ?? "") ? space + text : text + space;
  };
  const line = (cells: readonly string[]) => ` ${cells.join(" | ")}`;
  const body = rows.map((row) => {
    const cells = row.map((value, i) => cell(value ?? "", i));
    const text = line(cells);
    // The last column of text has no padding, but a space follows an empty value.
    return isRight(columns.at(-1)?.typeName ?? "") ? text : line([...cells.slice(0, -1), row.at(-1) ?? ""]);
  });
  if (isTuplesOnly) return [...body, ""];
  const heads = columns.map(({ name }, i) => {
    const space = (widths[i] ?? 0) - widthOf(name);
    return " ".repeat(Math.floor(space / 2)) + name + " ".repeat(Math.ceil(space / 2));
  });
  const rule = widths.map((width) => "-".repeat(width + 2)).join("+");
  const total = rule.length;
  const top = title === undefined ? [] : [" ".repeat(Math.max(0, Math.floor((total - title.length) / 2))) + title];
  return [...top, `${line(heads)} `, rule, ...body, `(${rows.length} row${rows.length === 1 ? "" : "s"})`, ""];
}

/** psql -A */
export function unaligned(
  { columns, rows }: Shown,
  { isTuplesOnly = false, separator = "|" }: { isTuplesOnly?: boolean; separator?: string } = {},
): string[] {
  const body = rows.map((row) => row.map((value) => value ?? "").join(separator));
  if (isTuplesOnly) return body;
  return [
    columns.map(({ name }) => name).join(separator),
    ...body,
    `(${rows.length} row${rows.length === 1 ? "" : "s"})`,
  ];
}

/** mysql's boxes. */
export function boxed({ columns, rows }: Shown): string[] {
  if (rows.length === 0) return [];
  const shown = (value: string | null | undefined) => value ?? "NULL";
  const widths = columns.map(({ name }, i) => Math.max(widthOf(name), ...rows.map((row) => widthOf(shown(row[i])))));
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const line = (cells: readonly string[], aligns: boolean) =>
    `|${cells
      .map((text, i) => {
        const space = " ".repeat((widths[i] ?? 0) - widthOf(text));
        return ` ${aligns && isRight(columns[i]?.typeName ?? "") ? space + text : text + space} `;
      })
      .join("|")}|`;
  return [
    rule,
    line(
      columns.map(({ name }) => name),
      false,
    ),
    rule,
    ...rows.map((row) => line(row.map(shown), true)),
    rule,
  ];
}

/** mysql without a terminal: columns separated by tabs. */
export function tabbed({ columns, rows }: Shown, { hasHead = true } = {}): string[] {
  const body = rows.map((row) =>
    row.map((value) => (value ?? "NULL").replace(/\\/g, "\\\\").replace(/\t/g, "\\t").replace(/\n/g, "\\n")).join("\t"),
  );
  return hasHead && rows.length > 0 ? [columns.map(({ name }) => name).join("\t"), ...body] : body;
}
