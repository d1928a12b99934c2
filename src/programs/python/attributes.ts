/** Attributes of values. */
import { nativeOf } from "./builtins/registry.ts";
import { builtinClass, classAttribute, mroOf, typeName, typeOf } from "./classes.ts";
import { raise } from "./errors.ts";
import {
  Builtin,
  Generator,
  Instance,
  Iterator,
  Method,
  Module,
  Property,
  PyClass,
  PyFunction,
  Range,
  Tuple,
  type Value,
} from "./objects.ts";
import type { Interpreter } from "./vm.ts";

export function attributeOf(vm: Interpreter, value: Value, name: string): Value {
  const found = find(vm, value, name);
  if (found !== undefined) return found;
  if (value instanceof Instance) {
    const fallback = vm.methodOf(value, "__getattr__");
    if (fallback) return vm.call(fallback, [name]);
  }
  if (value instanceof Module) raise("AttributeError", `module '${value.name}' has no attribute '${name}'`);
  if (value instanceof PyClass) raise("AttributeError", `type object '${value.name}' has no attribute '${name}'`);
  raise("AttributeError", `'${typeName(value)}' object has no attribute '${name}'`);
}

function find(vm: Interpreter, value: Value, name: string): Value | undefined {
  if (name === "__class__") return typeOf(value);
  if (value instanceof Module) return value.scope.variables.get(name);
  if (value instanceof Instance) return ofInstance(vm, value, name);
  if (value instanceof PyClass) return ofClass(value, name);
  if (value instanceof PyFunction) return ofFunction(value, name);
  if (value instanceof Range && ["start", "stop", "step"].includes(name)) return value[name as "start"];
  if (value instanceof Property && name === "setter") return new Method(value, new Builtin("property.setter"));
  if (value instanceof Builtin && name === "__name__") return value.name.split(".").at(-1)!;
  const isPlain = value instanceof Iterator || (value instanceof Generator && value.kind !== "coroutine");
  const type = isPlain ? "iterator" : typeName(value);
  for (const each of type === "bool" ? ["int"] : type === "frozenset" ? ["set"] : [type]) {
    const key = `${each}.${name}`;
    if (nativeOf(key)) return new Method(value, new Builtin(key));
  }
  return undefined;
}

function ofInstance(vm: Interpreter, value: Instance, name: string): Value | undefined {
  const fromClass = classAttribute(value.type, name);
  if (fromClass instanceof Property && fromClass.kind === "property") return vm.call(fromClass.target, [value]);
  const own = value.attributes.get(name);
  const isDescriptor = fromClass instanceof Instance && vm.methodOf(fromClass, "__get__") !== undefined;
  if (isDescriptor && (own === undefined || vm.methodOf(fromClass, "__set__"))) {
    return vm.call(vm.methodOf(fromClass, "__get__")!, [value, value.type]);
  }
  if (own !== undefined) return own;
  if (name === "__dict__") return vm.builtin("vars", [value]);
  if (name === "value" && value.type.name === "StopIteration") return vm.list(value.attributes.get("args")!)[0] ?? null;
  return fromClass === undefined ? undefined : bound(fromClass, value, value.type);
}

function bound(found: Value, self: Value, type: PyClass): Value {
  if (found instanceof PyFunction || found instanceof Builtin) return new Method(self, found);
  if (!(found instanceof Property)) return found;
  if (found.kind === "class") return new Method(type, found.target as PyFunction);
  return found.target;
}

function ofClass(value: PyClass, name: string): Value | undefined {
  if (name === "__name__" || name === "__qualname__") return value.name;
  if (name === "__bases__") return new Tuple([...(value.bases.length > 0 ? value.bases : [builtinClass("object")])]);
  if (name === "__mro__") return new Tuple(withObject(mroOf(value)));
  if (name === "__module__") return value.attributes.get("__module__") ?? (value.isBuiltin ? "builtins" : "__main__");
  const found = classAttribute(value, name);
  if (found instanceof Property && found.kind !== "property") return bound(found, value, value);
  if (found !== undefined) return found;
  // Methods of built-in types as functions: `str.upper`.
  for (const each of mroOf(value)) {
    const key = `${each.name}.${name}`;
    if (each.isBuiltin && nativeOf(key)) return new Builtin(key);
  }
  return undefined;
}

function withObject(order: readonly PyClass[]): PyClass[] {
  return order.some(({ name }) => name === "object") ? [...order] : [...order, builtinClass("object")];
}

function ofFunction(value: PyFunction, name: string): Value | undefined {
  if (name === "__name__" || name === "__qualname__") return value.attributes.get(name) ?? value.code.name;
  if (name === "__doc__") return value.attributes.get(name) ?? null;
  return value.attributes.get(name);
}

export function setAttribute(vm: Interpreter, value: Value, name: string, to: Value): void {
  if (value instanceof Instance) {
    const own = classAttribute(value.type, "__setattr__");
    if (own instanceof PyFunction) {
      vm.call(own, [value, name, to]);
      return;
    }
    const declared = classAttribute(value.type, name);
    if (declared instanceof Property && declared.kind === "property") {
      if (declared.setter === null) {
        raise("AttributeError", `property '${name}' of '${value.type.name}' object has no setter`);
      }
      vm.call(declared.setter, [value, to]);
      return;
    }
    const setter = declared instanceof Instance ? vm.methodOf(declared, "__set__") : undefined;
    if (setter) {
      vm.call(setter, [value, to]);
      return;
    }
    value.attributes.set(name, to);
  } else if (value instanceof PyFunction) value.attributes.set(name, to);
  else if (value instanceof Module) value.scope.variables.set(name, to);
  else if (value instanceof PyClass && !value.isBuiltin) value.attributes.set(name, to);
  else raise("AttributeError", `'${typeName(value)}' object has no attribute '${name}'`);
}

export function deleteAttribute(value: Value, name: string): void {
  const attributes = value instanceof Instance || value instanceof PyClass ? value.attributes : undefined;
  if (!attributes?.delete(name)) raise("AttributeError", `'${typeName(value)}' object has no attribute '${name}'`);
}
