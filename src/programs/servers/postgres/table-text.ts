/** psql's forms of a result: aligned, unaligned, expanded, CSV and HTML. */
import type { ResultColumn } from "../../sql/session-state.ts";
import { characterCount } from "../../sql/types.ts";

export interface TableForm {
  format: "aligned" | "unaligned" | "csv" | "html";
  isExpanded: boolean;
  tuplesOnly: boolean;
  separator: string;
  recordSeparator: string;
  nullText: string;
  border: number;
  hasFooter: boolean;
}

export interface TableData {
  title?: string;
  columns: readonly Pick<ResultColumn, "name" | "isRight">[];
  rows: readonly (readonly (string | null)[])[];
  /** Lines below the table; absent: the number of rows. */
  footer?: readonly string[];
}

export function tableText(data: TableData, form: TableForm): string {
  if (form.format === "csv") return csv(data, form);
  if (form.format === "html") return html(data, form);
  if (form.isExpanded) return form.format === "unaligned" ? expandedPlain(data, form) : expanded(data, form);
  return form.format === "aligned" ? aligned(data, form) : unaligned(data, form);
}

function footerOf({ rows, footer }: TableData, { hasFooter, tuplesOnly }: TableForm): readonly string[] {
  if (tuplesOnly || (!hasFooter && !footer)) return [];
  return footer ?? [`(${rows.length} row${rows.length === 1 ? "" : "s"})`];
}

function cellsOf({ rows, columns }: TableData, { nullText }: TableForm): string[][] {
  return rows.map((row) => columns.map((_column, i) => row[i] ?? nullText));
}

function csv(data: TableData, form: TableForm): string {
  const quoted = (text: string) => (/[",\r\n]/.test(text) ? `"${text.replace(/"/g, '""')}"` : text);
  const line = (cells: readonly string[]) => `${cells.map(quoted).join(",")}\n`;
  const cells = cellsOf(data, form);
  if (form.isExpanded)
    return cells.flatMap((row) => row.map((cell, i) => line([data.columns[i]?.name ?? "", cell]))).join("");
  const head = form.tuplesOnly ? [] : [data.columns.map(({ name }) => name)];
  return [...head, ...cells].map(line).join("");
}

function html(data: TableData, form: TableForm): string {
  const escaped = (text: string) =>
    text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/\n/g, "<br />\n");
  const { columns, title } = data;
  const row = (cells: readonly string[]) =>
    `  <tr valign="top">\n${cells
      .map(
        (cell, i) => `    <td align="${columns[i]?.isRight ? "right" : "left"}">${escaped(cell) || "&nbsp; "}</td>\n`,
      )
      .join("")}  </tr>\n`;
  const head = columns.map(({ name }) => `    <th align="center">${escaped(name)}</th>\n`).join("");
  const footer = footerOf(data, form);
  return [
    `<table border="${form.border}">\n`,
    title && !form.tuplesOnly ? `  <caption>${escaped(title)}</caption>\n` : "",
    form.tuplesOnly ? "" : `  <tr>\n${head}  </tr>\n`,
    ...cellsOf(data, form).map(row),
    "</table>\n",
    footer.length > 0 ? `<p>${footer.map((line) => `${escaped(line)}<br />\n`).join("")}</p>` : "",
  ]
    .join("")
    .concat("\n");
}

function unaligned(data: TableData, form: TableForm): string {
  const lines = cellsOf(data, form).map((row) => row.join(form.separator));
  const head = data.columns.map(({ name }) => name).join(form.separator);
  const all = form.tuplesOnly ? lines : [...(data.title ? [data.title] : []), head, ...lines, ...footerOf(data, form)];
  return all.length === 0 ? "" : `${all.join(form.recordSeparator)}\n`;
}

/** What surrounds cells, by the style of the border. */
function framed(cells: readonly string[], border: number): string {
  if (border === 0) return cells.join(" ");
  const inner = cells.join(border >= 1 ? "|" : " ");
  return border === 2 ? `|${inner}|` : inner;
}

function ruleOf(widths: readonly number[], border: number): string {
  if (border === 0) return widths.map((width) => "-".repeat(width)).join(" ");
  const inner = widths.map((width) => "-".repeat(width + 2)).join("+");
  return border === 2 ? `+${inner}+` : inner;
}

function aligned(data: TableData, form: TableForm): string {
  const { columns, title } = data;
  const { border } = form;
  const cells = cellsOf(data, form).map((row) => row.map((cell) => cell.split("\n")));
  const heads = columns.map(({ name }) => name.split("\n"));
  const widths = columns.map((_column, i) =>
    Math.max(0, ...[heads[i] ?? [], ...cells.map((row) => row[i] ?? [])].flat().map(characterCount)),
  );
  const lines: string[] = [];
  if (!form.tuplesOnly) {
    const rule = ruleOf(widths, border);
    if (title) lines.push(" ".repeat(Math.max(0, Math.floor((rule.length - characterCount(title)) / 2))) + title);
    if (border === 2) lines.push(rule);
    if (columns.length > 0) {
      const pad = border === 0 ? "" : " ";
      const names = columns.map(({ name }, i) => `${pad}${centered(name, widths[i] ?? 0)}${pad}`);
      lines.push(`${framed(names, border)}${border === 0 ? " " : ""}`);
    }
    lines.push(columns.length === 0 && border === 1 ? "--" : rule);
  }
  for (const row of cells) if (columns.length > 0) lines.push(...rowLines(row, columns, widths, border));
  if (border === 2 && !form.tuplesOnly) lines.push(ruleOf(widths, border));
  return [...lines, ...footerOf(data, form), ""].map((line) => `${line}\n`).join("");
}

/** The lines of one row: a value with line breaks has several, marked with `+`. */
function rowLines(
  row: readonly (readonly string[])[],
  columns: TableData["columns"],
  widths: readonly number[],
  border: number,
): string[] {
  const height = Math.max(1, ...row.map((cell) => cell.length));
  return Array.from({ length: height }, (_, line) => {
    const parts = row.map((cell, i) => {
      const isLast = i === row.length - 1 && border < 2;
      const text = cell[line];
      const goesOn = line < cell.length - 1;
      const before = border === 0 ? "" : " ";
      const after = goesOn ? "+" : isLast || border === 0 ? "" : " ";
      if (text === undefined && isLast) return before;
      const padding = " ".repeat(Math.max(0, (widths[i] ?? 0) - characterCount(text ?? "")));
      if (columns[i]?.isRight) return `${before}${padding}${text ?? ""}${after}`;
      return `${before}${text ?? ""}${isLast && !goesOn ? "" : padding}${after}`;
    });
    return framed(parts, border);
  });
}

function centered(text: string, width: number): string {
  const space = Math.max(0, width - characterCount(text));
  const left = Math.floor(space / 2);
  return " ".repeat(left) + text + " ".repeat(space - left);
}

function expandedPlain(data: TableData, form: TableForm): string {
  const records = cellsOf(data, form).map((row) =>
    row.map((cell, i) => `${data.columns[i]?.name}${form.separator}${cell}\n`).join(""),
  );
  return records.join("\n");
}

function expanded(data: TableData, form: TableForm): string {
  const { columns, rows, title } = data;
  if (rows.length === 0) return form.tuplesOnly ? "" : `${footerOf(data, form).join("\n")}\n\n`;
  const cells = cellsOf(data, form).map((row) => row.map((cell) => cell.split("\n")));
  const nameWidth = Math.max(...columns.map(({ name }) => characterCount(name)));
  const valueWidth = Math.max(0, ...cells.flat(2).map(characterCount));
  const lines = cells.flatMap((row, number) => {
    const label = `-[ RECORD ${number + 1} ]`;
    const rule = `${"-".repeat(nameWidth + 1)}+${"-".repeat(valueWidth + 1)}`;
    const head = label.length < rule.length ? label + rule.slice(label.length) : label;
    const body = row.flatMap((cell, i) =>
      cell.map((text, line) => {
        const name = line === 0 ? (columns[i]?.name ?? "") : "";
        const goesOn = line < cell.length - 1;
        const value = goesOn ? `${text}${" ".repeat(valueWidth - characterCount(text))}+` : text;
        return `${name}${" ".repeat(nameWidth - characterCount(name))} | ${value}`;
      }),
    );
    return form.tuplesOnly ? [...(number > 0 ? [rule] : []), ...body] : [head, ...body];
  });
  const head = title && !form.tuplesOnly ? [title] : [];
  return `${[...head, ...lines].map((line) => `${line}\n`).join("")}\n`;
}
