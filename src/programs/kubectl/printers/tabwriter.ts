/**
 * Columns of text whose cells end with tabs.
 * Source: Go's text/tabwriter
 */

export interface TabOptions {
  /** A column has at least this width, the padding included. */
  minWidth: number;
  /** Blanks behind the widest cell of a column. */
  padding: number;
}

/** As describe sets it up. */
const DESCRIBE: TabOptions = { minWidth: 0, padding: 2 };

/**
 * Aligns cells. A column is a block of consecutive lines that have a cell in it; the text behind a line's last tab is
 * no part of a column.
 */
export function alignTabs(text: string, options: TabOptions = DESCRIBE): string {
  const lines = text.split("\n").map((line) => line.split("\t"));
  const widths = lines.map(() => [] as number[]);
  measure({ lines, widths, options }, { column: 0, from: 0, to: lines.length });
  return lines.map((cells, i) => cells.map((cell, j) => padded(cell, widths[i]![j])).join("")).join("\n");
}

interface Sheet {
  lines: readonly (readonly string[])[];
  /** Of the cells of each line, except its last one. */
  widths: number[][];
  options: TabOptions;
}

function measure(sheet: Sheet, { column, from, to }: { column: number; from: number; to: number }): void {
  const { lines, widths, options } = sheet;
  const hasCell = (line: number) => column < lines[line]!.length - 1;
  for (let start = from; start < to; start++) {
    if (!hasCell(start)) continue;
    let end = start;
    let width = options.minWidth;
    for (; end < to && hasCell(end); end++) {
      width = Math.max(width, lengthOf(lines[end]![column]!) + options.padding);
    }
    for (let line = start; line < end; line++) widths[line]![column] = width;
    measure(sheet, { column: column + 1, from: start, to: end });
    start = end;
  }
}

function padded(cell: string, width: number | undefined): string {
  return width === undefined ? cell : cell + " ".repeat(Math.max(0, width - lengthOf(cell)));
}

/** In characters, not in UTF-16 units. */
function lengthOf(text: string): number {
  return [...text].length;
}
