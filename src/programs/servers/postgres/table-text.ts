/** psql's forms of a result: aligned, unaligned, expanded. */

import type { ResultColumn } from "../../sql/session.ts";
import { characterCount } from "../../sql/types.ts";

export interface TableForm {
  isAligned: boolean;
  isExpanded: boolean;
  tuplesOnly: boolean;
  separator: string;
  nullText: string;
  isCsv?: boolean;
}

export interface TableData {
  title?: string;
  columns: readonly Pick<ResultColumn, "name" | "isRight">[];
  rows: readonly (readonly (string | null)[])[];
  /** Lines below the table; absent: the number of rows. */
  footer?: readonly string[];
}

export function tableText(data: TableData, form: TableForm): string {
  if (form.isCsv) return csv(data, form);
  if (form.isExpanded) return expanded(data, form);
  return form.isAligned ? aligned(data, form) : unaligned(data, form);
}

function countOf({ rows, footer }: TableData): readonly string[] {
  return footer ?? [`(${rows.length} row${rows.length === 1 ? "" : "s"})`];
}

function cellsOf({ rows, columns }: TableData, { nullText }: TableForm): string[][] {
  return rows.map((row) => columns.map((_column, i) => row[i] ?? nullText));
}

function csv(data: TableData, form: TableForm): string {
  const quoted = (text: string) => (/[",\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const head = form.tuplesOnly ? [] : [data.columns.map(({ name }) => name)];
  return [...head, ...cellsOf(data, form)].map((row) => `${row.map(quoted).join(",")}\n`).join("");
}

function unaligned(data: TableData, form: TableForm): string {
  const lines = cellsOf(data, form).map((row) => row.join(form.separator));
  if (form.tuplesOnly) return lines.map((line) => `${line}\n`).join("");
  const head = data.columns.map(({ name }) => name).join(form.separator);
  return [...(data.title ? [data.title] : []), head, ...lines, ...countOf(data)].map((line) => `${line}\n`).join("");
}

function aligned(data: TableData, form: TableForm): string {
  const { columns, title } = data;
  const cells = cellsOf(data, form).map((row) => row.map((cell) => cell.split("\n")));
  const widths = columns.map(({ name }, i) =>
    Math.max(characterCount(name), ...cells.flatMap((row) => (row[i] ?? []).map(characterCount))),
  );
  const lines: string[] = [];
  if (!form.tuplesOnly) {
    const total = widths.reduce((sum, width) => sum + width + 3, -1);
    if (title) lines.push(" ".repeat(Math.max(0, Math.floor((total - title.length) / 2))) + title);
    lines.push(columns.map(({ name }, i) => ` ${centered(name, widths[i] ?? 0)} `).join("|"));
    lines.push(widths.map((width) => "-".repeat(width + 2)).join("+"));
  }
  for (const row of cells) lines.push(...rowLines(row, columns, widths));
  const tail = form.tuplesOnly
    ? "\n"
    : `${countOf(data)
        .map((line) => `${line}\n`)
        .join("")}\n`;
  return lines.map((line) => `${line}\n`).join("") + tail;
}

/** The lines of one row: a value with line breaks has several, marked with `+`. */
function rowLines(
  row: readonly (readonly string[])[],
  columns: TableData["columns"],
  widths: readonly number[],
): string[] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) =>
    row
      .map((cell, i) => {
        const text = cell[line] ?? "";
        const padding = " ".repeat(Math.max(0, (widths[i] ?? 0) - characterCount(text)));
        const isLast = i === row.length - 1;
        const goesOn = line < cell.length - 1;
        if (columns[i]?.isRight) return ` ${padding}${text}${goesOn ? "+" : isLast ? "" : " "}`;
        return ` ${text}${isLast && !goesOn ? "" : padding}${goesOn ? "+" : isLast ? "" : " "}`;
      })
      .join("|"),
  );
}

function centered(text: string, width: number): string {
  const space = Math.max(0, width - characterCount(text));
  const left = Math.floor(space / 2);
  return " ".repeat(left) + text + " ".repeat(space - left);
}

function expanded(data: TableData, form: TableForm): string {
  const { columns, rows } = data;
  if (rows.length === 0) return form.tuplesOnly ? "" : "(0 rows)\n\n";
  const cells = cellsOf(data, form);
  if (!form.isAligned) {
    const records = cells.map((row) => row.map((cell, i) => `${columns[i]?.name}${form.separator}${cell}\n`).join(""));
    return records.join("\n");
  }
  const nameWidth = Math.max(...columns.map(({ name }) => characterCount(name)));
  const valueWidth = Math.max(1, ...cells.flat().map(characterCount));
  const lines = cells.flatMap((row, number) => {
    const label = `-[ RECORD ${number + 1} ]`;
    const rule = `${"-".repeat(nameWidth + 1)}+${"-".repeat(valueWidth + 1)}`;
    const head = label.length < rule.length ? label + rule.slice(label.length) : label;
    const body = row.map((cell, i) => {
      const name = columns[i]?.name ?? "";
      return `${name}${" ".repeat(nameWidth - characterCount(name))} | ${cell}`;
    });
    return form.tuplesOnly ? [...(number > 0 ? [rule] : []), ...body] : [head, ...body];
  });
  return `${lines.map((line) => `${line}\n`).join("")}\n`;
}
