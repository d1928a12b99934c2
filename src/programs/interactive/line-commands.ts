/** Commands of vi on ranges of lines: `:s`, `:d`, `:g`, `:v`. Patterns are POSIX' basic ones, which vi's resemble. */
import { compilePosix, type PosixRegex } from "../../lib/posix-regex.ts";
import { PosixSyntaxError } from "../../lib/posix-syntax.ts";
import type { EditorState } from "./editor.ts";

type Edited = EditorState & { message?: string };

/** Runs a command such as `s/a/b/g` on the lines of a range such as `2,$`; the present line without one. */
export function runOnLines(state: Edited, range: string, command: string): void {
  const [first, last] = rangeOf(state, range);
  try {
    if (command.startsWith("s")) substitute(state, first, last, command.slice(1));
    else if (command === "d") removeLines(state, first, last);
    else global(state, range, command);
  } catch (error) {
    if (!(error instanceof PosixSyntaxError)) throw error;
    state.message = `E486: Pattern not found: ${error.message}`;
  }
}

function rangeOf(state: Edited, range: string): [number, number] {
  const end = state.lines!.length - 1;
  const row = state.row ?? 0;
  const line = (text: string) => (text === "$" ? end : text === "." ? row : Number(text) - 1);
  if (range === "") return [row, row];
  if (range === "%") return [0, end];
  const [from = ".", to = from] = range.split(",");
  return [Math.max(0, line(from)), Math.min(end, line(to))];
}

function removeLines(state: Edited, first: number, last: number): void {
  state.lines!.splice(first, last - first + 1);
  if (state.lines!.length === 0) state.lines = [""];
  Object.assign(state, { row: Math.min(first, state.lines!.length - 1), column: 0, isChanged: true });
}

/** Text up to a delimiter without a backslash, and the rest behind it. */
function upTo(text: string, delimiter: string): [string, string] {
  for (let at = 0; at < text.length; at++) {
    if (text[at] === "\\") at++;
    else if (text[at] === delimiter) return [text.slice(0, at), text.slice(at + 1)];
  }
  return [text, ""];
}

function substitute(state: Edited, first: number, last: number, command: string): void {
  const delimiter = command[0]!;
  const [source, rest] = upTo(command.slice(1), delimiter);
  const [replacement, flags] = upTo(rest, delimiter);
  const pattern = source.replaceAll(`\\${delimiter}`, delimiter);
  const regex = compilePosix(pattern, { isExtended: false, ignoresCase: flags.includes("i") });
  let [count, changedLines] = [0, 0];
  for (let row = first; row <= last; row++) {
    const line = state.lines![row]!;
    const made = replaced(line, regex, replacement, flags.includes("g"));
    if (made.count === 0) continue;
    count += made.count;
    changedLines++;
    state.lines!.splice(row, 1, ...made.text.split("\n"));
    state.row = row;
  }
  state.isChanged ||= count > 0;
  const plural = (value: number, noun: string) => `${value} ${noun}${value === 1 ? "" : "s"}`;
  state.message =
    count === 0
      ? `E486: Pattern not found: ${pattern}`
      : `${plural(count, "substitution")} on ${plural(changedLines, "line")}`;
}

function replaced(line: string, regex: PosixRegex, replacement: string, isGlobal: boolean) {
  let [text, at, count] = ["", 0, 0];
  while (at <= line.length && (isGlobal || count === 0)) {
    const match = regex.find(line, at);
    if (!match) break;
    const [start, end] = match[0]!;
    const group = (index: number) => {
      const [from, to] = match[index] ?? [-1, -1];
      return from < 0 ? "" : line.slice(from, to);
    };
    text += line.slice(at, start);
    text += replacement.replace(/\\(.)|&/gs, (all, letter?: string) => {
      if (all === "&") return group(0);
      if (/\d/.test(letter!)) return group(Number(letter));
      return { n: "\n", r: "\n", t: "\t" }[letter!] ?? letter!;
    });
    count++;
    if (start === end) text += line.slice(end, end + 1);
    at = start === end ? end + 1 : end;
  }
  return { text: text + line.slice(at), count };
}

/** `g/pattern/d` and `v/pattern/d`: removes the lines that match, or all others. */
function global(state: Edited, range: string, command: string): void {
  const isInverted = command.startsWith("v") || command.startsWith("g!");
  const [source, action] = upTo(command.slice(command.indexOf("/") + 1), "/");
  const regex = compilePosix(source, { isExtended: false });
  const [first, last] = range === "" ? [0, state.lines!.length - 1] : rangeOf(state, range);
  const isChosen = (line: string, row: number) =>
    row >= first && row <= last && (regex.find(line) !== undefined) !== isInverted;
  if (action.startsWith("s")) {
    for (let row = last; row >= first; row--)
      if (isChosen(state.lines![row]!, row)) substitute(state, row, row, action.slice(1));
    return;
  }
  if (action !== "d") {
    state.message = `E492: Not an editor command: ${command}`;
    return;
  }
  const kept = state.lines!.filter((line, row) => !isChosen(line, row));
  state.isChanged ||= kept.length < state.lines!.length;
  state.lines = kept.length > 0 ? kept : [""];
  state.row = Math.min(state.row ?? 0, state.lines.length - 1);
}
