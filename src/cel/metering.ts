/**
 * What evaluating an expression costs. Counted, never timed: an expression costs the same wherever and whenever it runs.
 * Each node of the syntax tree is made to charge for every evaluation and for the size of what comes of it.
 */
import { MAX_CEL_COST } from "../lib/limits.ts";

/** Thrown while evaluating; CEL's `||` and `exists` take errors for values, so whoever evaluates asks the meter as well. */
export class CostExceededError extends Error {
  override name = "CostExceededError";
}

/** Adds up what evaluating costs, across expressions if they share it. */
export class Meter {
  readonly limit: number;
  #spent = 0;

  constructor(limit = MAX_CEL_COST) {
    this.limit = limit;
  }

  get spent(): number {
    return this.#spent;
  }

  get isExceeded(): boolean {
    return this.#spent > this.limit;
  }

  charge(cost: number): void {
    this.#spent += cost;
    if (this.isExceeded) throw new CostExceededError(`costs more than ${this.limit}`);
  }
}

/** The library hands no context to functions, and evaluation never waits: so there is one meter at a time. */
let current: Meter | null = null;

export function metered<R>(meter: Meter, work: () => R): R {
  const outer = current;
  current = meter;
  try {
    return work();
  } finally {
    current = outer;
  }
}

/** Charges whatever is being evaluated; functions whose work is not in proportion to what they are given do so. */
export function charge(cost: number): void {
  current?.charge(Math.ceil(cost));
}

let readsConfidential = false;

/** Says that what is being evaluated has read a value that must not be shown. */
export function noteConfidential(): void {
  readsConfidential = true;
}

/** Runs, and says whether the work read a confidential value. What it throws must be caught inside. */
export function watched<R>(work: () => R): { value: R; isConfidential: boolean } {
  const outer = readsConfidential;
  readsConfidential = false;
  try {
    const value = work();
    return { value, isConfidential: readsConfidential };
  } finally {
    readsConfidential ||= outer;
  }
}

const CHARACTERS_PER_UNIT = 10;

function sizeCost(value: unknown): number {
  if (typeof value === "string") return value.length / CHARACTERS_PER_UNIT;
  return Array.isArray(value) ? value.length : 0;
}

type Evaluate = (this: unknown, evaluator: unknown, node: unknown, context: unknown) => unknown;

/** A node as the library makes it. `evaluate` puts a faster function in its own place when it first runs. */
export interface SyntaxNode {
  op: string;
  args: unknown;
  start: number;
  end: number;
  input: string;
  evaluate: Evaluate;
}

/** The library's trees mix nodes with names and constants. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "op" in value && "evaluate" in value;
}

/** The nodes directly below, macros' arguments included. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const collect = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) collect(item);
  };
  collect(node.args);
  return found;
}

/** Every node of the tree, from the top. */
export function allNodes(root: SyntaxNode): SyntaxNode[] {
  const nodes = [root];
  for (let i = 0; i < nodes.length; i++) nodes.push(...childrenOf(nodes[i]!));
  return nodes;
}

/** Makes a parsed expression charge the meter that is current when it runs. */
export function instrument(root: SyntaxNode): void {
  for (const node of allNodes(root)) instrumentNode(node);
}

function instrumentNode(node: SyntaxNode): void {
  let evaluate = node.evaluate;
  let isSettling = false;
  const counted: Evaluate = (evaluator, self, context) => {
    charge(1);
    const value = evaluate.call(node, evaluator, self, context);
    charge(sizeCost(value));
    return value;
  };
  Object.defineProperty(node, "evaluate", {
    get() {
      // The library calls what it has just put in place; that is still the same evaluation.
      if (!isSettling) return counted;
      isSettling = false;
      return evaluate;
    },
    set(faster: Evaluate) {
      evaluate = faster;
      isSettling = true;
    },
  });
}
