/** column of util-linux: a table (-t), or entries in as many columns as fit. */
import { tool, UsageError } from "../base/call.ts";
import { fileProblem } from "../base/messages.ts";
import { type Options, readOptions } from "../base/options.ts";
import { linesOf } from "./fields.ts";

const RULES = {
  short: "c:dJl:LN:n:o:R:s:tx",
  long: {
    json: "J",
    "keep-empty-lines": "L",
    "output-separator": "o",
    "output-width": "c",
    separator: "s",
    table: "t",
    "table-columns": "N",
    "table-name": "n",
    "table-noheadings": "d",
    "table-right": "R",
    fillrows: "x",
  },
};
const TAB = 8;

export const column = tool((call) => {
  const options = readOptions(call, RULES);
  const lines: string[] = [];
  let status = 0;
  for (const name of options.operands.length > 0 ? options.operands : ["-"]) {
    try {
      lines.push(...linesOf(call.read(name)));
    } catch (error) {
      call.warn(`column: ${name}: ${fileProblem(error)}\n`);
      status = 1;
    }
  }
  const entries = options.has("L") ? lines : lines.filter((line) => line.trim() !== "");
  if (options.has("J") && !options.has("N")) {
    throw new UsageError("option --table-columns or --table-column required for --json", { hasHint: false });
  }
  if (options.has("t", "J")) call.print(table(entries, options));
  else call.print(filled(entries, Number(options.value("c") ?? call.process.terminal(1)?.columns ?? 80), options));
  return status;
});

function cellsOf(line: string, options: Options): string[] {
  const separators = options.value("s");
  const most = Number(options.value("l") ?? Number.POSITIVE_INFINITY);
  const cells =
    separators === undefined
      ? line.trim().split(/[ \t]+/)
      : line.split(new RegExp(`[${separators.replace(/[\]^\\-]/g, "\\$&")}]`));
  if (cells.length <= most) return cells;
  const glue = separators?.[0] ?? " ";
  return [...cells.slice(0, most - 1), cells.slice(most - 1).join(glue)];
}

function table(lines: readonly string[], options: Options): string {
  const names = options.value("N")?.split(",");
  const rows = lines.map((line) => cellsOf(line, options));
  const width = Math.max(0, names?.length ?? 0, ...rows.map((cells) => cells.length));
  if (options.has("J")) return json(rows, names ?? [], options.value("n") ?? "table");
  if (names && !options.has("d")) rows.unshift(names);
  const columns = Array.from({ length: width }, (_, i) => i);
  const widths = columns.map((i) => Math.max(0, ...rows.map((cells) => cells[i]?.length ?? 0)));
  const right = new Set((options.value("R")?.split(",") ?? []).map((each) => names?.indexOf(each) ?? Number(each) - 1));
  const glue = options.value("o") ?? "  ";
  return rows
    .map((cells) => {
      const shown = columns.map((i) => {
        const cell = cells[i] ?? "";
        if (right.has(i)) return cell.padStart(widths[i]!);
        return i === width - 1 ? cell : cell.padEnd(widths[i]!);
      });
      return `${shown.join(glue)}\n`;
    })
    .join("");
}

function json(rows: readonly (readonly string[])[], names: readonly string[], title: string): string {
  const objects = rows.map((cells) => {
    const fields = names.map((name, i) => {
      const value = cells[i] === undefined || cells[i] === "" ? "null" : JSON.stringify(cells[i]);
      return `         ${JSON.stringify(name.toLowerCase())}: ${value}`;
    });
    return `{\n${fields.join(",\n")}\n      }`;
  });
  return `{\n   ${JSON.stringify(title)}: [\n      ${objects.join(",")}\n   ]\n}\n`;
}

/** Columns end at tabs; entries go down the columns, or with -x across the rows. */
function filled(entries: readonly string[], width: number, options: Options): string {
  if (entries.length === 0) return "";
  const longest = Math.max(...entries.map((entry) => entry.length));
  const cell = Math.floor((longest + TAB) / TAB) * TAB;
  const columns = Math.max(1, Math.floor(width / cell));
  const rows = Math.ceil(entries.length / columns);
  const used = Math.ceil(entries.length / rows);
  let text = "";
  for (let row = 0; row < rows; row++) {
    for (let i = 0; i < (options.has("x") ? columns : used); i++) {
      const entry = entries[options.has("x") ? row * columns + i : i * rows + row];
      const next = entries[options.has("x") ? row * columns + i + 1 : (i + 1) * rows + row];
      if (entry === undefined) break;
      const isLast = next === undefined || i === (options.has("x") ? columns : used) - 1;
      text += isLast ? entry : entry + "\t".repeat(Math.ceil((cell - entry.length) / TAB));
    }
    text += "\n";
  }
  return text;
}
