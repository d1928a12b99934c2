/** Terms of jq's grammar: paths, constructors, conditions, folds, and what follows a term. */
import type { Grammar } from "./grammar.ts";
import type { Token } from "./lexer.ts";
import type { Node } from "./syntax.ts";

const IDENTITY: Node = { type: "identity" };

/** A term with its suffixes, and what `as` binds. */
export function parseTerm(parser: Grammar): Node {
  const { tokens } = parser;
  if (tokens.accept("-")) return { type: "negate", body: parser.nested(() => parseTerm(parser)) };
  const term = postfixTerm(parser);
  if (!tokens.accept("as")) return term;
  const patterns = parser.patterns();
  tokens.expect("|");
  return { type: "bind", source: term, patterns, body: parser.pipe() };
}

/** A term with its suffixes. */
function postfixTerm(parser: Grammar): Node {
  const { tokens } = parser;
  let term = primary(parser);
  for (;;) {
    const { next } = tokens;
    if (next.type === "field") {
      tokens.take();
      term = { type: "index", target: term, key: { type: "literal", value: next.text } };
    } else if (tokens.is("operator", ".") && tokens.following?.type === "string") {
      tokens.take();
      term = { type: "index", target: term, key: parser.text(tokens.take(), undefined) };
    } else if (tokens.is("operator", ".") && isOperator(tokens.following, "[")) tokens.take();
    else if (tokens.is("operator", "[")) term = bracketSuffix(parser, term);
    else if (tokens.accept("?")) term = { type: "try", body: term, handler: undefined };
    else return term;
  }
}

function isOperator(token: Token | undefined, text: string): boolean {
  return token?.type === "operator" && token.text === text;
}

function bracketSuffix(parser: Grammar, target: Node): Node {
  const { tokens } = parser;
  return bracketed(parser, () => {
    if (tokens.accept("]")) return { type: "iterate", target };
    if (tokens.accept(":")) {
      const to = parser.pipe();
      tokens.expect("]");
      return { type: "slice", target, from: undefined, to };
    }
    const key = parser.pipe();
    if (!tokens.accept(":")) {
      tokens.expect("]");
      return { type: "index", target, key };
    }
    const to = tokens.is("operator", "]") ? undefined : parser.pipe();
    tokens.expect("]");
    return { type: "slice", target, from: key, to };
  });
}

/** The inside of a bracket, which is the next token. */
function bracketed<T>({ tokens }: Grammar, rule: () => T): T {
  tokens.open.push({ type: "bracket", at: tokens.take().at });
  const result = rule();
  tokens.open.pop();
  return result;
}

function primary(parser: Grammar): Node {
  const { tokens } = parser;
  const { next } = tokens;
  switch (next.type) {
    case "number":
      tokens.take();
      return { type: "literal", value: next.value };
    case "string":
      return parser.text(tokens.take(), undefined);
    case "format":
      tokens.take();
      if (tokens.next.type === "string") return parser.text(tokens.take(), next.text);
      return { type: "format", name: next.text, at: next.at };
    case "field":
      tokens.take();
      return { type: "index", target: IDENTITY, key: { type: "literal", value: next.text } };
    case "identifier":
      return nameOrBreak(parser);
    case "keyword":
      return keywordTerm(parser, next.text, next.at);
    case "operator":
      return operatorTerm(parser, next.text);
    default:
      return tokens.fail();
  }
}

function nameOrBreak(parser: Grammar): Node {
  const { tokens } = parser;
  const { text: name, at } = tokens.expectName();
  if (name === "break") {
    tokens.expect("$", "'$'");
    return { type: "break", name: tokens.expectName().text, at };
  }
  const args: Node[] = [];
  if (tokens.is("operator", "(")) {
    bracketed(parser, () => {
      do args.push(parser.pipe());
      while (tokens.accept(";"));
      tokens.expect(")", "';' or ')'");
    });
  }
  return { type: "call", name, args, at };
}

function operatorTerm(parser: Grammar, text: string): Node {
  const { tokens } = parser;
  switch (text) {
    case ".":
      tokens.take();
      if (tokens.next.type !== "string") return IDENTITY;
      return { type: "index", target: IDENTITY, key: parser.text(tokens.take(), undefined) };
    case "..":
      tokens.take();
      return { type: "descend" };
    case "$":
      return variable(parser);
    case "(":
      return bracketed(parser, () => {
        const inner = parser.pipe();
        tokens.expect(")");
        return inner;
      });
    case "[":
      return bracketed(parser, () => {
        if (tokens.accept("]")) return { type: "array", body: undefined };
        const body = parser.pipe();
        tokens.expect("]");
        return { type: "array", body };
      });
    case "{":
      return bracketed(parser, () => objectTerm(parser));
    default:
      return tokens.fail();
  }
}

function variable({ tokens }: Grammar, expected?: string): Node {
  const { at } = tokens.take();
  if (tokens.accept("__loc__")) return { type: "literal", value: new Map<string, string | number>(LOCATION) };
  return { type: "variable", name: tokens.expectName(expected).text, at };
}

/** `$__loc__` of a program of one line. */
const LOCATION: readonly [string, string | number][] = [
  ["file", "<top-level>"],
  ["line", 1],
];

function objectTerm(parser: Grammar): Node {
  const { tokens } = parser;
  const entries: { key: Node; value: Node; at: number }[] = [];
  if (tokens.accept("}")) return { type: "object", entries };
  do entries.push(objectEntry(parser));
  while (tokens.accept(","));
  tokens.expect("}", "'}'");
  return { type: "object", entries };
}

function objectEntry(parser: Grammar): { key: Node; value: Node; at: number } {
  const { tokens } = parser;
  const { next } = tokens;
  const { at } = next;
  if (tokens.is("operator", "$")) {
    const node = variable(parser);
    const name = node.type === "variable" ? node.name : "__loc__";
    return { key: { type: "literal", value: name }, value: node, at };
  }
  if (tokens.is("operator", "(")) {
    const key = bracketed(parser, () => {
      const inner = parser.pipe();
      tokens.expect(")");
      return inner;
    });
    tokens.expect(":", "':'");
    return { key, value: entryValue(parser), at };
  }
  const key = entryKey(parser);
  if (tokens.accept(":")) return { key, value: entryValue(parser), at };
  return { key, value: { type: "index", target: IDENTITY, key }, at };
}

function entryKey(parser: Grammar): Node {
  const { tokens } = parser;
  const token = tokens.take();
  if (token.type === "string") return parser.text(token, undefined);
  if (token.type === "identifier" || token.type === "keyword") return { type: "literal", value: token.text };
  if (token.type === "format" && tokens.next.type === "string") return parser.text(tokens.take(), token.text);
  if (token.type === "number") return { type: "literal", value: token.value };
  return tokens.fail();
}

/** Values in an object are terms, joined by pipes. */
function entryValue(parser: Grammar): Node {
  const { tokens } = parser;
  const isNegative = tokens.accept("-");
  const term = postfixTerm(parser);
  const left: Node = isNegative ? { type: "negate", body: term } : term;
  return tokens.accept("|") ? { type: "pipe", left, right: entryValue(parser) } : left;
}

function keywordTerm(parser: Grammar, text: string, at: number): Node {
  const { tokens } = parser;
  switch (text) {
    case "if":
      tokens.take();
      return condition(parser, at);
    case "try": {
      tokens.take();
      const body = postfixTerm(parser);
      if (!tokens.accept("catch")) return { type: "try", body, handler: undefined };
      tokens.open.push({ type: "try", at });
      const handler = postfixTerm(parser);
      tokens.open.pop();
      return { type: "try", body, handler };
    }
    case "reduce":
    case "foreach":
      tokens.take();
      return fold(parser, text);
    case "def": {
      const definition = parser.definition();
      return { type: "define", definition, rest: parser.pipe() };
    }
    case "label":
      return parser.pipe();
    default:
      return tokens.fail();
  }
}

/** The rest of `if` or `elif`. */
function condition(parser: Grammar, at: number): Node {
  const { tokens } = parser;
  const test = parser.pipe();
  tokens.expect("then");
  tokens.open.push({ type: "if", at });
  const then = parser.pipe();
  let otherwise: Node = IDENTITY;
  if (tokens.accept("elif")) otherwise = condition(parser, at);
  else {
    if (tokens.accept("else")) otherwise = parser.pipe();
    tokens.expect("end");
  }
  tokens.open.pop();
  return { type: "if", condition: test, then, otherwise };
}

function fold(parser: Grammar, type: "reduce" | "foreach"): Node {
  const { tokens } = parser;
  const source = postfixTerm(parser);
  tokens.expect("as");
  const [pattern] = parser.patterns();
  if (!tokens.is("operator", "(")) tokens.fail("'('");
  return bracketed(parser, () => {
    const init = parser.pipe();
    tokens.expect(";");
    const update = parser.pipe();
    if (type === "reduce") {
      tokens.expect(")");
      return { type, source, pattern: pattern!, init, update };
    }
    const extract = tokens.accept(";") ? parser.pipe() : IDENTITY;
    tokens.expect(")");
    return { type, source, pattern: pattern!, init, update, extract };
  });
}
