/**
 * Kyverno's functions of texts.
 * Source: github.com/kyverno/kyverno pkg/engine/jmespath/functions.go
 */
import { Regex, RegexError } from "../../../../../lib/regex.ts";
import { imageInfo } from "../../images.ts";
import { matchesWildcard } from "../../wildcard.ts";
import { QueryError, textOf, type Value } from "../values.ts";
import type { Functions } from "./function.ts";

const text = (value: Value | undefined): string => textOf(value ?? null) ?? "";

export function functionError(name: string, why: string): QueryError {
  return new QueryError(`JMESPath function '${name}': ${why}`);
}

function regex(name: string, pattern: string): Regex {
  try {
    return new Regex(pattern);
  } catch (error) {
    if (error instanceof RegexError) throw functionError(name, error.message);
    throw error;
  }
}

/** Replaces all matches; `replacement` gives the new text of a match with its groups. */
function replaceAll(expression: Regex, source: string, replacement: (groups: readonly string[]) => string): string {
  let result = "";
  let from = 0;
  for (let at = 0; at <= source.length; ) {
    const [whole, ...groups] = expression.findGroups(source, at) ?? [];
    if (!whole) break;
    const texts = [whole, ...groups].map((place) => (place ? source.slice(place.start, place.end) : ""));
    result += source.slice(from, whole.start) + replacement(texts);
    from = whole.end;
    at = whole.end > whole.start ? whole.end : whole.end + 1;
  }
  return result + source.slice(from);
}

/** A template of Go: `$1`, `${1}`, `${name}`, `$$`. */
function expand(template: string, groups: readonly string[], names: Readonly<Record<string, number>>): string {
  return template.replace(/\$(?:\$|\{(\w+)\}|(\w+))/g, (_whole, braced?: string, plain?: string) => {
    const name = braced ?? plain;
    if (name === undefined) return "$";
    return groups[/^\d+$/.test(name) ? Number(name) : (names[name] ?? -1)] ?? "";
  });
}

/** Removes characters of the set from both ends. */
function trim(value: string, set: string): string {
  const characters = [...value];
  const isTrimmed = (character: string | undefined) => character !== undefined && set.includes(character);
  while (isTrimmed(characters.at(-1))) characters.pop();
  let from = 0;
  while (isTrimmed(characters[from])) from++;
  return characters.slice(from).join("");
}

function replaceSome(source: string, old: string, replacement: string, count: number): string {
  const parts = source.split(old);
  const limit = count < 0 ? parts.length : count;
  return parts.reduce((joined, part, i) => `${joined}${i <= limit ? replacement : old}${part}`);
}

const SOURCE = "string|number";

export const TEXT_FUNCTIONS: Functions = {
  compare: {
    args: ["string", "string"],
    call: ([a, b]) => (text(a) < text(b) ? -1 : text(a) > text(b) ? 1 : 0),
  },
  equal_fold: { args: ["string", "string"], call: ([a, b]) => text(a).toLowerCase() === text(b).toLowerCase() },
  image_normalize: { args: ["string"], call: ([image]) => imageInfo(text(image)).reference },
  path_canonicalize: {
    args: ["string"],
    call([path]) {
      const kept: string[] = [];
      for (const part of text(path).split("/")) {
        if (part === "..") kept.pop();
        else if (part !== "" && part !== ".") kept.push(part);
      }
      return `${text(path).startsWith("/") ? "/" : ""}${kept.join("/")}`;
    },
  },
  pattern_match: { args: ["string", SOURCE], call: ([pattern, value]) => matchesWildcard(text(pattern), text(value)) },
  regex_match: {
    args: ["string", SOURCE],
    call: ([pattern, value]) => regex("regex_match", text(pattern)).test(text(value)),
  },
  regex_replace_all: {
    args: ["string", SOURCE, SOURCE],
    call([pattern, source, template]) {
      const expression = regex("regex_replace_all", text(pattern));
      return replaceAll(expression, text(source), (groups) => expand(text(template), groups, expression.groupNames));
    },
  },
  regex_replace_all_literal: {
    args: ["string", SOURCE, SOURCE],
    call: ([pattern, source, replacement]) =>
      replaceAll(regex("regex_replace_all_literal", text(pattern)), text(source), () => text(replacement)),
  },
  replace: {
    args: ["string", "string", "string", "number"],
    call: ([source, old, replacement, count]) => replaceSome(text(source), text(old), text(replacement), Number(count)),
  },
  replace_all: {
    args: ["string", "string", "string"],
    call: ([source, old, replacement]) => text(source).replaceAll(text(old), () => text(replacement)),
  },
  split: { args: ["string", "string"], call: ([value, separator]) => text(value).split(text(separator)) },
  to_boolean: {
    args: ["string"],
    call([value]) {
      const word = text(value).toLowerCase();
      if (word === "true" || word === "false") return word === "true";
      const why = `lowercase argument must be 'true' or 'false' (provided: '${text(value)}')`;
      throw functionError("to_boolean", why);
    },
  },
  to_lower: { args: ["string"], call: ([value]) => text(value).toLowerCase() },
  to_upper: { args: ["string"], call: ([value]) => text(value).toUpperCase() },
  trim: { args: ["string", "string"], call: ([value, set]) => trim(text(value), text(set)) },
  trim_prefix: {
    args: ["string", "string"],
    call: ([value, prefix]) =>
      text(value).startsWith(text(prefix)) ? text(value).slice(text(prefix).length) : text(value),
  },
  truncate: {
    args: ["string", "number"],
    call: ([value, length]) => [...text(value)].slice(0, Math.max(0, Math.trunc(Number(length)))).join(""),
  },
};
