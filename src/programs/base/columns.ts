/** Names in columns, as ls prints them on a terminal. */

const GAP = 2;

/** Lines with as few rows as fit into the width; names go down the columns, or across the rows. */
export function arrangeInColumns(cells: readonly string[], width: number, isAcross = false): string {
  if (cells.length === 0) return "";
  const lengths = cells.map(shownLength);
  for (let rows = 1; rows <= cells.length; rows++) {
    const columns = Math.ceil(cells.length / rows);
    const at = (row: number, column: number) => (isAcross ? row * columns + column : column * rows + row);
    const widths = Array.from({ length: columns }, (_, column) =>
      Math.max(...Array.from({ length: rows }, (_, row) => lengths[at(row, column)] ?? 0)),
    );
    const total = widths.reduce((sum, each) => sum + each + GAP, -GAP);
    if (total >= width && rows < cells.length) continue;
    return Array.from({ length: rows }, (_, row) => {
      const line = widths.map((each, column) => {
        const index = at(row, column);
        const cell = cells[index];
        if (cell === undefined) return "";
        const isLast = cells[at(row, column + 1)] === undefined || column === columns - 1;
        return isLast ? cell : cell + " ".repeat(each + GAP - lengths[index]!);
      });
      return `${line.join("")}\n`;
    }).join("");
  }
  return "";
}

/** Without the escape sequences of colours. */
function shownLength(cell: string): number {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences begin with this character
  return cell.replace(/\x1b\[[0-9;]*m/g, "").length;
}
