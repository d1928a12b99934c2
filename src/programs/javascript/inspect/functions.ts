/** Functions and classes in `util.inspect`. */
import { Closure, type JsObject } from "../objects.ts";
import { get } from "../properties.ts";
import { type Context, classNameOf } from "./context.ts";

export function formatFunction({ vm }: Context, value: JsObject): string {
  const given = get(vm, value, "name");
  const name = typeof given === "string" && given !== "" ? given : undefined;
  if (value instanceof Closure && value.code.kind === "class") {
    const parent = value.code.isDerived && value.proto ? get(vm, value.proto, "name") : undefined;
    return `[class ${name ?? "(anonymous)"}${parent ? ` extends ${String(parent as string)}` : ""}]`;
  }
  const { isAsync = false, isGenerator = false } = value instanceof Closure ? value.code : {};
  const kind = `${isAsync ? "Async" : ""}${isGenerator ? "Generator" : ""}Function`;
  const base = `[${kind}${name === undefined ? " (anonymous)" : `: ${name}`}]`;
  return classNameOf(vm, value) === null
    ? `[${kind} (null prototype)${name === undefined ? " (anonymous)" : `: ${name}`}]`
    : base;
}
