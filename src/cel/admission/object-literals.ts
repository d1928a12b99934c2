/**
 * `Object{spec: Object.spec{replicas: 3}}` and `JSONPatch{op: "add", …}` in mutations: types without a declaration,
 * whose names state their place in the object. The library has only maps, so the literals are rewritten to maps.
 */

/** The beginning of a literal: `Object{`, `Object.spec.template {`, `JSONPatch{`. */
const TYPE = /(?:Object(?:\.[A-Za-z_]\w*)*|JSONPatch)\s*\{/y;
const FIELD = /\s*(\??)\s*([A-Za-z_]\w*|`[^`]*`)\s*:/y;
const STRING = /[rRbB]{0,2}("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/y;
const WORD = /[A-Za-z_]\w*/y;

/** An expression in the library's syntax, and the origin of its parts. */
export interface Rewritten {
  source: string;
  /** Type names of the literals, in their order. */
  types: readonly string[];
  /** The character of the original source that a character of `source` comes from. */
  positionOf(index: number): number;
}

/** Marks fields that are set only if their optional value is present. No field name begins with it. */
export const OPTIONAL_FIELD = "?";

/** Rewrites literals of both types to maps. Everything else stays as it is. */
export function literalsAsMaps(source: string): Rewritten {
  const types: string[] = [];
  /** For each open bracket: whether the names before colons are fields of a literal. */
  const open: boolean[] = [];
  const origins: { made: number; at: number }[] = [];
  let made = "";
  let at = 0;
  const match = (pattern: RegExp): RegExpExecArray | null => {
    pattern.lastIndex = at;
    return pattern.exec(source);
  };
  const field = (): void => {
    const found = match(FIELD);
    if (!found) return;
    origins.push({ made: made.length, at });
    made += `${JSON.stringify((found[1] ? OPTIONAL_FIELD : "") + found[2]!.replaceAll("`", ""))}:`;
    at += found[0].length;
  };
  while (at < source.length) {
    origins.push({ made: made.length, at });
    const text = match(STRING) ?? null;
    const type = text ? null : match(TYPE);
    const word = text || type ? null : match(WORD);
    if (type && !/[\w.]/.test(source[at - 1] ?? "")) {
      types.push(type[0].replace(/\s*\{$/, ""));
      made += "{";
      at += type[0].length;
      open.push(true);
      field();
      continue;
    }
    const whole = text ?? word ?? type;
    const piece = whole && !type ? whole[0] : source[at]!;
    made += piece;
    at += piece.length;
    if (whole && !type) continue;
    if (piece === "{" || piece === "(" || piece === "[") open.push(false);
    else if (piece === "}" || piece === ")" || piece === "]") open.pop();
    else if (piece === "," && open.at(-1)) field();
  }
  return { source: made, types, positionOf: (index) => originOf(origins, index) };
}

function originOf(origins: readonly { made: number; at: number }[], index: number): number {
  const origin = origins.findLast(({ made }) => made <= index);
  return origin ? origin.at + index - origin.made : index;
}
