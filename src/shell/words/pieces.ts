/** Results of expansions before fields are split and patterns are matched. */
import type { SyntaxNode, Word, WordPart } from "unbash";
import type { Context } from "../context.ts";
import type { PatternCharacter } from "./pattern.ts";

/** A run of characters with the same properties. */
export interface Piece {
  text: string;
  /** Patterns in it stand for themselves, and it makes a field even if it is empty. */
  isQuoted: boolean;
  /** Fields are split at IFS in it. */
  splits: boolean;
}

export type Field = Piece[];

/** How a word is expanded. */
export interface Mode {
  /** Within double quotes. */
  isQuoted: boolean;
  /** Always one field: assignments, patterns, here-documents. */
  isWhole: boolean;
  /** The operand of `${x:-…}`: its literal text is split as well. */
  isOperand?: boolean;
  /** Tildes stand for home folders after colons, too. */
  isAssignment?: boolean;
}

/** What parts of the expansion need from each other. */
export interface Expander {
  readonly context: Context;
  /** Fields of a word, before splitting. */
  fieldsOf(word: Pick<Word, "text" | "parts">, mode: Mode): Field[];
  fieldsOfParts(parts: readonly WordPart[], mode: Mode): Field[];
  /** The word as one text. */
  text(word: Word): string;
  /** The word as a pattern: quoted characters stand for themselves. */
  pattern(word: Word): PatternCharacter[];
  /** As `pattern`, with literal text that is not quoted marked as such: expressions of `=~`, replacements. */
  activeCharacters(word: Word): PatternCharacter[];
  /** Expands a text as between double quotes. Quotes in it have no meaning. */
  rawText(text: string): string;
  /** Evaluates once for each expansion of a whole word, also if the word is evaluated again. */
  once(node: SyntaxNode, make: () => string): string;
}

export function piece(text: string, isQuoted: boolean, splits = false): Piece {
  return { text, isQuoted, splits };
}

export function textOfField(field: Field): string {
  let text = "";
  for (const each of field) text += each.text;
  return text;
}

/** In text that is not quoted a backslash quotes the next character. */
export function patternOfField(field: Field): PatternCharacter[] {
  const characters: PatternCharacter[] = [];
  for (const { text, isQuoted } of field) {
    for (let i = 0; i < text.length; i++) {
      const isEscape = !isQuoted && text[i] === "\\" && i + 1 < text.length;
      if (isEscape) i++;
      characters.push({ character: text[i]!, isQuoted: isQuoted || isEscape });
    }
  }
  return characters;
}

/** Literal text of a script: characters after a backslash are quoted. */
export function literalPieces(raw: string, mode: Mode): Field {
  if (!raw.includes("\\")) return [piece(raw, !mode.isOperand || mode.isQuoted, mode.isOperand && !mode.isQuoted)];
  const pieces: Field = [];
  let plain = "";
  const flush = () => {
    if (plain !== "") pieces.push(piece(plain, !mode.isOperand || mode.isQuoted, mode.isOperand && !mode.isQuoted));
    plain = "";
  };
  for (let i = 0; i < raw.length; i++) {
    const next = raw[i + 1];
    if (raw[i] !== "\\" || next === undefined) plain += raw[i];
    else if (next === "\n") i++;
    else if (mode.isQuoted && !'$`"\\}'.includes(next)) plain += raw[i];
    else {
      flush();
      pieces.push(piece(next, true));
      i++;
    }
  }
  flush();
  return pieces;
}

/**
 * Splits at the characters of IFS. Spaces of IFS join, other characters end a field each. A field without quotes and
 * without text does not exist.
 */
export function splitFields(fields: readonly Field[], ifs: string): Field[] {
  const result: Field[] = [];
  for (const field of fields) splitField(field, ifs, result);
  return result;
}

function splitField(field: Field, ifs: string, result: Field[]): void {
  let current: Field = [];
  let exists = false;
  // White space has ended a field: a separator that follows belongs to it.
  let endedByWhite = false;
  const finish = () => {
    if (exists) result.push(current);
    current = [];
    exists = false;
  };
  for (const { text, isQuoted, splits } of field) {
    if (!splits || ifs === "") {
      if (text === "" && !isQuoted) continue;
      current.push(piece(text, isQuoted));
      exists = true;
      endedByWhite = false;
      continue;
    }
    let run = "";
    const add = () => {
      if (run === "") return;
      current.push(piece(run, isQuoted));
      exists = true;
      endedByWhite = false;
      run = "";
    };
    for (const character of text) {
      if (!ifs.includes(character)) run += character;
      else if (" \t\n".includes(character)) {
        add();
        if (exists) endedByWhite = true;
        finish();
      } else {
        add();
        if (!exists && !endedByWhite) exists = true;
        endedByWhite = false;
        if (exists && current.length === 0) current.push(piece("", true));
        finish();
      }
    }
    add();
  }
  finish();
}
