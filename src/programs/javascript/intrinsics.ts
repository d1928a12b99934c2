/**
 * Objects of the interpreter by name. They are made when they are asked for, from these definitions, and are not part
 * of a snapshot unless a program changed them.
 */
import {
  accessor,
  Closure,
  type Definition,
  JsArray,
  type JsObject,
  type Key,
  type Member,
  Native,
  JsObject as PlainObject,
  Property,
  SYMBOLS,
  type Value,
} from "./objects.ts";
import type { NativeFunction, Vm } from "./vm.ts";

/** Names that every object has are listed, so that their parameters have types. */
interface NativeFunctions {
  readonly [name: string]: NativeFunction | undefined;
  readonly toString?: NativeFunction;
  readonly toLocaleString?: NativeFunction;
}

const NATIVES = new Map<string, NativeFunction>();
const DEFINITIONS = new Map<string, Definition>();
/** Sources of functions that are written in JavaScript, by path. */
const LIBRARY = new Map<string, string>();

export const nativeOf = (name: string): NativeFunction => {
  const found = NATIVES.get(name);
  if (!found) throw new Error(`no built-in function ${name}`);
  return found;
};
export const librarySource = (path: string): string | undefined => LIBRARY.get(path);

/** The key of a member's name: `@@iterator` is a symbol. */
const keyOf = (name: string): Key => (name.startsWith("@@") ? SYMBOLS[name.slice(2)]! : name);

export function define(path: string, proto: string | null, { isOpen = false, isArray = false } = {}): Definition {
  let known = DEFINITIONS.get(path);
  if (!known) {
    known = { proto, members: new Map(), isOpen, ...(isArray && { isArray }) };
    DEFINITIONS.set(path, known);
  } else {
    known.proto = proto;
    known.isOpen ||= isOpen;
  }
  return known;
}

const definitionOf = (path: string): Definition => DEFINITIONS.get(path) ?? define(path, "Object.prototype");

/**
 * Built-in functions of an object: names, `get size` for accessors and `@@iterator` for symbols. `new` is the object
 * itself, as a function.
 */
export function natives(path: string, functions: NativeFunctions): void {
  for (const [name, native] of Object.entries(functions)) {
    if (!native) continue;
    if (name === "new") {
      NATIVES.set(path, native);
      if (!DEFINITIONS.has(path)) define(path, "Function.prototype");
      continue;
    }
    const [, kind, plain = name] = /^(get|set) (.+)$/.exec(name) ?? [];
    const full = `${path}.${name}`;
    NATIVES.set(full, native);
    const { members } = definitionOf(path);
    if (kind === undefined) members.set(keyOf(name), { type: "function", path: full });
    else {
      const known = members.get(keyOf(plain));
      const old = known?.type === "accessor" ? known : { get: undefined, set: undefined };
      members.set(keyOf(plain), { type: "accessor", get: old.get, set: old.set, [kind]: full });
    }
  }
}

/** Functions of an object that are written in JavaScript. */
export function scripts(path: string, sources: Readonly<Record<string, string>>): void {
  for (const [name, source] of Object.entries(sources)) {
    const full = `${path}.${name}`;
    LIBRARY.set(full, source);
    definitionOf(path).members.set(keyOf(name), { type: "function", path: full });
  }
}

/** A class: a constructor with its prototype. */
export function defineClass(
  name: string,
  native: NativeFunction,
  { parent, parentPrototype }: { parent?: string; parentPrototype?: string | null } = {},
): void {
  define(name, parent ?? "Function.prototype");
  natives(name, { new: native });
  const proto = parentPrototype === undefined ? (parent ? `${parent}.prototype` : "Object.prototype") : parentPrototype;
  define(`${name}.prototype`, proto);
  definitionOf(name).members.set("prototype", { type: "object", path: `${name}.prototype` });
  definitionOf(`${name}.prototype`).members.set("constructor", { type: "object", path: name });
}

export function constants(path: string, values: Readonly<Record<string, Value>>, isFixed = false): void {
  for (const [name, value] of Object.entries(values))
    definitionOf(path).members.set(keyOf(name), { type: "constant", value, isFixed });
}

/** Members that are intrinsic objects themselves, by their paths. */
export function links(path: string, targets: Readonly<Record<string, string>>, isEnumerable = false): void {
  for (const [name, target] of Object.entries(targets))
    definitionOf(path).members.set(keyOf(name), { type: "object", path: target, isEnumerable });
}

/** Makes the intrinsic object of a path. `compile` compiles a function of the library. */
export function makeIntrinsic(
  vm: Vm,
  path: string,
  compile: (path: string, source: string) => Closure["code"],
): JsObject {
  const definition = DEFINITIONS.get(path);
  const proto = (name: string | null) => (name === null ? null : vm.intrinsic(name));
  const source = LIBRARY.get(path);
  let made: JsObject;
  if (source !== undefined) {
    made = new Closure(proto("Function.prototype"), compile(path, source), null);
  } else if (NATIVES.has(path)) {
    const own = definition?.proto;
    made = new Native(proto(own === undefined || own === "Object.prototype" ? "Function.prototype" : own), path);
  } else if (definition) {
    made = definition.isArray ? new JsArray(proto(definition.proto), []) : new PlainObject(proto(definition.proto));
  } else {
    throw new Error(`no built-in object ${path}`);
  }
  made.intrinsic = path;
  made.definition = definition;
  return made;
}

/** Makes a member that was asked for. Undefined: there is none. */
export function materialize(vm: Vm, object: JsObject, key: Key): Value | Property | undefined {
  const member = object.definition!.members.get(key);
  if (!member || object.properties.has(key)) return undefined;
  const made = valueOfMember(vm, member, object.definition!.isOpen);
  object.properties.set(key, made);
  return made;
}

function valueOfMember(vm: Vm, member: Member, isOpen: boolean): Value | Property {
  switch (member.type) {
    case "accessor": {
      const of = (path: string | undefined) => (path === undefined ? undefined : vm.intrinsic(path));
      return accessor(of(member.get), of(member.set), { enumerable: isOpen });
    }
    case "constant":
      return new Property(member.value, !member.isFixed, isOpen, !member.isFixed);
    default: {
      const value = vm.intrinsic(member.path);
      return isOpen || (member.type === "object" && member.isEnumerable)
        ? value
        : new Property(value, true, false, true);
    }
  }
}

/** Makes all members in the order of their definition: before a program lists or changes them. */
export function materializeAll(vm: Vm, object: JsObject): void {
  const { definition } = object;
  if (!definition) return;
  const made = new Map<Key, Value | Property>();
  for (const [key, member] of definition.members) {
    made.set(
      key,
      object.properties.has(key) ? object.properties.get(key) : valueOfMember(vm, member, definition.isOpen),
    );
  }
  for (const [key, value] of object.properties) if (!made.has(key)) made.set(key, value);
  object.properties = made;
  object.definition = undefined;
}
