/** Reading the arguments of built-in functions. */
import { typeName } from "../classes.ts";
import { raise } from "../errors.ts";
import { Bytes, type Value } from "../objects.ts";

export function text(value: Value | undefined, what = "argument"): string {
  if (typeof value === "string") return value;
  raise("TypeError", `${what} must be str, not ${typeName(value ?? null)}`);
}

export function integer(value: Value | undefined): number {
  if (typeof value === "bigint" || typeof value === "boolean") return Number(value);
  raise("TypeError", `'${typeName(value ?? null)}' object cannot be interpreted as an integer`);
}

export function real(value: Value | undefined): number {
  if (typeof value === "number" || typeof value === "bigint" || typeof value === "boolean") return Number(value);
  raise("TypeError", `must be real number, not ${typeName(value ?? null)}`);
}

/** A positional argument or a keyword. */
export function optional(
  args: readonly Value[],
  at: number,
  keywords: Map<string, Value>,
  name: string,
): Value | undefined {
  return args[at] ?? keywords.get(name);
}

/** The characters of str, or the bytes of bytes. */
export function contentOf(value: Value): string {
  if (value instanceof Bytes) return value.data;
  return text(value);
}

/** The result of a function that gives None, after its effects. */
export function none(..._effects: readonly unknown[]): null {
  return null;
}
