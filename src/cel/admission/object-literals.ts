/**
 * `Object{spec: Object.spec{replicas: 3}}` and `JSONPatch{op: "add", …}`, which mutations are written with: types without
 * a declaration, whose names say where in the object they stand. The library knows only maps, so they are made such.
 */

/** What begins a literal: `Object{`, `Object.spec.template {`, `JSONPatch{`. */
const TYPE = /(?:Object(?:\.[A-Za-z_]\w*)*|JSONPatch)\s*\{/y;
const FIELD = /\s*(\??)\s*([A-Za-z_]\w*|`[^`]*`)\s*:/y;
const STRING = /[rRbB]{0,2}("""[\s\S]*?"""|'''[\s\S]*?'''|"(?:\\.|[^"\\])*"|'(?:\\.|[^'\\])*')/y;
const WORD = /[A-Za-z_]\w*/y;

/** An expression in the library's own terms, and where its parts come from. */
export interface Rewritten {
  source: string;
  /** The names of the literals' types, in their order. */
  types: readonly string[];
  /** The character of what was given that a character of `source` comes from. */
  positionOf(index: number): number;
}

/** Marks the names of fields that are set only where their optional value is there; no field's name begins so. */
export const OPTIONAL_FIELD = "?";

/** Literals of both types as maps. What is no literal stays as it is. */
export function literalsAsMaps(source: string): Rewritten {
  const types: string[] = [];
  /** Of each open bracket: are the names before colons fields of a literal? */
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
