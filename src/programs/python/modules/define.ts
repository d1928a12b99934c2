/** Helpers of built-in modules. */
import { type Native, register } from "../builtins/registry.ts";
import { Builtin, type Module, type Value } from "../objects.ts";

/** Registers functions under `<module>.<name>`; `fill` puts them into the module. */
export function functionsOf(module: string, functions: Readonly<Record<string, Native>>): (into: Module) => void {
  const named = Object.fromEntries(Object.entries(functions).map(([name, native]) => [`${module}.${name}`, native]));
  register(named);
  return (into) => {
    for (const name of Object.keys(functions)) into.scope.variables.set(name, new Builtin(`${module}.${name}`));
  };
}

export function define(into: Module, values: Readonly<Record<string, Value>>): void {
  for (const [name, value] of Object.entries(values)) into.scope.variables.set(name, value);
}
