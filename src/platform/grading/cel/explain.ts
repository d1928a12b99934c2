/** Explains why an expression is false: the false part, and the values in it. */
import { isNode, type Meter, type SyntaxNode, watched } from "../../../cel/metering.ts";
import { fromCel } from "../../../cel/values.ts";
import { MAX_NAMED_ALTERNATIVES, MAX_NAMED_DIFFERENCES, MAX_NAMED_OBJECTS } from "../../../lib/limits.ts";
import type { KubernetesObject } from "../../../schema/types.ts";
import { CheckError, NoValueError } from "../check.ts";
import { HIDDEN, show, shown } from "../show.ts";
import { compile } from "./program.ts";
import { shownSource, sourceOf } from "./source.ts";
import { isClusterObject, type Variables } from "./variables.ts";

export interface Explanation {
  /** `size(pods) is 2, expected 3`. */
  message: string;
  fields: { path: string; found: unknown }[];
}

interface Context {
  variables: Variables;
  meter: Meter;
  /** The expression reads confidential values. */
  isConfidential: boolean;
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

/** Explains a false expression, as far as the meter's budget allows. */
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

/** The operands of a chain of `&&` that are false or have no value. */
function falseParts(node: SyntaxNode, context: Context): SyntaxNode[] {
  if (node.op !== "&&") return [node];
  const parts = conjuncts(node);
  const wrong = parts.filter((part) => evaluate(sourceOf(part), context).value !== true);
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
        return explainQuantifier({ name, receiver, variable: sourceOf(variable), predicate: args[1]! }, context);
      }
    }
  }
  const shownText = shownSource(node, context.isConfidential);
  return { message: `${shownText} does not hold${because(evaluate(sourceOf(node), context))}`, fields: [] };
}

function explainComparison(node: SyntaxNode, context: Context): Explanation {
  const [left, right] = node.args as [SyntaxNode, SyntaxNode];
  const sides = [left, right].map((side) => {
    const part = evaluate(sourceOf(side), context);
    return { path: shownSource(side, context.isConfidential), part, isLiteral: side.op === "value" };
  }) as [Side, Side];
  const [found, wanted] = sides;
  const than = wanted.isLiteral ? wanted.path : `${wanted.path} (${brief(wanted.part)})`;
  return {
    message: `${found.path} is ${found.isLiteral ? found.path : brief(found.part)}, ${WORDS[node.op]} ${than}`,
    fields: sides.filter(({ isLiteral }) => !isLiteral).map(({ path, part }) => ({ path, found: evidence(part) })),
  };
}

interface Side {
  path: string;
  part: Part;
  isLiteral: boolean;
}

interface Quantifier {
  name: "all" | "exists" | "exists_one";
  receiver: SyntaxNode;
  variable: string;
  predicate: SyntaxNode;
}

function explainQuantifier({ name, receiver, variable, predicate }: Quantifier, context: Context): Explanation {
  const [list, condition] = [receiver, predicate].map((node) => shownSource(node, context.isConfidential)) as [
    string,
    string,
  ];
  const all = evaluate(sourceOf(receiver), context);
  if (!Array.isArray(all.value)) {
    return { message: `of ${list} it is not known whether ${condition}${because(all)}`, fields: [] };
  }
  if (name === "all") {
    const sources = { list: sourceOf(receiver), variable, condition: sourceOf(predicate) };
    const wrong = itemsThatFail(sources, all.value.length, context);
    const verb = Array.isArray(wrong.value) && wrong.value.length === 1 ? "does" : "do";
    const path = `${list}.filter(${variable}, !(${condition}))`;
    return {
      message: `of ${list}, ${brief(wrong)} ${verb} not satisfy ${condition}`,
      fields: [{ path, found: evidence(wrong) }],
    };
  }
  const wanted = name === "exists" ? "none satisfies" : "not exactly one satisfies";
  return {
    message: `of ${list} (${brief(all, MAX_NAMED_ALTERNATIVES)}) ${wanted} ${condition}`,
    fields: [{ path: list, found: evidence(all, MAX_NAMED_ALTERNATIVES) }],
  };
}

/** The items for which a condition is false or has no value. */
function itemsThatFail(
  { list, variable, condition }: { list: string; variable: string; condition: string },
  length: number,
  context: Context,
): Part {
  const wrong = evaluate(`${list}.filter(${variable}, !(${condition}))`, context);
  if (!(wrong.value instanceof Unevaluated)) return wrong;
  // Where the condition has no value for one item, the items are evaluated one by one.
  const failing: unknown[] = [];
  let isHidden = false;
  for (let i = 0; i < Math.min(length, MAX_NAMED_OBJECTS); i++) {
    const holds = evaluate(`cel.bind(${variable}, (${list})[${i}], (${condition}))`, context);
    if (holds.value === true) continue;
    const item = evaluate(`(${list})[${i}]`, context);
    failing.push(item.value);
    isHidden ||= item.isHidden;
  }
  return failing.length > 0 ? { value: failing, isHidden } : wrong;
}

/** The result of a part of the expression. */
interface Part {
  /** Unevaluated where the part has no value. */
  value: unknown;
  /** The value was computed from confidential values. */
  isHidden: boolean;
}

function evaluate(source: string, { variables, meter }: Context): Part {
  const { value, isConfidential } = watched(() => {
    try {
      return compile(source).run(variables, meter);
    } catch (error) {
      if (error instanceof CheckError || error instanceof NoValueError) return new Unevaluated(error.message);
      throw error;
    }
  });
  return { value, isHidden: isConfidential };
}

class Unevaluated {
  readonly reason: string;

  constructor(reason: string) {
    this.reason = reason;
  }
}

function because({ value, isHidden }: Part): string {
  if (!(value instanceof Unevaluated)) return "";
  return `: ${isHidden ? HIDDEN : value.reason}`;
}

/** A value in a sentence; of a list at most `max` items. */
function brief({ value, isHidden }: Part, max = MAX_NAMED_OBJECTS): string {
  if (value instanceof Unevaluated) return `not known (${isHidden ? HIDDEN : value.reason})`;
  if (!Array.isArray(value)) return briefItem(value, isHidden);
  if (value.length === 0) return "an empty list";
  const shown = value.slice(0, max).map((item) => briefItem(item, isHidden));
  return `${shown.join(", ")}${value.length > max ? ` and ${value.length - max} more` : ""}`;
}

function briefItem(value: unknown, isHidden: boolean): string {
  if (isClusterObject(value)) return objectName(value);
  const json = jsonOf(value, isHidden);
  return json === HIDDEN ? HIDDEN : show(json);
}

function evidence({ value, isHidden }: Part, max = MAX_NAMED_OBJECTS): unknown {
  if (value instanceof Unevaluated) return null;
  const item = (one: unknown) => (isClusterObject(one) ? objectName(one) : shown(jsonOf(one, isHidden)));
  return Array.isArray(value) ? value.slice(0, max).map(item) : item(value);
}

/** A value as JSON. Of confidential values, only booleans are shown. */
function jsonOf(value: unknown, isHidden: boolean): unknown {
  if (isHidden && typeof value !== "boolean") return HIDDEN;
  // Lazy parts of objects are read here.
  const { value: json, isConfidential } = watched(() => fromCel(value));
  return isConfidential ? HIDDEN : json;
}

/** `Pod default/web-1`. */
function objectName({ kind, metadata: { name, namespace } }: KubernetesObject): string {
  return `${kind} ${namespace === undefined ? "" : `${namespace}/`}${name}`;
}
