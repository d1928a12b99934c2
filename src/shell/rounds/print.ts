/** echo, printf and date as writes of a template. */
import type { Redirection, Word } from "unbash";
import type { Operation, Piece, Target } from "./model.ts";
import { formatOf, type Reading, templateOf } from "./template.ts";

interface PrintCommand {
  name: string;
  words: readonly Word[];
  redirects: readonly Redirection[];
}

export function printOf({ name, words, redirects }: PrintCommand, reading: Reading): Operation[] {
  const target = targetOf(redirects, reading);
  const value = printedBy(name, words, reading);
  return target === "nothing" ? [] : [{ type: "write", target, value }];
}

function printedBy(name: string, words: readonly Word[], reading: Reading): Piece[] {
  if (name === "date") return [{ type: "date", format: formatOf(words, reading), collapses: false }, newline()];
  if (name === "printf") return printfOf(words, reading);
  const hasFlag = words[0]?.text === "-n";
  if (!hasFlag && words[0]?.text.startsWith("-")) throw reading.refuse();
  const pieces = words.slice(hasFlag ? 1 : 0).flatMap((word, i) => {
    const template = templateOf(word, reading);
    return i === 0 ? template : [{ type: "text" as const, text: " " }, ...template];
  });
  return hasFlag ? pieces : [...pieces, newline()];
}

/** A format with `%s` and `%d`, one argument for each, and `\n` or `\t`. */
function printfOf([word, ...args]: readonly Word[], reading: Reading): Piece[] {
  const [, quote, format = ""] = /^(['"]?)((?:[^'"\\$`%]|%[sd%]|\\[nt])*)\1$/.exec(word?.text ?? "'") ?? [];
  if (quote === undefined || format.startsWith("-")) throw reading.refuse();
  if (quote === "" && /[*?[\]{}~\\ ]/.test(format)) throw reading.refuse();
  const values = args.map((arg) =>
    templateOf(arg, reading).map((piece) => {
      if (piece.type === "date" && piece.collapses) throw reading.refuse();
      return piece.type === "variable" && piece.collapses ? { ...piece, isOneWord: true } : piece;
    }),
  );
  const pieces: Piece[] = [];
  let taken = 0;
  for (const [part] of format.matchAll(/%[sd%]|\\[nt]|[^%\\]+/g)) {
    if (part === "%s" || part === "%d") {
      const value = values[taken++];
      if (!value) throw reading.refuse();
      // A text is no number: printf shows 0 and an error.
      if (part === "%d" && value.some(({ type }) => type !== "variable")) throw reading.refuse();
      pieces.push(...value);
    } else pieces.push({ type: "text", text: ESCAPES[part] ?? part });
  }
  if (taken !== values.length) throw reading.refuse();
  return pieces;
}

const ESCAPES: Readonly<Record<string, string>> = { "%%": "%", "\\n": "\n", "\\t": "\t" };

function newline(): Piece {
  return { type: "text", text: "\n" };
}

/** Where standard output goes. These commands write nothing to standard error. */
function targetOf(redirects: readonly Redirection[], reading: Reading): Target | "nothing" {
  let target: Target | "nothing" = { type: "stdout" };
  for (const redirect of redirects) {
    if (redirect.type !== "Redirect" || !redirect.target) throw reading.refuse();
    const { operator, descriptor } = redirect;
    if (descriptor && descriptor.type !== "FileDescriptor") throw reading.refuse();
    const fd = descriptor?.value ?? 1;
    const path = redirect.target.text;
    if (operator === ">&" && fd === 2 && path === "1") continue;
    if ((operator === ">" || operator === ">>") && fd === 2 && path === "/dev/null") continue;
    if (fd !== 1) throw reading.refuse();
    if (operator === ">&" && path === "2") target = { type: "stderr" };
    else if (operator === ">" || operator === ">>") target = fileOf(redirect.target, operator === ">>", reading);
    else throw reading.refuse();
  }
  return target;
}

function fileOf(word: Word, appends: boolean, reading: Reading): Target | "nothing" {
  const pieces = templateOf(word, reading);
  const path = pieces.map((piece) => (piece.type === "text" ? piece.text : undefined));
  if (path.includes(undefined)) throw reading.refuse();
  const joined = path.join("");
  if (joined === "/dev/null") return "nothing";
  if (joined.startsWith("/dev/") || joined.startsWith("/proc/")) throw reading.refuse();
  return { type: "file", path: joined, appends };
}
