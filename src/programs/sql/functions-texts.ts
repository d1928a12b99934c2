/** Functions on texts. Texts are UTF-8 byte strings; positions count characters. */
import { md5 } from "@noble/hashes/legacy.js";
import { sha256 } from "@noble/hashes/sha2.js";
import { bytesOf, bytesOfBase64, bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { SqlFunction } from "./function.ts";
import { compiled, matches as hasMatch } from "./operators.ts";
import { allMatches, splitBy } from "./set-functions.ts";
import { characterCount, textOfValue } from "./types.ts";
import { keyOf, List, numberOf, textOf, type Value } from "./values.ts";

function characters(value: Value): string[] {
  return [...textOfBytes(textOf(value))];
}

/** A function of one text on decoded characters. */
function onText(change: (text: string) => string): SqlFunction {
  return ([value = null]) => bytesOfText(change(textOfBytes(textOf(value))));
}

const length: SqlFunction = ([value = null]) => characterCount(textOf(value));
const bytes: SqlFunction = ([value = null]) => textOf(value).length;

const substring: SqlFunction = ([value = null, start = 1, count]) => {
  const all = characters(value);
  if (typeof start === "string") {
    const found = compiled(textOf(start), false).groups(textOf(value));
    return found ? (found[1] ?? found[0] ?? null) : null;
  }
  const first = numberOf(start) < 0 ? all.length + numberOf(start) : numberOf(start) - 1;
  const end = count === undefined ? all.length : first + numberOf(count);
  return bytesOfText(all.slice(Math.max(first, 0), Math.max(end, 0)).join(""));
};

function trimmed(side: "both" | "left" | "right"): SqlFunction {
  return ([value = null, set = " "]) => {
    let text = textOf(value);
    const isIn = (character: string | undefined) => character !== undefined && textOf(set).includes(character);
    while (side !== "right" && isIn(text[0])) text = text.slice(1);
    while (side !== "left" && isIn(text.at(-1))) text = text.slice(0, -1);
    return text;
  };
}

function padded(isLeft: boolean): SqlFunction {
  return ([value = null, size = 0, fill = " "]) => {
    const all = characters(value);
    const wanted = Math.min(Math.max(numberOf(size), 0), MAX_TEXT);
    if (all.length >= wanted) return bytesOfText(all.slice(0, wanted).join(""));
    const padding = textOf(fill)
      .repeat(Math.ceil(wanted / (textOf(fill).length || 1)))
      .slice(0, wanted - all.length);
    return isLeft ? padding + textOf(value) : textOf(value) + padding;
  };
}

/** Length that `repeat` and `lpad` can create. */
const MAX_TEXT = 1_000_000;

const position = (whole: Value, part: Value): number => {
  const at = textOfBytes(textOf(whole)).indexOf(textOfBytes(textOf(part)));
  return at + 1;
};

/** The bytes of a bytea, which is kept as hexadecimal digits, or those of a text. */
function rawBytes(text: string): string {
  if (!/^\\x(?:[0-9a-f]{2})*$/.test(text)) return text;
  return text.slice(2).replace(/../g, (pair) => String.fromCharCode(Number.parseInt(pair, 16)));
}

function encoded(text: string, format: string): string | undefined {
  const bytes = rawBytes(text);
  if (format === "hex") return hexOf(bytesOf(bytes));
  return format === "base64" ? btoa(bytes).replace(/.{76}(?=.)/g, "$&\n") : undefined;
}

function decoded(text: string, format: string): string | undefined {
  if (format === "hex") return `\\x${text.toLowerCase()}`;
  return format === "base64" ? `\\x${hexOf(bytesOf(bytesOfBase64(text)))}` : undefined;
}

function hexOf(digest: Uint8Array): string {
  return Array.from(digest, (byte) => byte.toString(16).padStart(2, "0")).join("");
}

/** Replaces the first match, or all with the flag `g`. `\\1` in the new text is a group. */
function replaceMatches(text: string, pattern: string, to: string, flags: string): string {
  const regex = compiled(pattern, flags.includes("i"));
  let result = "";
  let at = 0;
  for (let from = 0; from <= text.length; ) {
    const groups = regex.findGroups(text, from);
    const whole = groups?.[0];
    if (!groups || !whole) break;
    const group = (i: number) => (groups[i] ? text.slice(groups[i].start, groups[i].end) : "");
    result +=
      text.slice(at, whole.start) + to.replace(/\\([\d&])/g, (_all, i: string) => group(i === "&" ? 0 : Number(i)));
    at = whole.end;
    from = whole.end > whole.start ? whole.end : whole.end + 1;
    if (!flags.includes("g")) break;
  }
  return result + text.slice(at);
}

export const TEXT_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  length: (args, scope) =>
    scope.context.rules.isMySql ? bytes(args, scope) : typeof args[0] === "string" ? length(args, scope) : undefined,
  char_length: length,
  character_length: length,
  octet_length: bytes,
  upper: onText((text) => text.toUpperCase()),
  ucase: onText((text) => text.toUpperCase()),
  lower: onText((text) => text.toLowerCase()),
  lcase: onText((text) => text.toLowerCase()),
  initcap: onText((text) =>
    text.toLowerCase().replace(/[\p{L}\p{N}]+/gu, (word) => word.slice(0, 1).toUpperCase() + word.slice(1)),
  ),
  reverse: onText((text) => [...text].reverse().join("")),
  substring,
  substr: substring,
  mid: substring,
  left: ([value = null, count = 0]) => {
    const all = characters(value);
    return bytesOfText(all.slice(0, numberOf(count) < 0 ? all.length + numberOf(count) : numberOf(count)).join(""));
  },
  right: ([value = null, count = 0]) => {
    const all = characters(value);
    const size = numberOf(count) < 0 ? all.length + numberOf(count) : numberOf(count);
    return bytesOfText(all.slice(Math.max(all.length - size, 0)).join(""));
  },
  btrim: trimmed("both"),
  ltrim: trimmed("left"),
  rtrim: trimmed("right"),
  lpad: padded(true),
  rpad: padded(false),
  repeat: ([value = null, count = 0]) => {
    const times = Math.max(0, Math.min(numberOf(count), Math.floor(MAX_TEXT / (textOf(value).length || 1))));
    return textOf(value).repeat(times);
  },
  replace: ([value = null, from = "", to = ""]) =>
    textOf(from) === "" ? textOf(value) : textOf(value).replaceAll(textOf(from), () => textOf(to)),
  translate: ([value = null, from = "", to = ""]) => {
    const [source, target] = [characters(from), characters(to)];
    const changed = characters(value).map((each) => {
      const at = source.indexOf(each);
      return at < 0 ? each : (target[at] ?? "");
    });
    return bytesOfText(changed.join(""));
  },
  overlay: ([value = null, part = null, start = 1, count]) => {
    const all = characters(value);
    const size = count === undefined ? characters(part).length : numberOf(count);
    const at = numberOf(start) - 1;
    return bytesOfText([...all.slice(0, at), ...characters(part), ...all.slice(at + size)].join(""));
  },
  encode: ([value = null, format = ""]) => encoded(textOf(value), textOf(format)),
  decode: ([value = null, format = ""]) => decoded(textOf(value), textOf(format)),
  sha256: ([value = null]) => `\\x${hexOf(sha256(bytesOf(rawBytes(textOf(value)))))}`,
  regexp_match: ([value = null, pattern = "", flags = ""]) => {
    const [first] = allMatches(textOf(value), textOf(pattern), textOf(flags).replace("g", ""));
    return first ? new List(first) : null;
  },
  regexp_split_to_array: ([value = null, pattern = "", flags = ""]) =>
    new List(splitBy(textOf(value), textOf(pattern), textOf(flags))),
  regexp_count: ([value = null, pattern = ""]) => allMatches(textOf(value), textOf(pattern), "g").length,
  position: ([whole = null, part = null]) => position(whole, part),
  strpos: ([whole = null, part = null]) => position(whole, part),
  instr: ([whole = null, part = null]) => position(whole, part),
  locate: ([part = null, whole = null]) => position(whole, part),
  concat: (args, { context }) => (context.rules.isMySql && args.includes(null) ? null : args.map(textOfValue).join("")),
  concat_ws: ([separator = "", ...args]) =>
    args
      .filter((arg) => arg !== null)
      .map(textOfValue)
      .join(textOf(separator)),
  split_part: ([value = null, separator = "", index = 1]) => {
    const parts = textOf(value).split(textOf(separator));
    return (numberOf(index) < 0 ? parts.at(numberOf(index)) : parts[numberOf(index) - 1]) ?? "";
  },
  substring_index: ([value = null, separator = "", count = 1]) => {
    const parts = textOf(value).split(textOf(separator));
    const size = numberOf(count);
    return (size < 0 ? parts.slice(size) : parts.slice(0, size)).join(textOf(separator));
  },
  starts_with: ([value = null, start = ""]) => textOf(value).startsWith(textOf(start)),
  string_to_array: ([value = null, separator = ","]) => new List(textOf(value).split(textOf(separator))),
  array_to_string: ([list = null, separator = ","]) =>
    list instanceof List
      ? list.items
          .filter((item) => item !== null)
          .map(textOfValue)
          .join(textOf(separator))
      : undefined,
  array_length: ([list = null]) => (list instanceof List ? list.items.length || null : undefined),
  cardinality: ([list = null]) => (list instanceof List ? list.items.length : undefined),
  array_prepend: ([item = null, list = null]) => (list instanceof List ? new List([item, ...list.items]) : undefined),
  array_remove: ([list = null, item = null]) =>
    list instanceof List ? new List(list.items.filter((each) => keyOf(each) !== keyOf(item))) : undefined,
  array_replace: ([list = null, from = null, to = null]) =>
    list instanceof List ? new List(list.items.map((each) => (keyOf(each) === keyOf(from) ? to : each))) : undefined,
  array_cat: ([left = null, right = null]) =>
    left instanceof List && right instanceof List ? new List([...left.items, ...right.items]) : undefined,
  array_upper: ([list = null]) => (list instanceof List ? list.items.length || null : undefined),
  array_lower: ([list = null]) => (list instanceof List ? (list.items.length > 0 ? 1 : null) : undefined),
  array_append: ([list = null, item = null]) => (list instanceof List ? new List([...list.items, item]) : undefined),
  regexp_replace: ([value = null, pattern = "", to = "", flags = ""]) =>
    replaceMatches(textOf(value), textOf(pattern), textOf(to), textOf(flags)),
  regexp_like: ([value = null, pattern = ""]) => hasMatch(textOf(value), textOf(pattern), true),
  ascii: ([value = null]) => textOfBytes(textOf(value)).codePointAt(0) ?? 0,
  chr: ([code = 0]) => bytesOfText(String.fromCodePoint(numberOf(code))),
  md5: ([value = null]) => hexOf(md5(Uint8Array.from(textOf(value), (byte) => byte.charCodeAt(0)))),
  quote_nullable: ([value = null]) => (value === null ? "NULL" : `'${textOf(value).replace(/'/g, "''")}'`),
  quote_literal: ([value = null]) => `'${textOf(value).replace(/'/g, "''")}'`,
  quote_ident: ([value = null]) => (/^[a-z_][a-z0-9_]*$/.test(textOf(value)) ? textOf(value) : `"${textOf(value)}"`),
  to_hex: ([value = 0]) => numberOf(value).toString(16),
  hex: ([value = null]) =>
    typeof value === "number"
      ? value.toString(16).toUpperCase()
      : [...textOf(value)]
          .map((byte) => byte.charCodeAt(0).toString(16).padStart(2, "0"))
          .join("")
          .toUpperCase(),
  field: ([value = null, ...list]) => list.findIndex((each) => textOf(each) === textOf(value)) + 1,
  strcmp: ([left = "", right = ""]) => (textOf(left) < textOf(right) ? -1 : textOf(left) > textOf(right) ? 1 : 0),
};
