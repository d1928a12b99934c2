/** Names in columns, as ls prints them on a terminal. */

const GAP = 2;
const TAB = 8;

/**
 * Lines with as few rows as fit into the width; names go down the columns, or across the rows.
 * busybox makes all columns as wide as the longest name.
 */
export function arrangeInColumns(
  cells: readonly string[],
  width: number,
  { isAcross = false, hasEqualColumns = false } = {},
): string {
  if (cells.length === 0) return "";
  const lengths = cells.map(shownLength);
  if (hasEqualColumns) lengths.fill(Math.max(...lengths));
  for (let tried = 1; tried <= cells.length; tried++) {
    // Across the rows the number of columns counts, down the columns that of rows.
    const columns = isAcross ? cells.length + 1 - tried : Math.ceil(cells.length / tried);
    const rows = Math.ceil(cells.length / columns);
    const at = (row: number, column: number) => (isAcross ? row * columns + column : column * rows + row);
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...Array.from({ length: rows }, (_, row) => lengths[at(row, column)] ?? 0)),
    );
    const total = widths.reduce((sum, each) => sum + each + GAP, -GAP);
    if (total >= width && columns > 1) continue;
    return Array.from({ length: rows }, (_, row) => {
      let start = 0;
      const line = widths.map((each, column) => {
        const cell = cells[at(row, column)];
        if (cell === undefined) return "";
        const isLast = cells[at(row, column + 1)] === undefined || column === columns - 1;
        const end = start + shownLength(cell);
        start += each + GAP;
        return isLast ? cell : cell + (hasEqualColumns ? " ".repeat(start - end) : gap(end, start));
      });
      return `${line.join("")}\n`;
    }).join("");
  }
  return "";
}

/** The blanks between two places of a line; GNU uses tabs where they lead far enough. */
function gap(from: number, to: number): string {
  let text = "";
  for (let at = from; at < to; ) {
    const isTab = Math.floor(to / TAB) > Math.floor((at + 1) / TAB);
    text += isTab ? "\t" : " ";
    at += isTab ? TAB - (at % TAB) : 1;
  }
  return text;
}

/** Without the escape sequences of colours. */
function shownLength(cell: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with this character
  return cell.replace(/\x1b\[[0-9;]*m/g, "").length;
}
