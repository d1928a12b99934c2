/** Calls: binding of arguments, constructors, built-in functions. */
import { nativeOf } from "./builtins/registry.ts";
import { classAttribute, mroOf, typeName } from "./classes.ts";
import type { Code, Parameter } from "./code.ts";
import { raise } from "./errors.ts";
import {
  Builtin,
  Dict,
  Frame,
  Generator,
  Instance,
  Method,
  Property,
  PyClass,
  PyFunction,
  Scope,
  Tuple,
  type Value,
} from "./objects.ts";
import type { Interpreter } from "./vm.ts";

/** The result; undefined if a frame was pushed that will give it. */
export function callValue(
  vm: Interpreter,
  callee: Value,
  args: Value[],
  keywords: Map<string, Value>,
): Value | undefined {
  if (callee instanceof PyFunction) return callFunction(vm, callee, args, keywords);
  if (callee instanceof Builtin) return callBuiltin(vm, callee, args, keywords);
  if (callee instanceof Method) return callValue(vm, callee.target, [callee.self, ...args], keywords);
  if (callee instanceof PyClass) return construct(vm, callee, args, keywords);
  if (callee instanceof Property && callee.kind === "static") return callValue(vm, callee.target, args, keywords);
  if (callee instanceof Instance) {
    const method = vm.methodOf(callee, "__call__");
    if (method) return callValue(vm, method, args, keywords);
  }
  raise("TypeError", `'${typeName(callee)}' object is not callable`);
}

function callBuiltin(vm: Interpreter, { name }: Builtin, args: Value[], keywords: Map<string, Value>): Value {
  const native = nativeOf(name);
  if (!native) raise("RuntimeError", `${name} is not part of this interpreter`);
  return native(vm, args, keywords);
}

function callFunction(
  vm: Interpreter,
  callee: PyFunction,
  args: Value[],
  keywords: Map<string, Value>,
): Value | undefined {
  const frame = new Frame(callee.code, new Scope(callee.scope), callee.globals);
  bind(vm, callee, frame.scope, args, keywords);
  if (callee.code.isGenerator) {
    const generator = new Generator(frame);
    frame.generator = generator;
    return generator;
  }
  vm.push(frame);
  return undefined;
}

function bind(
  vm: Interpreter,
  { code, defaults, keywordDefaults }: PyFunction,
  { variables }: Scope,
  args: Value[],
  keywords: Map<string, Value>,
): void {
  const { parameters } = code;
  const positional = parameters.filter(({ kind }) => kind === "positional");
  const rest = parameters.find(({ kind }) => kind === "rest");
  const others = parameters.find(({ kind }) => kind === "keywords");
  for (const [i, { name }] of positional.entries()) if (i < args.length) variables.set(name, args[i]!);
  if (args.length > positional.length && !rest) tooMany(code, positional, args.length);
  if (rest) variables.set(rest.name, new Tuple(args.slice(positional.length)));
  const extra = new Dict();
  for (const [name, value] of keywords) {
    const known = parameters.find((each) => each.name === name && each.kind !== "rest" && each.kind !== "keywords");
    if (known && variables.has(name)) {
      raise("TypeError", `${code.name}() got multiple values for argument '${name}'`);
    }
    if (known) variables.set(name, value);
    else if (others) vm.setSubscript(extra, name, value);
    else raise("TypeError", `${code.name}() got an unexpected keyword argument '${name}'`);
  }
  if (others) variables.set(others.name, extra);
  const firstDefault = positional.length - defaults.length;
  for (const [i, { name }] of positional.entries()) {
    if (!variables.has(name) && i >= firstDefault) variables.set(name, defaults[i - firstDefault]!);
  }
  for (const [name, value] of keywordDefaults) if (!variables.has(name)) variables.set(name, value);
  const missing = parameters.filter(
    ({ name, kind }) => (kind === "positional" || kind === "keywordOnly") && !variables.has(name),
  );
  if (missing.length > 0) missingArguments(code, missing);
}

function missingArguments(code: Code, missing: readonly Parameter[]): never {
  const names = missing.map(({ name }) => `'${name}'`);
  const list = names.length > 1 ? `${names.slice(0, -1).join(", ")} and ${names.at(-1)}` : names[0];
  const kind = missing[0]!.kind === "positional" ? "positional" : "keyword-only";
  const noun = names.length > 1 ? "arguments" : "argument";
  raise("TypeError", `${code.name}() missing ${names.length} required ${kind} ${noun}: ${list}`);
}

function tooMany(code: Code, positional: readonly Parameter[], given: number): never {
  const count = positional.length;
  const required = positional.filter(({ hasDefault }) => !hasDefault).length;
  const takes = required < count ? `from ${required} to ${count}` : `${count}`;
  const noun = count === 1 ? "argument" : "arguments";
  raise(
    "TypeError",
    `${code.name}() takes ${takes} positional ${noun} but ${given} ${given === 1 ? "was" : "were"} given`,
  );
}

/** Makes an instance; the frame of a constructor in Python gives it to the caller. */
function construct(vm: Interpreter, type: PyClass, args: Value[], keywords: Map<string, Value>): Value | undefined {
  // A class of the interpreter with a constructor of its own: `int`, `list`, `Thread`.
  const native = type.isBuiltin ? nativeOf(`new:${type.name}`) : undefined;
  if (native) return native(vm, args, keywords);
  const made = classAttribute(type, "__class_call__");
  if (made instanceof PyFunction) {
    callFunction(vm, made, [type, ...args], keywords);
    return undefined;
  }
  checkAbstract(type);
  const instance = new Instance(type);
  const base = mroOf(type).find((each) => each.isBuiltin && nativeOf(`init:${each.name}`));
  if (base) nativeOf(`init:${base.name}`)!(vm, [instance], new Map());
  const init = classAttribute(type, "__init__");
  if (init instanceof PyFunction) {
    callFunction(vm, init, [instance, ...args], keywords);
    vm.frames.at(-1)!.result = instance;
    return undefined;
  }
  if (init instanceof Builtin) callBuiltin(vm, init, [instance, ...args], keywords);
  else if (args.length > 0) raise("TypeError", `${type.name}() takes no arguments`);
  return instance;
}

/** A class below `ABC` must define all its abstract methods. */
function checkAbstract(type: PyClass): void {
  const order = mroOf(type);
  if (!order.some(({ name }) => name === "ABC")) return;
  const names = [...new Set(order.flatMap(({ attributes }) => [...attributes.keys()]))].filter((name) =>
    isAbstract(classAttribute(type, name)),
  );
  if (names.length === 0) return;
  const methods = `abstract method${names.length > 1 ? "s" : ""} ${names.sort().join(", ")}`;
  raise("TypeError", `Can't instantiate abstract class ${type.name} with ${methods}`);
}

function isAbstract(value: Value | undefined): boolean {
  const target = value instanceof Property ? value.target : value;
  return target instanceof PyFunction && target.attributes.get("__isabstractmethod__") === true;
}
