/** The context form of diff, and two columns. */
import { type Edit, hunksOf } from "./line-edits.ts";

/** `***` and `---` before the ranges of each hunk, with `!` at lines that changed. */
export function contextForm(edits: readonly Edit[], context: number): string {
  return hunksOf(edits, context)
    .map(([from, to]) => {
      const part = edits.slice(from, to);
      const marks = marksOf(part);
      const side = (other: "-" | "+", mark: string) => {
        const isChanged = part.some(({ kind }) => kind !== " " && kind !== other);
        const start = edits.slice(0, from).filter(({ kind }) => kind !== other).length;
        const lines = part.flatMap((edit, i) => (edit.kind === other ? [] : [`${marks[i]} ${edit.line}\n`]));
        const first = lines.length === 0 ? start : start + 1;
        const range = lines.length <= 1 ? String(first) : `${first},${start + lines.length}`;
        return `${mark} ${range} ${mark === "***" ? "****" : "----"}\n${isChanged ? lines.join("") : ""}`;
      };
      return `***************\n${side("+", "***")}${side("-", "---")}`;
    })
    .join("");
}

/** A run of removals and additions is a change. */
function marksOf(part: readonly Edit[]): string[] {
  const marks: string[] = part.map(({ kind }) => kind);
  for (let at = 0; at < part.length; ) {
    let end = at;
    while (end < part.length && part[end]!.kind !== " ") end++;
    const kinds = new Set(part.slice(at, end).map(({ kind }) => kind));
    if (kinds.size === 2) marks.fill("!", at, end);
    at = Math.max(end, at + 1);
  }
  return marks;
}

const TAB = 8;

/** The old lines on the left, the new ones on the right. */
export function sideBySide(edits: readonly Edit[], width: number): string {
  // The columns of GNU diff: the right one begins at a tab.
  const right = Math.floor((width + TAB + 3) / (TAB * 2)) * TAB;
  const column = Math.max(0, Math.min(right - 3, width - right));
  const rows: string[] = [];
  for (let at = 0; at < edits.length; ) {
    const edit = edits[at]!;
    if (edit.kind === " ") {
      rows.push(row(edit.line, " ", edit.line, { column, right }));
      at++;
      continue;
    }
    let end = at;
    while (end < edits.length && edits[end]!.kind !== " ") end++;
    const part = edits.slice(at, end);
    const [old, made] = [part.filter(({ kind }) => kind === "-"), part.filter(({ kind }) => kind === "+")];
    for (let i = 0; i < Math.max(old.length, made.length); i++) {
      const mark = old[i] === undefined ? ">" : made[i] === undefined ? "<" : "|";
      rows.push(row(old[i]?.line ?? "", mark, made[i]?.line, { column, right }));
    }
    at = end;
  }
  return rows.join("");
}

function row(
  left: string,
  mark: string,
  other: string | undefined,
  { column, right }: { column: number; right: number },
): string {
  const shown = left.slice(0, column);
  if (mark === " ") return `${shown}${tabsTo(shown.length, right)}${(other ?? "").slice(0, column)}\n`;
  const start = `${shown}${tabsTo(shown.length, column + 1)}${mark}`;
  return other === undefined ? `${start}\n` : `${start}${tabsTo(column + 2, right)}${other.slice(0, column)}\n`;
}

function tabsTo(from: number, to: number): string {
  let at = from;
  let text = "";
  for (let next = at + TAB - (at % TAB); next <= to; next += TAB) {
    text += "\t";
    at = next;
  }
  return text + " ".repeat(to - at);
}
