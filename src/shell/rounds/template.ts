/** A word of a shell as a template of constant texts, variables and the time. */
import type { CommandExpansionPart, DoubleQuotedChild, Word, WordPart } from "unbash";
import type { Piece } from "./model.ts";

export interface Reading {
  /** Variables that are read; the template adds to it. */
  read: Set<string>;
  /** Made where a word is no such template. */
  refuse: () => Error;
  /** The word is the value of an assignment, which is not split. */
  isAssigned?: boolean;
}

/** Variables whose values the shell computes, and parameters. */
const COMPUTED =
  /^(?:RANDOM|SRANDOM|SECONDS|EPOCH\w*|LINENO|BASHPID|BASH_\w+|PPID|PIPESTATUS|FUNCNAME|DIRSTACK|COLUMNS|LINES|GROUPS|_)$/;

export function templateOf(word: Word, reading: Reading): Piece[] {
  if (word.parts) return word.parts.flatMap((part) => pieceOf(part, reading));
  if (/[*?[\]{}~\\`$]/.test(word.text)) throw reading.refuse();
  return [text(word.value, reading)];
}

function pieceOf(part: WordPart, reading: Reading): Piece[] {
  switch (part.type) {
    case "Literal":
      if (part.text !== part.value) throw reading.refuse();
      return [text(part.value, reading)];
    case "SingleQuoted":
      return [text(part.value, reading)];
    case "DoubleQuoted":
      return part.parts.map((each) => expansionOf(each, reading, false));
    case "SimpleExpansion":
    case "ParameterExpansion":
    case "CommandExpansion":
      return [expansionOf(part, reading, reading.isAssigned !== true)];
    default:
      throw reading.refuse();
  }
}

function expansionOf(part: DoubleQuotedChild, reading: Reading, collapses: boolean): Piece {
  switch (part.type) {
    case "Literal":
      return text(part.value, reading);
    case "SimpleExpansion":
      return variable(part.text.slice(1), reading, collapses);
    case "ParameterExpansion":
      if (part.prefix || part.index || part.operation) throw reading.refuse();
      return variable(part.parameter, reading, collapses);
    case "CommandExpansion":
      return { ...dateOf(part, reading), collapses };
    default:
      throw reading.refuse();
  }
}

function text(value: string, reading: Reading): Piece {
  // Flavours differ in what they make of a backslash.
  if (value.includes("\\")) throw reading.refuse();
  return { type: "text", text: value };
}

function variable(name: string, reading: Reading, collapses: boolean): Piece {
  if (!/^[A-Za-z_]\w*$/.test(name) || COMPUTED.test(name)) throw reading.refuse();
  reading.read.add(name);
  return { type: "variable", name, collapses };
}

function dateOf({ script }: CommandExpansionPart, reading: Reading) {
  const [statement, ...others] = script?.commands ?? [];
  const command = statement?.command;
  if (!command || others.length > 0 || statement.background || command.type !== "Command") throw reading.refuse();
  const isPlain = command.prefix.length === 0 && command.redirects.length === 0;
  if (command.name?.text !== "date" || !isPlain) throw reading.refuse();
  const words = command.args.map((word) => (word.type === "Word" ? word : undefined));
  return { type: "date" as const, format: formatOf(words, reading) };
}

const DEFAULT_FORMAT = "%a %b %e %H:%M:%S %Z %Y";
/** Conversions whose width is the same all day. Padding is not changed: `%-H` has one or two digits. */
const STEADY = /^(?:[^%]|%[%aAbBcdDeFgGhHIjmMnpPrRsStTuUVwWyYzZ])*$/;

/** The format of the arguments of `date`: none, `-u`, `+format`. */
export function formatOf(words: readonly (Word | undefined)[], reading: Reading): string {
  const rest = words[0]?.text === "-u" ? words.slice(1) : words;
  const [word, ...others] = rest;
  if (others.length > 0) throw reading.refuse();
  if (rest.length === 0) return DEFAULT_FORMAT;
  const pieces = word ? templateOf(word, reading) : [];
  const format = pieces.map((piece) => (piece.type === "text" ? piece.text : undefined));
  if (format.length === 0 || format.includes(undefined)) throw reading.refuse();
  const joined = format.join("");
  if (!joined.startsWith("+") || !STEADY.test(joined)) throw reading.refuse();
  return joined.slice(1);
}
