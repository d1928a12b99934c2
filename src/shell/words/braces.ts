/** Brace expansion of bash, on the text of a word: `a{b,c}` and `{1..5}`. */
import { MAX_FIELDS } from "../../lib/container-limits.ts";

/** Texts of the words that the word stands for. Undefined if there are too many. */
export function expandBraces(text: string): string[] | undefined {
  const results: string[] = [];
  return expandInto(text, results) ? results : undefined;
}

function expandInto(text: string, results: string[]): boolean {
  const found = firstBraces(text);
  if (!found) {
    results.push(text);
    return results.length <= MAX_FIELDS;
  }
  const { start, end, alternatives } = found;
  const [before, after] = [text.slice(0, start), text.slice(end)];
  for (const alternative of alternatives) {
    const inner: string[] = [];
    if (!expandInto(alternative, inner)) return false;
    for (const each of inner) if (!expandRest(before + each, after, results)) return false;
  }
  return true;
}

function expandRest(head: string, tail: string, results: string[]): boolean {
  const rest: string[] = [];
  if (!expandInto(tail, rest)) return false;
  for (const each of rest) results.push(head + each);
  return results.length <= MAX_FIELDS;
}

interface Braces {
  start: number;
  end: number;
  alternatives: string[];
}

function firstBraces(text: string): Braces | undefined {
  for (let at = 0; at < text.length; at = skip(text, at)) {
    if (text[at] !== "{") continue;
    const parsed = parseBraces(text, at);
    if (parsed) return parsed;
  }
  return undefined;
}

function parseBraces(text: string, start: number): Braces | undefined {
  const commas: number[] = [];
  let depth = 0;
  for (let at = start + 1; at < text.length; at = skip(text, at)) {
    const character = text[at];
    if (character === "{") depth++;
    else if (character === "," && depth === 0) commas.push(at);
    else if (character === "}" && depth-- === 0) {
      const alternatives = commas.length > 0 ? cut(text, start, at, commas) : sequence(text.slice(start + 1, at));
      return alternatives && { start, end: at + 1, alternatives };
    }
  }
  return undefined;
}

function cut(text: string, start: number, end: number, commas: number[]): string[] {
  const borders = [start, ...commas, end];
  return borders.slice(1).map((border, i) => text.slice(borders[i]! + 1, border));
}

/** The position after the character, quoted text or expansion at `at`. */
function skip(text: string, at: number): number {
  const character = text[at];
  if (character === "\\") return at + 2;
  if (character === "'") return after(text, text.indexOf("'", at + 1));
  if (character === '"') return skipQuoted(text, at);
  if (character === "`") return after(text, text.indexOf("`", at + 1));
  if (character === "$" && (text[at + 1] === "{" || text[at + 1] === "(")) return skipNested(text, at + 1);
  return at + 1;
}

function after(text: string, found: number): number {
  return found === -1 ? text.length : found + 1;
}

function skipQuoted(text: string, start: number): number {
  let at = start + 1;
  while (at < text.length && text[at] !== '"') {
    if (text[at] === "\\") at += 2;
    else at = text[at] === "$" && /[{(]/.test(text[at + 1] ?? "") ? skipNested(text, at + 1) : at + 1;
  }
  return at + 1;
}

function skipNested(text: string, start: number): number {
  const close = text[start] === "{" ? "}" : ")";
  let at = start + 1;
  while (at < text.length && text[at] !== close) at = text[at] === text[start] ? skipNested(text, at) : skip(text, at);
  return at + 1;
}

const NUMBERS = /^([+-]?\d+)\.\.([+-]?\d+)(?:\.\.([+-]?\d+))?$/;
const LETTERS = /^([A-Za-z])\.\.([A-Za-z])(?:\.\.([+-]?\d+))?$/;

function sequence(text: string): string[] | undefined {
  const numbers = NUMBERS.exec(text);
  if (numbers) {
    const [, from, to, step] = numbers;
    const isPadded = /^[+-]?0\d/.test(from!) || /^[+-]?0\d/.test(to!);
    const width = isPadded ? Math.max(from!.length, to!.length) : 0;
    return range(Number(from), Number(to), Number(step ?? 1)).map((value) => pad(value, width));
  }
  const letters = LETTERS.exec(text);
  if (!letters) return undefined;
  const [, from, to, step] = letters;
  return range(from!.charCodeAt(0), to!.charCodeAt(0), Number(step ?? 1)).map((code) => {
    const character = String.fromCharCode(code);
    return /\w/.test(character) ? character : `\\${character}`;
  });
}

function pad(value: number, width: number): string {
  return value < 0 ? `-${String(-value).padStart(width - 1, "0")}` : String(value).padStart(width, "0");
}

function range(from: number, to: number, step: number): number[] {
  const size = Math.max(1, Math.abs(step));
  const by = from <= to ? size : -size;
  const values: number[] = [];
  for (let value = from; by > 0 ? value <= to : value >= to; value += by) {
    values.push(value);
    if (values.length > MAX_FIELDS) break;
  }
  return values;
}
