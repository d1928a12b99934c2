/** Why an expression is false: the part of it that is, and the values that make it so. */
import { isNode, type Meter, type SyntaxNode } from "../../../cel/metering.ts";
import { fromCel } from "../../../cel/values.ts";
import { MAX_NAMED_DIFFERENCES, MAX_NAMED_OBJECTS } from "../../../lib/limits.ts";
import { CheckError } from "../check.ts";
import { listed, show, shown } from "../show.ts";
import { compile } from "./program.ts";
import type { Variables } from "./variables.ts";

export interface Explanation {
  /** `size(pods) is 2, expected 3`. */
  message: string;
  fields: { path: string; found: unknown }[];
}

interface Context {
  variables: Variables;
  meter: Meter;
}

const COMPARISONS = new Set(["==", "!=", "<", "<=", ">", ">=", "in"]);
const WORDS: Readonly<Record<string, string>> = {
  "==": "expected",
  "!=": "expected anything but",
  "<": "expected less than",
  "<=": "expected at most",
  ">": "expected more than",
  ">=": "expected at least",
  in: "expected one of",
};

/** Explains a false expression, as far as the meter reaches. */
export function explain(root: SyntaxNode, context: Context): Explanation {
  const reasons: string[] = [];
  const fields: { path: string; found: unknown }[] = [];
  for (const part of falseParts(root, context)) {
    const reason = explainPart(part, context);
    reasons.push(reason.message);
    fields.push(...reason.fields);
  }
  return { message: reasons.join("; "), fields: fields.slice(0, MAX_NAMED_DIFFERENCES) };
}

/** Of parts joined by `&&` those that are false. */
function falseParts(node: SyntaxNode, context: Context): SyntaxNode[] {
  if (node.op !== "&&") return [node];
  const parts = (node.args as SyntaxNode[]).flatMap((part) => conjuncts(part));
  const wrong = parts.filter((part) => evaluate(textOf(part), context) !== true);
  return wrong.length > 0 ? wrong : [node];
}

function conjuncts(node: SyntaxNode): SyntaxNode[] {
  return node.op === "&&" ? (node.args as SyntaxNode[]).flatMap(conjuncts) : [node];
}

function explainPart(node: SyntaxNode, context: Context): Explanation {
  if (COMPARISONS.has(node.op)) return explainComparison(node, context);
  if (node.op === "rcall") {
    const [name, receiver, args] = node.args as [string, SyntaxNode, SyntaxNode[]];
    if (isNode(receiver) && args.length === 2) {
      const variable = args[0]!;
      if (variable.op === "id" && (name === "all" || name === "exists" || name === "exists_one")) {
        return explainQuantifier({ name, receiver, variable: textOf(variable), predicate: args[1]! }, context);
      }
    }
  }
  return { message: `${textOf(node)} does not hold`, fields: [] };
}

function explainComparison(node: SyntaxNode, context: Context): Explanation {
  const [left, right] = node.args as [SyntaxNode, SyntaxNode];
  const sides = [left, right].map((side) => {
    const value = evaluate(textOf(side), context);
    return { path: textOf(side), value, isLiteral: side.op === "value" };
  }) as [Side, Side];
  const [found, wanted] = sides;
  const than = wanted.isLiteral ? wanted.path : `${wanted.path} (${brief(wanted.value)})`;
  return {
    message: `${found.path} is ${brief(found.value)}, ${WORDS[node.op]} ${than}`,
    fields: sides.filter(({ isLiteral }) => !isLiteral).map(({ path, value }) => ({ path, found: evidence(value) })),
  };
}

interface Side {
  path: string;
  value: unknown;
  isLiteral: boolean;
}

interface Quantifier {
  name: "all" | "exists" | "exists_one";
  receiver: SyntaxNode;
  variable: string;
  predicate: SyntaxNode;
}

function explainQuantifier({ name, receiver, variable, predicate }: Quantifier, context: Context): Explanation {
  const list = textOf(receiver);
  const condition = textOf(predicate);
  if (name === "all") {
    const path = `${list}.filter(${variable}, !(${condition}))`;
    const wrong = evaluate(path, context);
    const message = `of ${list}, ${brief(wrong)} ${isSingle(wrong) ? "does" : "do"} not satisfy ${condition}`;
    return { message, fields: [{ path, found: evidence(wrong) }] };
  }
  const all = evaluate(list, context);
  const wanted = name === "exists" ? "none satisfies" : "not exactly one satisfies";
  return {
    message: `of ${list} (${brief(all)}) ${wanted} ${condition}`,
    fields: [{ path: list, found: evidence(all) }],
  };
}

/** A part's value; a text that says so where it has none. */
function evaluate(source: string, { variables, meter }: Context): unknown {
  try {
    return compile(source).run(variables, meter);
  } catch (error) {
    if (error instanceof CheckError) return new Unevaluated(error.message);
    throw error;
  }
}

class Unevaluated {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

function textOf({ input, start, end }: SyntaxNode): string {
  return input.slice(start, end);
}

function brief(value: unknown): string {
  if (value instanceof Unevaluated) return `not known (${value.reason})`;
  if (!Array.isArray(value)) return objectName(value) ?? show(fromCel(value));
  if (value.length === 0) return "an empty list";
  return listed(
    value.slice(0, MAX_NAMED_OBJECTS).map((item) => objectName(item) ?? show(fromCel(item))),
    MAX_NAMED_OBJECTS,
  ).concat(value.length > MAX_NAMED_OBJECTS ? ` and ${value.length - MAX_NAMED_OBJECTS} more` : "");
}

function evidence(value: unknown): unknown {
  if (value instanceof Unevaluated) return null;
  if (!Array.isArray(value)) return objectName(value) ?? shown(fromCel(value));
  return value.slice(0, MAX_NAMED_OBJECTS).map((item) => objectName(item) ?? shown(fromCel(item)));
}

function isSingle(value: unknown): boolean {
  return Array.isArray(value) && value.length === 1;
}

/** `Pod default/web-1` for objects of the cluster. */
function objectName(value: unknown): string | null {
  if (typeof value !== "object" || value === null || !("kind" in value) || !("metadata" in value)) return null;
  const { kind, metadata } = value as { kind: unknown; metadata: { name?: string; namespace?: string } };
  const { name, namespace } = metadata;
  return `${String(kind)} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
