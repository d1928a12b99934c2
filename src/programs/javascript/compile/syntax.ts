/** The parser, and what the compiler reads from its tree. */
import { type AnyNode, type Node, type Options, type Program, parse } from "acorn";
import { BoundedCache } from "../../../lib/bounded-cache.ts";
import type { Source } from "../code.ts";

export type { AnyNode, Node };

/** `message` is V8's, as far as the parser's error tells it. `at` is the offset in the source. */
export class JsSyntaxError extends Error {
  override name = "JsSyntaxError";
  readonly at: number;
  readonly source: Source;
  /** More text may complete it. */
  readonly isIncomplete: boolean;
  constructor(message: string, at: number, source: Source, isIncomplete = false) {
    super(message);
    this.at = at;
    this.source = source;
    this.isIncomplete = isIncomplete;
  }
}

const COMMON: Options = { ecmaVersion: "latest", allowHashBang: true, allowReturnOutsideFunction: true };

/** Throws JsSyntaxError. */
export function parseSource(source: Source): Program {
  const { kind, text } = source;
  try {
    if (kind === "module") return parse(text, { ...COMMON, sourceType: "module" });
    if (kind === "function") return parse(`(${text}\n)`, { ...COMMON, sourceType: "script" });
    return parse(text, {
      ...COMMON,
      sourceType: kind === "commonjs" ? "commonjs" : "script",
      allowReturnOutsideFunction: kind === "commonjs",
    });
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const at = Number((error as SyntaxError & { pos?: number }).pos ?? 0);
    const parser = error.message.replace(/ \(\d+:\d+\)$/, "");
    const waiting = /\bawait\s+$/.exec(text.slice(0, at));
    if (waiting) throw new JsSyntaxError(AWAIT, waiting.index, source);
    const isIncomplete = text.slice(at).trim() === "" || /^Unterminated (?:template|comment)/.test(parser);
    throw new JsSyntaxError(wordsOf(parser, text, at), at, source, isIncomplete);
  }
}

const AWAIT = "await is only valid in async functions and the top level bodies of modules";

/** The parser's words and V8's. `$&` is the parser's own. */
const TRANSLATIONS: readonly [parser: RegExp, v8: string][] = [
  [/^Unterminated string/, "Invalid or unexpected token"],
  [/^Unterminated template/, "Unterminated template literal"],
  [/^Unterminated regular expression/, "Invalid regular expression: missing /"],
  [/^Unexpected character/, "Invalid or unexpected token"],
  [
    /^'import' and 'export' may appear only with|^'import' and 'export' may only/,
    "Cannot use import statement outside a module",
  ],
  [/^Assigning to rvalue/, "Invalid left-hand side in assignment"],
  [/keyword 'await'/, AWAIT],
];

/** V8's words for an error of the parser. */
function wordsOf(parser: string, text: string, at: number): string {
  if (/^Unexpected token/.test(parser)) return unexpected(text, at);
  const words = TRANSLATIONS.find(([pattern]) => pattern.test(parser))?.[1] ?? parser;
  return /^'import' and/.test(parser) && text.startsWith("export", at) ? "Unexpected token 'export'" : words;
}

function unexpected(text: string, at: number): string {
  const rest = text.slice(at);
  if (/^\s*$/.test(rest)) return "Unexpected end of input";
  if (/^["'`]/.test(rest)) return rest.startsWith("`") ? "Unexpected template string" : "Unexpected string";
  if (/^\d/.test(rest)) return "Unexpected number";
  const word = /^[\w$]+/.exec(rest)?.[0];
  const reserved =
    /^(?:break|case|catch|class|const|continue|debugger|default|delete|do|else|export|extends|finally|for|function|if|import|in|instanceof|new|return|super|switch|this|throw|try|typeof|var|void|while|with|null|true|false|enum)$/;
  if (word) return reserved.test(word) ? `Unexpected token '${word}'` : `Unexpected identifier '${word}'`;
  const sign =
    /^(?:=>|===|!==|>>>=|\.\.\.|\*\*=|<<=|>>=|&&=|\|\|=|\?\?=|==|!=|<=|>=|&&|\|\||\?\?|\?\.|\+\+|--|\+=|-=|\*=|\/=|%=|\*\*|<<|>>|.)/.exec(
      rest,
    )?.[0];
  return `Unexpected token '${sign}'`;
}

/** Names that a pattern binds. */
export function boundNames(node: AnyNode | null, names: string[] = []): string[] {
  switch (node?.type) {
    case "Identifier":
      names.push(node.name);
      break;
    case "ArrayPattern":
      for (const element of node.elements) boundNames(element, names);
      break;
    case "ObjectPattern":
      for (const property of node.properties)
        boundNames(property.type === "Property" ? property.value : property.argument, names);
      break;
    case "AssignmentPattern":
      boundNames(node.left, names);
      break;
    case "RestElement":
      boundNames(node.argument, names);
      break;
  }
  return names;
}

/** Names that `var` declares in statements, not in the functions among them. */
export function varNames(node: unknown, names: Set<string>): void {
  if (Array.isArray(node)) {
    for (const each of node) varNames(each, names);
    return;
  }
  if (typeof node !== "object" || node === null || !("type" in node)) return;
  const { type } = node as AnyNode;
  if (type === "VariableDeclaration") {
    const declaration = node as AnyNode & { type: "VariableDeclaration" };
    if (declaration.kind === "var") {
      for (const { id } of declaration.declarations) for (const name of boundNames(id)) names.add(name);
    }
    return;
  }
  if (!STATEMENTS.has(type)) return;
  // A function of a block is a variable of the function around it too.
  if (type === "BlockStatement") {
    for (const each of (node as AnyNode & { type: "BlockStatement" }).body) {
      if (each.type === "FunctionDeclaration" && each.id) names.add(each.id.name);
    }
  }
  for (const [key, value] of Object.entries(node)) if (key !== "type") varNames(value, names);
}

const STATEMENTS = new Set([
  "BlockStatement",
  "IfStatement",
  "ForStatement",
  "ForInStatement",
  "ForOfStatement",
  "WhileStatement",
  "DoWhileStatement",
  "TryStatement",
  "CatchClause",
  "SwitchStatement",
  "SwitchCase",
  "LabeledStatement",
  "ExportNamedDeclaration",
]);

/** The callee of a call as V8 names it in errors. */
export function describe(node: AnyNode, text: (node: Node) => string): string {
  switch (node.type) {
    case "Identifier":
      return node.name;
    case "ThisExpression":
      return "this";
    case "Literal":
      return typeof node.value === "string" ? `"${node.value}"` : text(node);
    case "MemberExpression": {
      const object = describe(node.object, text);
      if (!node.computed) {
        const name = node.property.type === "PrivateIdentifier" ? `#${node.property.name}` : text(node.property);
        return `${object}${node.optional ? "?." : "."}${name}`;
      }
      const { property } = node;
      return `${object}[${property.type === "Literal" || property.type === "Identifier" ? text(property) : "..."}]`.replace(
        "[...]",
        "[...]",
      );
    }
    case "CallExpression":
      return `${describe(node.callee, text)}(...)`;
    case "ChainExpression":
      return describe(node.expression, text);
    case "ObjectExpression":
      return node.properties.length === 0 ? "{}" : "{(intermediate value)}";
    case "UnaryExpression":
      return `(${node.operator}${/\w/.test(node.operator) ? " " : ""}${describe(node.argument, text)})`;
    default:
      return "(intermediate value)";
  }
}

/** Starts of the lines of sources: positions of stack traces. */
const lineStarts = new BoundedCache<string, number[]>(32);

/** Line and column of an offset, from 1. */
export function lineAndColumn(text: string, at: number): [line: number, column: number] {
  const starts = lineStarts.getOrCompute(text, () => {
    const found = [0];
    for (let i = text.indexOf("\n"); i >= 0; i = text.indexOf("\n", i + 1)) found.push(i + 1);
    return found;
  });
  let low = 0;
  let high = starts.length;
  while (high - low > 1) {
    const middle = (low + high) >> 1;
    if (starts[middle]! <= at) low = middle;
    else high = middle;
  }
  return [low + 1, at - starts[low]! + 1];
}
