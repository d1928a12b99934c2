/** Expressions of yq in terms of jq: both languages agree in most of their words. */

/** Functions of yq that jq lacks, written in jq. */
const DEFINITIONS = `
def upcase: ascii_upcase;
def downcase: ascii_downcase;
def to_json: tojson;
def from_json: fromjson;
def to_number: tonumber;
def to_string: tostring;
def kind: if type == "object" then "map" elif type == "array" then "seq" else "scalar" end;
def tag: if type == "object" then "!!map" elif type == "array" then "!!seq" elif type == "string" then "!!str"
  elif type == "boolean" then "!!bool" elif type == "null" then "!!null"
  elif . == floor then "!!int" else "!!float" end;
def sort_keys(f): f |= walk(if type == "object" then to_entries | sort_by(.key) | from_entries else . end);
def with(p; f): p |= f;
def filter(f): map(select(f));
def omit(names): with_entries(select(.key as $key | names | index($key) | not));
def pick_keys(names): . as $whole | reduce names[] as $name ({}; if $whole | has($name) then .[$name] = $whole[$name] else . end);
def explode_aliases(f): .;
def flatten_once: flatten(1);
def trim: sub("^\\\\s+"; "") | sub("\\\\s+$"; "");
def contains_any(f): any(f);
`;

interface Rule {
  pattern: RegExp;
  to: string | ((...groups: string[]) => string);
}

/** Applied to the parts of an expression outside of texts. */
const RULES: readonly Rule[] = [
  { pattern: /\bselect\(\s*(?:fileIndex|fi)\s*==\s*(\d+)\s*\)/g, to: (_, at) => `($__files[${at}] // empty)` },
  { pattern: /\.\s*as\s+(\$\w+)\s+ireduce\s*\(/g, to: (_, name) => `reduce $__all[] as ${name} (` },
  { pattern: /\bireduce\b/g, to: "reduce" },
  { pattern: /\bstrenv\(\s*(\w+)\s*\)/g, to: (_, name) => `($ENV.${name} // "")` },
  { pattern: /\benv\(\s*(\w+)\s*\)/g, to: (_, name) => `(env.${name} | (fromjson? // .))` },
  { pattern: /\b(?:fileIndex|fi)\b/g, to: "$__fileIndex" },
  { pattern: /\b(?:documentIndex|di)\b/g, to: "$__documentIndex" },
  { pattern: /\bfilename\b/g, to: "$__filename" },
  { pattern: /\bexplode\s*\(/g, to: "explode_aliases(" },
  { pattern: /\bpick\s*\(\s*\[/g, to: "pick_keys([" },
  { pattern: /\btype\b/g, to: "tag" },
  { pattern: /\bany_c\(/g, to: "any(" },
  { pattern: /\ball_c\(/g, to: "all(" },
  { pattern: /(^|[^\w$])\.\.\./g, to: "$1.." },
  { pattern: /\*\+|\*d|\*n|\*\?/g, to: "*" },
  // Keys may have dashes.
  { pattern: /\.([A-Za-z_]\w*(?:-[A-Za-z_]\w*)+)/g, to: (_, key) => `.${JSON.stringify(key)}` },
];

/** The program of jq for an expression of yq. */
export function jqProgram(expression: string): string {
  const text = expression.trim() === "" ? "." : expression;
  const parts = text.split(/("(?:[^"\\]|\\.)*")/);
  const translated = parts.map((part, index) => (index % 2 === 1 ? part : translate(part))).join("");
  return `${DEFINITIONS}${translated}`;
}

function translate(part: string): string {
  return RULES.reduce((text, { pattern, to }) => text.replace(pattern, to as string), part);
}

/** Operators that depend on the nodes of YAML, not on their values. */
const UNKNOWN =
  /\b(?:line_comment|head_comment|foot_comment|style|anchor|alias|line|column|load|load_str|eval|split_doc|envsubst|comments)\b\s*(?:=|\||$|\()/;

/** The word of an operator that is not known here; undefined if all are known. */
export function unknownOperator(expression: string): string | undefined {
  const outside = expression.split(/"(?:[^"\\]|\\.)*"/).join('""');
  const match = UNKNOWN.exec(outside)?.[0];
  return match && outside[outside.indexOf(match) - 1] !== "." ? match.replace(/\W+$/, "") : undefined;
}
