/** Functions of JMESPath as their modules define them. */
import type { Evaluator, Value } from "../values.ts";

export interface JmespathFunction {
  /** The types of its arguments: `string`, `string|number`. The last one may end with `...`: one or more of it. */
  args: readonly string[];
  call(args: readonly Value[], evaluation: Evaluator): Value;
}

export type Functions = Readonly<Record<string, JmespathFunction>>;
