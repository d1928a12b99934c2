/**
 * The cost of evaluating an expression. Counted, never timed: an expression costs the same on every machine. Each node
 * of the syntax tree charges for every evaluation and for the size of its result.
 * The replacement of `evaluate` is pinned in test/cel/library-contract.test.ts.
 */
import { MAX_CEL_COST } from "../lib/limits.ts";

/**
 * Thrown during the evaluation. CEL's `||` and `exists` treat errors as values, so callers must check the meter as
 * well.
 */
export class CostExceededError extends Error {
  override name = "CostExceededError";
}

/** Sums costs, also across expressions that share it. */
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

/** The library passes no context to functions, and evaluation never waits, so there is one meter at a time. */
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

/** Charges the current evaluation. For functions whose work is not proportional to their arguments. */
export function charge(cost: number): void {
  current?.charge(Math.ceil(cost));
}

let readsConfidential = false;

/** Records that the current evaluation has read a confidential value. */
export function noteConfidential(): void {
  readsConfidential = true;
}

/** Runs the work and returns whether it read a confidential value. The work must catch its own errors. */
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

/** A node of the library. `evaluate` replaces itself by a faster function during its first run. */
export interface SyntaxNode {
  op: string;
  args: unknown;
  start: number;
  end: number;
  input: string;
  evaluate: Evaluate;
}

/** The library's trees contain nodes, names and constants. */
export function isNode(value: unknown): value is SyntaxNode {
  return typeof value === "object" && value !== null && "op" in value && "evaluate" in value;
}

/** The child nodes, including macros' arguments. */
export function childrenOf(node: SyntaxNode): SyntaxNode[] {
  const found: SyntaxNode[] = [];
  const collect = (value: unknown): void => {
    if (isNode(value)) found.push(value);
    else if (Array.isArray(value)) for (const item of value) collect(item);
  };
  collect(node.args);
  return found;
}

/** All nodes of the tree, from the top. */
export function allNodes(root: SyntaxNode): SyntaxNode[] {
  const nodes = [root];
  for (let i = 0; i < nodes.length; i++) nodes.push(...childrenOf(nodes[i]!));
  return nodes;
}

/** Makes a parsed expression charge the meter that is current at its evaluation. */
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
      // The library calls the function that it has just set. That is still the same evaluation.
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
