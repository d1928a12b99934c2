/** Texts that sed makes: replacements with changes of case, and the unambiguous form of the command l. */
import type { PosixMatch } from "../../lib/posix-regex.ts";
import type { ReplacementPart } from "./sed-script.ts";

/** The replacement of one match. */
export function replaced(text: string, match: PosixMatch, parts: readonly ReplacementPart[]): string {
  let result = "";
  let all: "U" | "L" | undefined;
  let once: "u" | "l" | undefined;
  for (const part of parts) {
    if (part.type === "case") {
      if (part.change === "E") all = undefined;
      else if (part.change === "U" || part.change === "L") all = part.change;
      else once = part.change;
      continue;
    }
    let piece = part.type === "text" ? part.text : groupText(text, match, part.group);
    if (all) piece = all === "U" ? upper(piece) : lower(piece);
    if (once && piece !== "") {
      piece = (once === "u" ? upper(piece[0]!) : lower(piece[0]!)) + piece.slice(1);
      once = undefined;
    }
    result += piece;
  }
  return result;
}

function groupText(text: string, match: PosixMatch, group: number): string {
  const [start, end] = match[group] ?? [-1, -1];
  return start < 0 ? "" : text.slice(start, end);
}

/** ASCII only, as in the C locale: bytes of UTF-8 stay as they are. */
function upper(text: string): string {
  return text.replace(/[a-z]/g, (letter) => letter.toUpperCase());
}

function lower(text: string): string {
  return text.replace(/[A-Z]/g, (letter) => letter.toLowerCase());
}

const NAMED: Readonly<Record<string, string>> = {
  "\\": "\\\\",
  "\x07": "\\a",
  "\b": "\\b",
  "\f": "\\f",
  "\n": "\\n",
  "\r": "\\r",
  "\t": "\\t",
  "\v": "\\v",
};

/** As the command l prints: escapes, lines folded at the width, `$` at the end. */
export function unambiguous(text: string, width: number): string {
  const pieces = Array.from(
    text,
    (character) =>
      NAMED[character] ??
      (character >= " " && character <= "~" ? character : `\\${character.charCodeAt(0).toString(8).padStart(3, "0")}`),
  );
  let line = "";
  let result = "";
  for (const piece of pieces) {
    if (width > 1 && line.length + piece.length > width - 1) {
      result += `${line}\\\n`;
      line = "";
    }
    line += piece;
  }
  return `${result}${line}$`;
}
