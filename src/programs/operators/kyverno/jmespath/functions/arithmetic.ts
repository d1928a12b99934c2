/**
 * Kyverno's arithmetic with numbers, quantities (`10Mi`) and durations (`2h`).
 * Source: github.com/kyverno/kyverno pkg/engine/jmespath/arithmetic.go
 */
import { formatGoDuration, GoDurationError, parseGoDuration } from "../../../../../lib/duration.ts";
import type { JsonValue } from "../../../../../lib/json.ts";
import {
  addQuantities,
  formatQuantity,
  isQuantity,
  parseQuantity,
  type Quantity,
} from "../../../../../lib/quantity.ts";
import type { Value } from "../values.ts";
import type { Functions } from "./function.ts";
import { functionError } from "./text.ts";

type Operand =
  | { type: "number"; value: number }
  | { type: "quantity"; value: Quantity }
  | { type: "duration"; value: number };

function operandOf(value: Value | undefined, name: string): Operand {
  if (typeof value === "number") return { type: "number", value };
  if (typeof value === "string" && isQuantity(value)) return { type: "quantity", value: parseQuantity(value) };
  try {
    if (typeof value === "string") return { type: "duration", value: parseGoDuration(value) };
  } catch (error) {
    if (!(error instanceof GoDurationError)) throw error;
  }
  throw functionError(name, "invalid operand");
}

const mismatch = (name: string) => functionError(name, "types mismatch");
const SCALE = 1_000_000_000;
const scaled = ({ nanos, format }: Quantity, factor: number): string =>
  formatQuantity({ nanos: (nanos * BigInt(Math.round(factor * SCALE))) / BigInt(SCALE), format });

function total(name: string, left: Value | undefined, right: Value | undefined, sign: 1 | -1): JsonValue {
  const [a, b] = [operandOf(left, name), operandOf(right, name)];
  if (a.type === "number" && b.type === "number") return a.value + sign * b.value;
  if (a.type === "duration" && b.type === "duration") return formatGoDuration(a.value + sign * b.value);
  if (a.type !== "quantity" || b.type !== "quantity") throw mismatch(name);
  return formatQuantity(addQuantities(a.value, { ...b.value, nanos: b.value.nanos * BigInt(sign) }));
}

function product(left: Value | undefined, right: Value | undefined): JsonValue {
  const operands = [operandOf(left, "multiply"), operandOf(right, "multiply")];
  const [a, b] = operands[0]?.type === "number" ? [operands[1], operands[0]] : operands;
  if (!a || b?.type !== "number") throw mismatch("multiply");
  if (a.type === "number") return a.value * b.value;
  return a.type === "duration" ? formatGoDuration(Math.trunc(a.value * b.value)) : scaled(a.value, b.value);
}

function quotient(left: Value | undefined, right: Value | undefined): JsonValue {
  const [a, b] = [operandOf(left, "divide"), operandOf(right, "divide")];
  if (magnitude(b) === 0) throw functionError("divide", "Zero divisor passed");
  if (b.type === "number") {
    if (a.type === "number") return a.value / b.value;
    return a.type === "duration" ? formatGoDuration(Math.trunc(a.value / b.value)) : scaled(a.value, 1 / b.value);
  }
  if (a.type !== b.type) throw mismatch("divide");
  return magnitude(a) / magnitude(b);
}

function remainder(left: Value | undefined, right: Value | undefined): JsonValue {
  const [a, b] = [operandOf(left, "modulo"), operandOf(right, "modulo")];
  if (a.type !== b.type) throw mismatch("modulo");
  if (magnitude(b) === 0) throw functionError("modulo", "Zero divisor passed");
  if (a.type === "quantity" && b.type === "quantity") {
    return formatQuantity({ nanos: a.value.nanos % b.value.nanos, format: a.value.format });
  }
  const rest = magnitude(a) % magnitude(b);
  return a.type === "duration" ? formatGoDuration(rest) : rest;
}

function magnitude(operand: Operand): number {
  return operand.type === "quantity" ? Number(operand.value.nanos) : operand.value;
}

export const ARITHMETIC_FUNCTIONS: Functions = {
  add: { args: ["any", "any"], call: ([a, b]) => total("add", a, b, 1) },
  subtract: { args: ["any", "any"], call: ([a, b]) => total("subtract", a, b, -1) },
  multiply: { args: ["any", "any"], call: ([a, b]) => product(a, b) },
  divide: { args: ["any", "any"], call: ([a, b]) => quotient(a, b) },
  modulo: { args: ["any", "any"], call: ([a, b]) => remainder(a, b) },
  round: {
    args: ["number", "number"],
    call([value, length]) {
      const shift = 10 ** Number(length);
      return Math.round(Number(value) * shift) / shift;
    },
  },
  sum: {
    args: ["array"],
    call([list]) {
      const [first, ...rest] = list as JsonValue[];
      if (first === undefined) throw functionError("sum", "at least one element in the array is required");
      return rest.reduce((sum: JsonValue, each) => total("sum", sum, each, 1), first);
    },
  },
};
