/** `optMap` and `optFlatMap`: apply an expression to the value of an optional, if it has one. */
import { type Environment, Optional } from "@marcbachmann/cel-js";
import { Duration, UnsignedInt } from "@marcbachmann/cel-js/evaluator";
import { equalValues } from "../equality.ts";
import type { SyntaxNode } from "../metering.ts";
import { type Checker, type Evaluator, type MacroCall, type MacroType, macroVariable, type Scope } from "./macro.ts";

export function registerOptionalMacros(environment: Environment): void {
  const sync = { async: false };
  environment
    .registerFunction("optional.optMap(ast, ast): optional<dyn>", (call: MacroCall) => expanded(call, false), sync)
    .registerFunction("optional.optFlatMap(ast, ast): optional<dyn>", (call: MacroCall) => expanded(call, true), sync)
    .registerOperator("optional<A> == optional<A>", (a: Optional, b: Optional) =>
      a.hasValue() && b.hasValue() ? equalValues(a.value(), b.value()) : a.hasValue() === b.hasValue(),
    )
    .registerOperator("optional == null", () => false)
    .registerFunction("OptionalNamespace.ofNonZeroValue(dyn): optional<dyn>", (_: unknown, value: unknown) =>
      isZero(value) ? Optional.none() : Optional.of(value),
    );
}

function expanded({ args, receiver }: MacroCall, isFlat: boolean) {
  const [variable, body] = args as [SyntaxNode, SyntaxNode];
  const name = macroVariable(variable);
  let inner: Scope | undefined;
  return {
    async: false,
    typeCheck(checker: Checker, _: unknown, scope: Scope): MacroType {
      const type = checker.check(receiver, scope);
      inner = scope.forkWithVariable(name, type.valueType ?? checker.getType("dyn"));
      const result = checker.check(body, inner);
      return isFlat ? result : checker.registry.getOptionalType(result);
    },
    evaluate(evaluator: Evaluator, _: unknown, scope: Scope): unknown {
      const value = evaluator.run(receiver, scope);
      if (!(value instanceof Optional)) throw new Error("only an optional value can be mapped");
      if (!value.hasValue()) return value;
      const result = evaluator.run(body, inner!.reuse(scope).setIterValue(value.value(), evaluator));
      return isFlat ? result : Optional.of(result);
    },
  };
}

/** Go's zero time: the start of year 1. */
const ZERO_TIME_MS = -62_135_596_800_000;

function isZero(value: unknown): boolean {
  if (value === null || value === false || value === "" || value === 0 || value === 0n) return true;
  if (value instanceof Duration || value instanceof UnsignedInt) return Number(value.valueOf()) === 0;
  if (value instanceof Date) return value.getTime() === ZERO_TIME_MS;
  if (Array.isArray(value)) return value.length === 0;
  return (
    typeof value === "object" && Object.getPrototypeOf(value) === Object.prototype && Object.keys(value).length === 0
  );
}
