/** `list.sortBy(item, key)`: the items in the order of a computed key. */
import type { Environment } from "@marcbachmann/cel-js";
import { charge, type SyntaxNode } from "../metering.ts";
import { order } from "./lists.ts";
import { type Checker, type Evaluator, type MacroCall, type MacroType, macroVariable, type Scope } from "./macro.ts";

export function registerSortBy(environment: Environment): void {
  environment.registerFunction("list.sortBy(ast, ast): list<dyn>", expanded, { async: false });
}

function expanded({ args, receiver }: MacroCall) {
  const [variable, key] = args as [SyntaxNode, SyntaxNode];
  const name = macroVariable(variable);
  let inner: Scope | undefined;
  return {
    async: false,
    typeCheck(checker: Checker, _: unknown, scope: Scope): MacroType {
      const type = checker.check(receiver, scope);
      const isTyped = type.kind === "list" && type.valueType !== undefined && type.valueType.kind !== "param";
      inner = scope.forkWithVariable(name, isTyped ? type.valueType! : checker.getType("dyn"));
      checker.check(key, inner);
      return isTyped ? type : checker.getType("list<dyn>");
    },
    evaluate(evaluator: Evaluator, _: unknown, scope: Scope): unknown {
      const items = evaluator.run(receiver, scope);
      if (!Array.isArray(items)) throw new Error("only lists can be sorted");
      charge(items.length);
      const keyed = items.map((item: unknown) => {
        return { item, key: evaluator.run(key, inner!.reuse(scope).setIterValue(item, evaluator)) };
      });
      return keyed.sort((a, b) => order(a.key, b.key)).map(({ item }) => item);
    },
  };
}
