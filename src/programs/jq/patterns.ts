/** Patterns behind `as`: `$x`, `[$a, $b]`, `{a: $x, $y, "k": [$z], (.e): $v}`, and alternatives with `?//`. */
import type { Grammar } from "./grammar.ts";
import type { Node, Pattern } from "./syntax.ts";

export function parsePatterns(parser: Grammar): Pattern[] {
  const patterns = [pattern(parser)];
  while (parser.tokens.accept("?//")) patterns.push(pattern(parser));
  return patterns;
}

function pattern(parser: Grammar): Pattern {
  const { tokens } = parser;
  if (tokens.accept("$")) return { type: "variable", name: tokens.expectName().text };
  if (tokens.accept("[")) {
    const items: Pattern[] = [];
    do items.push(parser.nested(() => pattern(parser)));
    while (tokens.accept(","));
    tokens.expect("]", "',' or ']'");
    return { type: "array", items };
  }
  if (!tokens.accept("{")) tokens.fail("'$' or '[' or '{'");
  const entries: { key: Node; variable?: string; pattern?: Pattern }[] = [];
  do entries.push(entry(parser));
  while (tokens.accept(","));
  tokens.expect("}", "',' or '}'");
  return { type: "object", entries };
}

function entry(parser: Grammar): { key: Node; variable?: string; pattern?: Pattern } {
  const { tokens } = parser;
  if (tokens.accept("$")) {
    const name = tokens.expectName().text;
    const key: Node = { type: "literal", value: name };
    return tokens.accept(":")
      ? { key, variable: name, pattern: parser.nested(() => pattern(parser)) }
      : { key, variable: name };
  }
  const key = entryKey(parser);
  tokens.expect(":", "':'");
  return { key, pattern: parser.nested(() => pattern(parser)) };
}

function entryKey(parser: Grammar): Node {
  const { tokens } = parser;
  if (tokens.next.type === "string") return parser.text(tokens.take(), undefined);
  if (tokens.accept("(")) {
    const key = parser.pipe();
    tokens.expect(")");
    return key;
  }
  return { type: "literal", value: tokens.expectName().text };
}
