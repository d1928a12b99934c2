/** Instructions that read and write properties, and make arrays and objects. */
import { arrayOf, toKey, toObject } from "../conversions.ts";
import { isIterable, iterateAll } from "../iteration.ts";
import {
  accessor,
  Closure,
  EMPTY,
  type Frame,
  hidden,
  JsArray,
  JsBytes,
  JsObject,
  JsSymbol,
  type Key,
  Property,
  type Value,
} from "../objects.ts";
import {
  defineProperty,
  deleteProperty,
  failToRead,
  get,
  isEnumerable,
  keyText,
  ownKeys,
  ownProperty,
  set,
} from "../properties.ts";
import type { Operation, Vm } from "../vm.ts";
import { pop, popMany, push, top } from "./stack.ts";

function getIndex(vm: Vm, object: Value, key: Value): Value {
  if (typeof key === "number" && key >= 0) {
    if (object instanceof JsArray && key < object.items.length) {
      const item = object.items[key];
      if (item !== EMPTY && Number.isInteger(key)) return item;
    } else if (object instanceof JsBytes) return object.bytes[key];
  }
  if (object === undefined || object === null) failToRead(vm, object, toKey(vm, key));
  return get(vm, object, toKey(vm, key));
}

function setIndex(vm: Vm, frame: Frame, object: Value, key: Value, value: Value): void {
  if (typeof key === "number" && object instanceof JsArray && object.intrinsic === undefined && !object.isFrozen) {
    if (key >= 0 && key < object.items.length && Number.isInteger(key)) {
      object.items[key] = value;
      return;
    }
  }
  set(vm, object, toKey(vm, key), value, frame.code.isStrict);
}

function privateMember(vm: Vm, object: Value, key: JsSymbol, name: string, verb: "read" | "write"): Value | Property {
  const holder = privateHolder(object, key);
  if (!holder) {
    const preposition = verb === "read" ? "from" : "to";
    vm.fail(
      "TypeError",
      `Cannot ${verb} private member #${name} ${preposition} an object whose class did not declare it`,
    );
  }
  return holder.properties.get(key);
}

/** The object that has a private member: fields are the instance's, methods its prototype's. */
function privateHolder(object: Value, key: JsSymbol): JsObject | undefined {
  for (let each = object instanceof JsObject ? object : null; each; each = each.proto) {
    if (each.properties.has(key)) return each;
  }
  return undefined;
}

/** Gives a function that has no name the name of its key. */
function nameFunction(value: Value, key: Key, prefix = ""): void {
  if (!(value instanceof Closure) || (value.code.name !== "" && prefix === "")) return;
  const name = key instanceof JsSymbol ? (key.isPrivate ? (key.description ?? "") : `[${key.description ?? ""}]`) : key;
  value.properties.set("name", new Property(prefix + name, false, false, true));
}

interface Definition {
  isEnumerable: boolean;
  isComputed?: boolean;
  kind?: "get" | "set";
  name?: string;
}

function copyProperties(vm: Vm, target: JsObject, source: Value, excluded: readonly Value[] = []): void {
  if (source === undefined || source === null) return;
  const object = toObject(vm, source);
  for (const key of ownKeys(vm, object)) {
    if (excluded.includes(key) || !isEnumerable(vm, object, key)) continue;
    vm.countStep();
    defineProperty(vm, target, key, get(vm, object, key));
  }
}

export const MEMBERS: Record<string, Operation> = {
  getMember(vm, frame, name: string) {
    const object = top(frame);
    if (object === undefined || object === null) failToRead(vm, object, name);
    const value = get(vm, object, name);
    frame.stack[frame.stack.length - 1] = value;
  },
  getImport(vm, frame, name: string) {
    const namespace = pop(frame) as JsObject;
    push(frame, get(vm, namespace, name));
  },
  getIndex(vm, frame) {
    const key = pop(frame);
    push(frame, getIndex(vm, pop(frame), key));
  },
  /** object value → value */
  setMember(vm, frame, name: string) {
    const [object, value] = popMany(frame, 2);
    set(vm, object, name, value, frame.code.isStrict);
    push(frame, value);
  },
  setIndex(vm, frame) {
    const [object, key, value] = popMany(frame, 3);
    setIndex(vm, frame, object, key, value);
    push(frame, value);
  },
  delete(vm, frame) {
    const [object, key] = popMany(frame, 2);
    const target = toObject(vm, object);
    const isDone = deleteProperty(vm, target, toKey(vm, key));
    if (!isDone && frame.code.isStrict)
      vm.fail("TypeError", `Cannot delete property '${keyText(toKey(vm, key))}' of #<Object>`);
    push(frame, isDone);
  },
  getPrivate(vm, frame, name: string) {
    const [object, key] = popMany(frame, 2);
    const found = privateMember(vm, object, key as JsSymbol, name, "read");
    if (!(found instanceof Property)) return push(frame, found);
    if (!found.isAccessor) return push(frame, found.value);
    if (!found.get) vm.fail("TypeError", `'#${name}' was defined without a getter`);
    push(frame, vm.call(found.get, object, []));
  },
  setPrivate(vm, frame, name: string) {
    const [object, key, value] = popMany(frame, 3);
    const found = privateMember(vm, object, key as JsSymbol, name, "write");
    if (found instanceof Property) {
      if (!found.isAccessor) vm.fail("TypeError", `Private method '#${name}' is not writable`);
      if (!found.set) vm.fail("TypeError", `'#${name}' was defined without a setter`);
      vm.call(found.set, object, [value]);
    } else (object as JsObject).properties.set(key as JsSymbol, value);
    push(frame, value);
  },
  hasPrivate(_vm, frame) {
    const [key, object] = popMany(frame, 2);
    push(frame, privateHolder(object, key as JsSymbol) !== undefined);
  },
  /** this key → value */
  getSuper(vm, frame) {
    const [self, key] = popMany(frame, 2);
    const home = frame.callee?.home;
    push(frame, home?.proto ? get(vm, home.proto, toKey(vm, key), self) : undefined);
  },

  newArray: (vm, frame, count: number) => push(frame, arrayOf(vm, popMany(frame, count))),
  append(_vm, frame) {
    const value = pop(frame);
    (top(frame) as JsArray).items.push(value);
  },
  appendHole: (_vm, frame) => void (top(frame) as JsArray).items.push(EMPTY),
  appendAll(vm, frame, text: string) {
    const value = pop(frame);
    const { items } = top(frame) as JsArray;
    for (const item of iterateAll(vm, value, text)) items.push(item);
  },
  appendArguments(vm, frame) {
    const value = pop(frame);
    if (value === undefined || value === null)
      vm.fail("TypeError", `${String(value)} is not iterable (cannot read property undefined)`);
    if (!isIterable(vm, value))
      vm.fail("TypeError", "Spread syntax requires ...iterable[Symbol.iterator] to be a function");
    const { items } = top(frame) as JsArray;
    for (const item of iterateAll(vm, value)) items.push(item);
  },
  newObject: (vm, frame) => push(frame, new JsObject(vm.intrinsic("Object.prototype"))),
  spreadObject(vm, frame) {
    const source = pop(frame);
    copyProperties(vm, top(frame) as JsObject, source);
  },
  /** object key value → object */
  defineField(vm, frame, isNamed: boolean) {
    const [key, value] = popMany(frame, 2);
    const object = top(frame) as JsObject;
    if (isNamed) nameFunction(value, key as Key);
    if (key instanceof JsSymbol && key.isPrivate) object.properties.set(key, value);
    else defineProperty(vm, object, toKey(vm, key), value);
  },
  defineMethod(vm, frame, { isEnumerable: isOpen, isComputed }: Definition) {
    const [key, value] = popMany(frame, 2) as [Key, Closure];
    const object = top(frame) as JsObject;
    value.home = object;
    if (isComputed) nameFunction(value, key);
    if (key instanceof JsSymbol && key.isPrivate) object.properties.set(key, new Property(value, false, false, false));
    else defineProperty(vm, object, key, isOpen ? value : hidden(value));
  },
  defineAccessor(vm, frame, { kind, isEnumerable: isOpen }: Definition) {
    const [key, value] = popMany(frame, 2) as [Key, Closure];
    const object = top(frame) as JsObject;
    value.home = object;
    nameFunction(value, key, `${kind} `);
    const isPrivate = key instanceof JsSymbol && key.isPrivate;
    const old = isPrivate ? object.properties.get(key) : ownProperty(vm, object, key);
    const [get_, set_] = old instanceof Property && old.isAccessor ? [old.get, old.set] : [undefined, undefined];
    const made = accessor(kind === "get" ? value : get_, kind === "set" ? value : set_, { enumerable: isOpen });
    if (isPrivate) object.properties.set(key, made);
    else defineProperty(vm, object, key, made);
  },
  setPrototype(_vm, frame) {
    const [, value] = popMany(frame, 2);
    if (value === null || value instanceof JsObject) (top(frame) as JsObject).proto = value;
  },

  checkObject(vm, frame, first: string | undefined) {
    const value = top(frame);
    if (value !== undefined && value !== null) return;
    const what = first === undefined ? `'${String(value)}'` : `property '${first}' of '${String(value)}'`;
    vm.fail("TypeError", `Cannot destructure ${what} as it is ${String(value)}.`);
  },
  /** keys object object key → keys object object key */
  rememberKey(_vm, frame) {
    const { stack } = frame;
    (stack[stack.length - 4] as JsArray).items.push(stack[stack.length - 1] as Value);
  },
  /** keys object → rest */
  objectRest(vm, frame) {
    const [keys, object] = popMany(frame, 2);
    const rest = new JsObject(vm.intrinsic("Object.prototype"));
    copyProperties(vm, rest, object, (keys as JsArray).items);
    push(frame, rest);
  },
};
