/** Sets of characters as tr(1) writes them: ranges, classes, escapes, repetitions. */
import { UsageError } from "../base/call.ts";

export interface CharacterSet {
  characters: readonly string[];
}

const ESCAPES: Readonly<Record<string, string>> = {
  a: "\x07",
  b: "\b",
  f: "\f",
  n: "\n",
  r: "\r",
  t: "\t",
  v: "\v",
  "\\": "\\",
};

const CLASSES: Readonly<Record<string, RegExp>> = {
  alnum: /[a-zA-Z0-9]/,
  alpha: /[a-zA-Z]/,
  blank: /[ \t]/,
  // biome-ignore lint/suspicious/noControlCharactersInRegex: the class of control characters
  cntrl: /[\x00-\x1f\x7f]/,
  digit: /[0-9]/,
  graph: /[!-~]/,
  lower: /[a-z]/,
  print: /[ -~]/,
  punct: /[!-/:-@[-`{-~]/,
  space: /[ \t\n\v\f\r]/,
  upper: /[A-Z]/,
  xdigit: /[0-9a-fA-F]/,
};

const ALL = Array.from({ length: 256 }, (_, code) => String.fromCharCode(code));

/** `fillTo` is the length that `[x*]`, which only GNU has, fills up. @throws UsageError */
export function expandSet(text: string, { isGnu = true, isComplement = false, fillTo = 0 } = {}): CharacterSet {
  const characters: string[] = [];
  let fillAt = -1;
  let at = 0;
  while (at < text.length) {
    const rest = text.slice(at);
    const named = /^\[:(\w+):\]/.exec(rest);
    const repeated = /^\[(\\.|.)\*(\d*)\]/s.exec(rest);
    const equal = /^\[=(.)=\]/.exec(rest);
    if (named) {
      const pattern = CLASSES[named[1]!];
      if (!pattern) throw new UsageError(`invalid character class '${named[1]}'`, { hasHint: false });
      characters.push(...ALL.filter((character) => pattern.test(character)));
      at += named[0].length;
    } else if (equal) {
      characters.push(equal[1]!);
      at += equal[0].length;
    } else if (repeated && fillTo > 0 && isGnu) {
      const count = Number.parseInt(repeated[2]!, repeated[2]!.startsWith("0") ? 8 : 10) || 0;
      if (count === 0) fillAt = characters.length;
      const character = readOne(repeated[1]!, 0)[0];
      characters.push(...new Array(count || 1).fill(character));
      at += repeated[0].length;
    } else {
      at = takeRange(text, at, characters, isGnu);
    }
  }
  if (fillAt >= 0 && characters.length < fillTo) {
    characters.splice(fillAt, 0, ...new Array(fillTo - characters.length).fill(characters[fillAt]));
  }
  if (!isComplement) return { characters };
  const excluded = new Set(characters);
  return { characters: ALL.filter((character) => !excluded.has(character)) };
}

/** For busybox a range from a higher to a lower character is empty. */
function takeRange(text: string, at: number, characters: string[], isGnu: boolean): number {
  const [low, next] = readOne(text, at);
  if (text[next] !== "-" || next + 1 >= text.length) {
    characters.push(low);
    return next;
  }
  const [high, end] = readOne(text, next + 1);
  if (high < low && isGnu) {
    throw new UsageError(`range-endpoints of '${low}-${high}' are in reverse collating sequence order`, {
      hasHint: false,
    });
  }
  for (let code = low.charCodeAt(0); code <= high.charCodeAt(0); code++) characters.push(String.fromCharCode(code));
  return end;
}

function readOne(text: string, at: number): [string, number] {
  if (text[at] !== "\\" || at + 1 >= text.length) return [text[at]!, at + 1];
  const octal = /^[0-7]{1,3}/.exec(text.slice(at + 1));
  if (octal) return [String.fromCharCode(Number.parseInt(octal[0], 8) & 255), at + 1 + octal[0].length];
  const letter = text[at + 1]!;
  return [ESCAPES[letter] ?? letter, at + 2];
}
