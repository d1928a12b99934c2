/** Types between the interpreter of awk, its library and its surroundings. */
import type { AwkArray, WalkOrder } from "./arrays.ts";
import type { Memory } from "./memory.ts";
import type { AwkRecord, Separators } from "./record.ts";
import type { Streams } from "./streams.ts";
import type { DialectName, Expression, Target } from "./syntax.ts";
import type { Value } from "./values.ts";

/** How the programs called awk differ. */
export interface Dialect {
  name: DialectName;
  /** The largest integer that is printed without an exponent. */
  maxInteger: number;
  walk: WalkOrder;
  /** `{2}` in regular expressions is a repetition. */
  braces: boolean;
}

/** The surroundings of an interpreter. */
export interface Surroundings {
  streams: Streams;
  dialect: Dialect;
  /** The next record of the main input; undefined at its end. */
  nextRecord(): string | undefined;
  nowMs(): number;
  /** At least 0 and less than 1. */
  random(): number;
}

/** The interpreter as functions of the library see it. */
export interface Awk {
  readonly memory: Memory;
  readonly record: AwkRecord;
  readonly around: Surroundings;
  readonly braces: boolean;
  evaluate(expression: Expression): Value;
  text(value: Value): string;
  number(expression: Expression | undefined): number;
  string(expression: Expression | undefined): string;
  test(expression: Expression): boolean;
  /** The source of a regular expression: a literal one, or the text of a value. */
  pattern(expression: Expression): string;
  assign(target: Target, value: Value): void;
  format(args: readonly Value[]): string;
  separators(): Separators;
  /** The array behind an argument. @throws AwkError */
  arrayArgument(expression: Expression | undefined): AwkArray;
}
