/** Map, Set, their weak forms, and built-in iterators. */
import { arrayOf } from "../conversions.ts";
import { constants, define, defineClass, links, natives } from "../intrinsics.ts";
import { advance, END, iterateAll } from "../iteration.ts";
import { JsGenerator, JsIterator, JsMap, JsObject, JsSet, type Value } from "../objects.ts";
import { resultOf } from "../operations/iterations.ts";
import { newPromise } from "../promises.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";
import { prototypeFor } from "./objects.ts";

/** -0 is 0 as a key. */
const keyOf = (value: Value): Value => (value === 0 ? 0 : value);

function mapOf(vm: Vm, self: Value, method: string, isWeak: boolean): JsMap {
  if (self instanceof JsMap) return self;
  return vm.fail(
    "TypeError",
    `Method ${isWeak ? "WeakMap" : "Map"}.prototype.${method} called on incompatible receiver ${String(self instanceof JsObject ? "#<Object>" : self)}`,
  );
}

function setOf(vm: Vm, self: Value, method: string): JsSet {
  if (self instanceof JsSet) return self;
  return vm.fail(
    "TypeError",
    `Method Set.prototype.${method} called on incompatible receiver ${String(self instanceof JsObject ? "#<Object>" : self)}`,
  );
}

for (const name of ["Map", "WeakMap"]) {
  const isWeak = name === "WeakMap";
  defineClass(name, (vm, _self, [entries], { newTarget }) => {
    if (!newTarget) vm.fail("TypeError", `Constructor ${name} requires 'new'`);
    const made = new JsMap(prototypeFor(vm, newTarget, `${name}.prototype`));
    if (isWeak) made.isWeak = true;
    if (entries === undefined || entries === null) return made;
    for (const entry of iterateAll(vm, entries)) {
      if (!(entry instanceof JsObject))
        vm.fail("TypeError", `Iterator value ${String(entry as number)} is not an entry object`);
      made.entries.set(keyOf(get(vm, entry, "0")), get(vm, entry, "1"));
    }
    return made;
  });
  natives(`${name}.prototype`, {
    get: (vm, self, [key]) => mapOf(vm, self, "get", isWeak).entries.get(keyOf(key)),
    set(vm, self, [key, value]) {
      if (isWeak && !(key instanceof JsObject)) vm.fail("TypeError", "Invalid value used as weak map key");
      mapOf(vm, self, "set", isWeak).entries.set(keyOf(key), value);
      return self;
    },
    has: (vm, self, [key]) => mapOf(vm, self, "has", isWeak).entries.has(keyOf(key)),
    delete: (vm, self, [key]) => mapOf(vm, self, "delete", isWeak).entries.delete(keyOf(key)),
  });
  constants(`${name}.prototype`, { "@@toStringTag": name });
}

function iterator(vm: Vm, kind: string, values: Value[]): JsIterator {
  return new JsIterator(vm.intrinsic(`${kind}Iterator.prototype`), arrayOf(vm, values), "values");
}

function pairs(vm: Vm, kind: string, values: readonly (readonly [Value, Value])[]): JsIterator {
  const made = iterator(
    vm,
    kind,
    values.map((pair) => arrayOf(vm, [...pair])),
  );
  made.isEntries = true;
  return made;
}

natives("Map.prototype", {
  clear(vm, self) {
    mapOf(vm, self, "clear", false).entries.clear();
    return undefined;
  },
  "get size": (vm, self) => mapOf(vm, self, "size", false).entries.size,
  keys: (vm, self) => iterator(vm, "Map", [...mapOf(vm, self, "keys", false).entries.keys()]),
  values: (vm, self) => iterator(vm, "Map", [...mapOf(vm, self, "values", false).entries.values()]),
  entries: (vm, self) => pairs(vm, "Map", [...mapOf(vm, self, "entries", false).entries]),
});
links("Map.prototype", { "@@iterator": "Map.prototype.entries" });

for (const name of ["Set", "WeakSet"]) {
  defineClass(name, (vm, _self, [values], { newTarget }) => {
    if (!newTarget) vm.fail("TypeError", `Constructor ${name} requires 'new'`);
    const made = new JsSet(prototypeFor(vm, newTarget, `${name}.prototype`));
    if (name === "WeakSet") made.isWeak = true;
    if (values !== undefined && values !== null)
      for (const value of iterateAll(vm, values)) made.entries.set(keyOf(value), undefined);
    return made;
  });
  natives(`${name}.prototype`, {
    add(vm, self, [value]) {
      setOf(vm, self, "add").entries.set(keyOf(value), undefined);
      return self;
    },
    has: (vm, self, [value]) => setOf(vm, self, "has").entries.has(keyOf(value)),
    delete: (vm, self, [value]) => setOf(vm, self, "delete").entries.delete(keyOf(value)),
  });
  constants(`${name}.prototype`, { "@@toStringTag": name });
}

natives("Set.prototype", {
  clear(vm, self) {
    setOf(vm, self, "clear").entries.clear();
    return undefined;
  },
  "get size": (vm, self) => setOf(vm, self, "size").entries.size,
  values: (vm, self) => iterator(vm, "Set", [...setOf(vm, self, "values").entries.keys()]),
  entries: (vm, self) =>
    pairs(
      vm,
      "Set",
      [...setOf(vm, self, "entries").entries.keys()].map((key) => [key, key] as const),
    ),
});
links("Set.prototype", { "@@iterator": "Set.prototype.values", keys: "Set.prototype.values" });

defineClass("WeakRef", (vm, _self, [target]) => {
  const made = new JsObject(vm.intrinsic("WeakRef.prototype"));
  made.properties.set(".target", target);
  return made;
});
natives("WeakRef.prototype", { deref: (_vm, self) => (self as JsObject).properties.get(".target") as Value });

// ---- iterators and generators

defineClass("Iterator", (vm) => new JsObject(vm.intrinsic("Iterator.prototype")));
natives("Iterator.prototype", {
  "@@iterator": (_vm, self) => self,
  "get constructor": (vm) => vm.intrinsic("Iterator"),
});
define("AsyncIterator.prototype", "Object.prototype");
natives("AsyncIterator.prototype", { "@@asyncIterator": (_vm, self) => self });

const TAGS = {
  Array: "Array Iterator",
  Map: "Map Iterator",
  Set: "Set Iterator",
  String: "String Iterator",
  RegExpString: "RegExp String Iterator",
};
for (const [kind, tag] of Object.entries(TAGS)) {
  define(`${kind}Iterator.prototype`, "Iterator.prototype");
  natives(`${kind}Iterator.prototype`, {
    next(vm, self) {
      const value = advance(vm, self as JsIterator);
      return resultOf(vm, value === END ? undefined : value, value === END);
    },
  });
  constants(`${kind}Iterator.prototype`, { "@@toStringTag": tag });
}

const generatorOf = (vm: Vm, self: Value, method: string): JsGenerator =>
  self instanceof JsGenerator
    ? self
    : vm.fail("TypeError", `${method} method called on incompatible receiver ${String(self as number)}`);

define("Generator.prototype", "Iterator.prototype");
natives("Generator.prototype", {
  next: (vm, self, [value]) => vm.resume(generatorOf(vm, self, "next"), "next", value),
  throw: (vm, self, [value]) => vm.resume(generatorOf(vm, self, "throw"), "throw", value),
  return: (vm, self, [value]) => vm.resume(generatorOf(vm, self, "return"), "return", value),
});
constants("Generator.prototype", { "@@toStringTag": "Generator" });
links("GeneratorFunction.prototype", { prototype: "Generator.prototype" });

define("AsyncGenerator.prototype", "AsyncIterator.prototype");
for (const kind of ["next", "throw", "return"] as const) {
  natives("AsyncGenerator.prototype", {
    [kind]: (vm: Vm, self: Value, [value]: readonly Value[]) => {
      const generator = generatorOf(vm, self, kind);
      const promise = newPromise(vm);
      generator.queue.push({ kind, value, promise });
      // Its frame runs above this call to its first wait.
      if (!generator.isRunning && generator.queue.length === 1)
        vm.call(vm.intrinsic("node:generator.advance"), undefined, [generator]);
      return promise;
    },
  });
}
constants("AsyncGenerator.prototype", { "@@toStringTag": "AsyncGenerator" });
natives("node:generator", {
  advance(vm, _self, [generator]) {
    const floor = vm.frames.length;
    vm.advanceGenerator(generator as JsGenerator);
    vm.runAbove(floor);
    return undefined;
  },
});
