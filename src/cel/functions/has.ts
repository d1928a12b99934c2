/**
 * `has` for every field access. The library's accepts only fields of names; `has(pods[0].spec.x)` is valid in
 * Kubernetes.
 * `setMeta("macro", …)` is pinned in test/cel/library-contract.test.ts.
 */
import type { SyntaxNode } from "../metering.ts";

interface Checker {
  check(node: SyntaxNode, scope: unknown): unknown;
  getType(name: string): unknown;
}

interface Evaluator {
  run(node: SyntaxNode, scope: unknown): unknown;
}

interface MacroNode extends SyntaxNode {
  setMeta(name: "macro", value: unknown): void;
}

/** Replaces the library's `has`. Non-field arguments are passed through, so the library reports its own error. */
export function useOwnHas(node: SyntaxNode): void {
  const [, [field] = []] = node.args as [string, SyntaxNode[]?];
  if (field?.op !== "." && field?.op !== ".?") return;
  const [target, name] = field.args as [SyntaxNode, string];
  (node as MacroNode).setMeta("macro", {
    typeCheck(checker: Checker, _: unknown, scope: unknown) {
      // If the type is known, an undeclared field is an error here too.
      checker.check(field, scope);
      return checker.getType("bool");
    },
    evaluate: (evaluator: Evaluator, _: unknown, scope: unknown) => hasField(evaluator.run(target, scope), name),
  });
}

function hasField(value: unknown, name: string): boolean {
  if (typeof value !== "object" || value === null) throw new Error(`has: what has no fields has no ${name}`);
  if ("hasValue" in value && typeof value.hasValue === "function") {
    const optional = value as unknown as { hasValue(): boolean; value(): unknown };
    return optional.hasValue() && hasField(optional.value(), name);
  }
  if (value instanceof Map) return value.has(name);
  return Object.hasOwn(value, name) && (value as Record<string, unknown>)[name] !== undefined;
}
