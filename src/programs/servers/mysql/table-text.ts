/** The client's forms of a result: a box, tabs, or one line for each value. */
import type { ResultColumn } from "../../sql/session-state.ts";
import { characterCount } from "../../sql/types.ts";

type Columns = readonly ResultColumn[];
type Rows = readonly (readonly (string | null)[])[];

export function boxText(columns: Columns, rows: Rows, hasNames: boolean): string {
  const cells = rows.map((row) => columns.map((_column, i) => row[i] ?? "NULL"));
  const widths = columns.map(({ name }, i) =>
    Math.max(hasNames ? characterCount(name) : 0, ...cells.map((row) => characterCount(row[i] ?? ""))),
  );
  const rule = `+${widths.map((width) => "-".repeat(width + 2)).join("+")}+`;
  const line = (row: readonly string[], isRow: boolean) =>
    `|${row
      .map((cell, i) => {
        const space = " ".repeat((widths[i] ?? 0) - characterCount(cell));
        return isRow && columns[i]?.isRight ? ` ${space}${cell} ` : ` ${cell}${space} `;
      })
      .join("|")}|`;
  const head = hasNames
    ? [
        line(
          columns.map(({ name }) => name),
          false,
        ),
        rule,
      ]
    : [];
  return [rule, ...head, ...cells.map((row) => line(row, true)), rule].map((each) => `${each}\n`).join("");
}

/** Tabs and line breaks in values are written as escapes. */
export function tabText(columns: Columns, rows: Rows, hasNames: boolean): string {
  const escaped = (text: string) => text.replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t");
  const lines = rows.map((row) => columns.map((_column, i) => (row[i] === null ? "NULL" : escaped(row[i] ?? ""))));
  return [...(hasNames ? [columns.map(({ name }) => name)] : []), ...lines]
    .map((line) => `${line.join("\t")}\n`)
    .join("");
}

export function verticalText(columns: Columns, rows: Rows): string {
  const width = Math.max(0, ...columns.map(({ name }) => characterCount(name)));
  const stars = "*".repeat(27);
  return rows
    .map((row, number) => {
      const lines = columns.map(
        ({ name }, i) => `${" ".repeat(width - characterCount(name))}${name}: ${row[i] ?? "NULL"}\n`,
      );
      return `${stars} ${number + 1}. row ${stars}\n${lines.join("")}`;
    })
    .join("");
}
