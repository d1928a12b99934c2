/** Names: locals, enclosing functions, the module, the interpreter. */
import { raise } from "./errors.ts";
import type { Frame, Scope, Value } from "./objects.ts";
import type { Interpreter } from "./vm.ts";

export function loadName(vm: Interpreter, frame: Frame, name: string): Value {
  const { code, scope, globals } = frame;
  if (!code.globals.has(name)) {
    const own = scope.variables.get(name);
    if (own !== undefined) return own;
    if (code.locals.has(name) && !code.isModule && !code.isClass) {
      raise("UnboundLocalError", `cannot access local variable '${name}' where it is not associated with a value`);
    }
    for (let outer = scope.parent; outer; outer = outer.parent) {
      const found = outer.variables.get(name);
      if (found !== undefined) return found;
    }
  }
  const ofModule = globals.variables.get(name);
  const found = ofModule === undefined ? vm.builtins.variables.get(name) : ofModule;
  if (found === undefined) raise("NameError", `name '${name}' is not defined`);
  return found;
}

export function storeName(frame: Frame, name: string, value: Value): void {
  scopeOf(frame, name).variables.set(name, value);
}

export function deleteName(frame: Frame, name: string): void {
  if (!scopeOf(frame, name).variables.delete(name)) raise("NameError", `name '${name}' is not defined`);
}

/** The scope that holds a name of this frame: its own, the module's (`global`), or an outer function's (`nonlocal`). */
function scopeOf({ code, scope, globals }: Frame, name: string): Scope {
  if (code.globals.has(name)) return globals;
  if (code.locals.has(name) || code.isModule || code.isClass) return scope;
  for (let outer = scope.parent; outer; outer = outer.parent) if (outer.variables.has(name)) return outer;
  return scope;
}
