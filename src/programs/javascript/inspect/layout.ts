/** How `util.inspect` lays out entries: on one line, in columns, or one below the other. */

export interface Layout {
  indentation: number;
  breakLength: number;
  /** Inner levels that may stand on one line; 0: each entry has its own line; Infinity: all on one. */
  compact: number;
  /** Level of the value that was formatted last. */
  currentDepth: number;
}

export interface Entries {
  output: string[];
  base: string;
  braces: readonly [string, string];
  isArray: boolean;
  /** Level of this value. */
  depth: number;
  /** Numbers are aligned to the right. */
  isNumeric: boolean;
  hasMore: boolean;
}

export function arrange(layout: Layout, { output, base, braces, isArray, depth, isNumeric, hasMore }: Entries): string {
  const { compact, indentation, breakLength } = layout;
  const head = base === "" ? braces[0] : `${base} ${braces[0]}`;
  if (compact >= 1) {
    const lines = isArray && output.length > 6 ? grouped(layout, output, isNumeric, hasMore) : output;
    if (layout.currentDepth - depth < compact && lines.length === output.length) {
      const start = output.length + indentation + braces[0].length + base.length + 10;
      const total = output.reduce((sum, entry) => sum + entry.length, output.length + start);
      const fits = total + output.length <= breakLength + output.length && total <= breakLength && !base.includes("\n");
      const joined = output.join(", ");
      if (fits && !joined.includes("\n")) return `${head} ${joined} ${braces[1]}`;
    }
    return stacked(head, lines, braces[1], indentation);
  }
  return stacked(head, output, braces[1], indentation);
}

function stacked(head: string, lines: readonly string[], close: string, indentation: number): string {
  const margin = `\n${" ".repeat(indentation)}`;
  return `${head}${margin}  ${lines.join(`,${margin}  `)}${margin}${close}`;
}

const SEPARATOR = 2;
const MAX_COLUMNS = 15;

/** Short entries of a long array in columns. */
function grouped(layout: Layout, output: readonly string[], isNumeric: boolean, hasMore: boolean): readonly string[] {
  const count = output.length - (hasMore ? 1 : 0);
  const lengths = output.slice(0, count).map((entry) => entry.length);
  const total = lengths.reduce((sum, length) => sum + length + SEPARATOR, 0);
  const longest = Math.max(...lengths);
  const widest = longest + SEPARATOR;
  const { breakLength, indentation, compact } = layout;
  if (widest * 3 + indentation >= breakLength || (total / widest <= 5 && longest > 6)) return output;
  const bias = Math.sqrt(widest - total / output.length);
  const width = Math.max(widest - 3 - bias, 1);
  const columns = Math.min(
    Math.round(Math.sqrt(2.5 * width * count) / width),
    Math.floor((breakLength - indentation) / widest),
    compact * 4,
    MAX_COLUMNS,
  );
  if (columns <= 1) return output;
  const widths = Array.from({ length: columns }, (_, column) => {
    const inColumn = lengths.filter((_length, i) => i % columns === column);
    return Math.max(0, ...inColumn) + SEPARATOR;
  });
  const lines: string[] = [];
  for (let i = 0; i < count; i += columns) {
    const row = output.slice(i, Math.min(i + columns, count));
    const cells = row.map((entry, column) => {
      const isLast = column === row.length - 1;
      const cell = isLast ? entry : `${entry}, `;
      if (isNumeric) return cell.padStart(widths[column]! - (isLast ? SEPARATOR : 0));
      return isLast ? cell : cell.padEnd(widths[column]!);
    });
    lines.push(cells.join(""));
  }
  if (hasMore) lines.push(output[count]!);
  return lines;
}
