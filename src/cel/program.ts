/**
 * An expression, parsed and checked once, evaluated any number of times.
 * Codes, places and messages of the library's errors are pinned in test/cel/library-contract.test.ts.
 */
import type { Environment, ParseResult } from "@marcbachmann/cel-js";
import { InvariantError } from "../lib/assert.ts";
import { CelCostError, CelError } from "./error.ts";
import { useOwnHas } from "./functions/has.ts";
import { OVERRIDDEN } from "./functions/overrides.ts";
import { allNodes, CostExceededError, instrument, type Meter, metered, type SyntaxNode } from "./metering.ts";

/** Values by variable name. */
export type Variables = Readonly<Record<string, unknown>> | ReadonlyMap<string, unknown>;

/** A compiled expression. It keeps no state between runs. */
export interface Program {
  source: string;
  root: SyntaxNode;
  /** CEL's name of the result type; `dyn` if it is known only at the evaluation. */
  type: string;
  /** @throws CelError */
  run(variables: Variables, meter: Meter): unknown;
}

/** @throws CelError with the message and its place */
export function compile(environment: Environment, source: string): Program {
  try {
    const parsed = environment.parse(source);
    const root = parsed.ast as unknown as SyntaxNode;
    useOwnFunctions(root);
    const { valid, type = "dyn", error } = parsed.check();
    if (!valid) throw error;
    instrument(root);
    return { source, root, type, run: (variables, meter) => run(parsed, variables, meter) };
  } catch (error) {
    throw asCelError(error);
  }
}

function run(parsed: ParseResult, variables: Variables, meter: Meter): unknown {
  try {
    const value = metered(meter, () => parsed(variables as Record<string, unknown>));
    // `||` and `exists` may have treated the meter's error as a value.
    if (meter.isExceeded) throw new CostExceededError(`costs more than ${meter.limit}`);
    return value;
  } catch (error) {
    if (meter.isExceeded)
      throw new CelCostError(`the expression costs more than ${meter.limit} units; make it do less`);
    throw asCelError(error);
  }
}

/** Renames calls of the library's unbounded functions to their replacements. */
function useOwnFunctions(root: SyntaxNode): void {
  for (const node of allNodes(root)) {
    if (node.op !== "call" && node.op !== "rcall") continue;
    const args = node.args as unknown[];
    const own = OVERRIDDEN[args[0] as string];
    if (own !== undefined) args[0] = own;
    if (node.op === "call" && args[0] === "has") useOwnHas(node);
  }
}

interface Located {
  code?: string;
  summary?: string;
  range?: { start: number; end: number };
}

const OWN_NAMES = new Map(Object.entries(OVERRIDDEN).map(([name, own]) => [own, name]));

/** The library's error without its drawing, with the place in the message. */
function asCelError(error: unknown): CelError {
  if (error instanceof CelError) return error;
  if (error instanceof InvariantError) throw error;
  const { code = "", summary, range } = error as Located;
  let message = summary ?? (error instanceof Error ? error.message : String(error));
  const index = code === "index_out_of_bounds" ? /-?\d+/.exec(message)?.[0] : undefined;
  if (index !== undefined) message = `there is no item ${index} in the list`;
  for (const [own, name] of OWN_NAMES) message = message.replaceAll(own, name);
  const place = range ? ` (at character ${range.start + 1})` : "";
  const { start = 0, end = 0 } = range ?? {};
  return new CelError(message + place, { code, summary: message, start, end, ...(index !== undefined && { index }) });
}
