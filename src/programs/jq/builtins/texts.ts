/** Builtins on texts, and conversions. */
import { splitText } from "../arithmetic.ts";
import { applyFormat, isFormat } from "../formats.ts";
import { described, stringOf } from "../messages.ts";
import { JsonProblem, parseJson } from "../reader.ts";
import { isTruthy, JqError, type Meter, typeName, type Value } from "../values.ts";
import { textOf } from "../writer.ts";
import type { Natives } from "./native.ts";

function changesCase(change: (letter: string) => string, letters: RegExp): Natives[string] {
  return (value, _args, { meter }) => {
    if (typeof value !== "string") throw new JqError("explode input must be a string");
    meter.charge(value.length / 100);
    return value.replace(letters, change);
  };
}

function trims(pattern: RegExp): Natives[string] {
  return (value) => {
    if (typeof value !== "string") throw new JqError(`${described(value)} cannot be trimmed`);
    return value.replace(pattern, "");
  };
}

function endsOf(name: string, test: (text: string, part: string) => boolean): Natives[string] {
  return (value, [part]) => {
    if (typeof value !== "string" || typeof part !== "string") throw new JqError(`${name}() requires string inputs`);
    return test(value, part);
  };
}

function parsed(text: string): Value {
  try {
    return parseJson(text);
  } catch (error) {
    if (!(error instanceof JsonProblem)) throw error;
    throw new JqError(`${error.message} (while parsing '${text}')`);
  }
}

function implode(value: Value): Value {
  if (!Array.isArray(value)) throw new JqError("implode input must be an array");
  return value
    .map((code) => {
      if (typeof code !== "number") {
        throw new JqError(
          `${typeName(value)} (${textOf(code)}) can't be imploded, unicode codepoint needs to be numeric`,
        );
      }
      const isValid = code >= 0 && code <= 0x10_ffff && !(code >= 0xd800 && code < 0xe000);
      return isValid ? String.fromCodePoint(Math.floor(code)) : "\ufffd";
    })
    .join("");
}

function exploded(value: Value, meter: Meter): Value {
  if (typeof value !== "string") throw new JqError("explode input must be a string");
  meter.charge(value.length / 10);
  return [...value].map((character) => character.codePointAt(0)!);
}

export const TEXTS: Natives = {
  "@text/0": (value, _args, { meter }) => stringOf(value, meter),
  "ascii_downcase/0": changesCase((letter) => letter.toLowerCase(), /[A-Z]+/g),
  "ascii_upcase/0": changesCase((letter) => letter.toUpperCase(), /[a-z]+/g),
  "endswith/1": endsOf("endswith", (text, part) => text.endsWith(part)),
  "explode/0": (value, _args, { meter }) => exploded(value, meter),
  "format/1": (value, [name], { meter }) => {
    if (typeof name !== "string" || !isFormat(`@${name}`)) {
      throw new JqError(`${typeof name === "string" ? name : textOf(name!)} is not a valid format`);
    }
    return applyFormat(`@${name}`, value, meter);
  },
  "fromjson/0": (value) => {
    if (typeof value !== "string") throw new JqError(`${described(value)} only strings can be parsed`);
    return parsed(value);
  },
  "implode/0": implode,
  "ltrim/0": trims(/^\s+/),
  "ltrimstr/1": (value, [part]) =>
    typeof value === "string" && typeof part === "string" && value.startsWith(part) ? value.slice(part.length) : value,
  "not/0": (value) => !isTruthy(value),
  "rtrim/0": trims(/\s+$/),
  "rtrimstr/1": (value, [part]) =>
    typeof value === "string" && typeof part === "string" && part !== "" && value.endsWith(part)
      ? value.slice(0, -part.length)
      : value,
  "split/1": (value, [separator], { meter }) => {
    if (typeof value !== "string" || typeof separator !== "string") {
      throw new JqError("split input and separator must be strings");
    }
    return splitText(value, separator, meter);
  },
  "startswith/1": endsOf("startswith", (text, part) => text.startsWith(part)),
  "tojson/0": (value, _args, { meter }) => textOf(value, meter),
  "tonumber/0": (value) => {
    if (typeof value === "number") return value;
    if (typeof value !== "string") throw new JqError(`${described(value)} cannot be parsed as a number`);
    const number = parsed(value);
    if (typeof number !== "number") throw new JqError(`${described(value)} cannot be parsed as a number`);
    return number;
  },
  "tostring/0": (value, _args, { meter }) => stringOf(value, meter),
  "trim/0": trims(/^\s+|\s+$/g),
  "type/0": typeName,
  "utf8bytelength/0": (value) => {
    if (typeof value !== "string") throw new JqError(`${described(value)} only strings have UTF-8 byte length`);
    return new TextEncoder().encode(value).length;
  },
};
