/** Classes of the interpreter: types of values, and exceptions with their hierarchy. */
import {
  Builtin,
  Bytes,
  Dict,
  Ellipsis,
  Generator,
  Instance,
  Iterator,
  List,
  Method,
  Module,
  Property,
  PyClass,
  PyFunction,
  PySet,
  Range,
  Slice,
  Tuple,
  type Value,
} from "./objects.ts";

const classes = new Map<string, PyClass>();

/** Declares a class of the interpreter once. */
export function defineClass(name: string, base: string | null, methods: readonly string[] = []): PyClass {
  const made = new PyClass(name, base === null ? [] : [builtinClass(base)]);
  made.isBuiltin = true;
  for (const method of methods) made.attributes.set(method, new Builtin(`${name}.${method}`));
  classes.set(name, made);
  return made;
}

export function builtinClass(name: string): PyClass {
  const found = classes.get(name);
  if (!found) throw new Error(`no class ${name}`);
  return found;
}

export function builtinClasses(): IterableIterator<PyClass> {
  return classes.values();
}

defineClass("object", null);
for (const name of [
  "int",
  "float",
  "str",
  "bytes",
  "list",
  "tuple",
  "dict",
  "set",
  "frozenset",
  "range",
  "slice",
  "type",
  "function",
  "NoneType",
  "generator",
  "coroutine",
  "coroutine_wrapper",
  "async_generator",
  "module",
  "property",
  "iterator",
  "ellipsis",
  "method",
  "staticmethod",
  "classmethod",
  "super",
]) {
  defineClass(name, "object");
}
defineClass("bool", "int");
defineClass("BaseException", "object", ["__init__", "__str__", "__repr__", "with_traceback", "add_note"]);

/** Exceptions, each under its base. */
const EXCEPTIONS: Record<string, string> = {
  BaseException: "Exception KeyboardInterrupt SystemExit GeneratorExit",
  Exception:
    "ArithmeticError AssertionError AttributeError BufferError EOFError ImportError LookupError MemoryError NameError " +
    "OSError RuntimeError StopIteration StopAsyncIteration SyntaxError TypeError ValueError Warning",
  ArithmeticError: "ZeroDivisionError OverflowError FloatingPointError",
  LookupError: "IndexError KeyError",
  ImportError: "ModuleNotFoundError",
  NameError: "UnboundLocalError",
  RuntimeError: "RecursionError NotImplementedError",
  ValueError: "UnicodeError",
  UnicodeError: "UnicodeDecodeError UnicodeEncodeError",
  Warning: "DeprecationWarning UserWarning FutureWarning RuntimeWarning",
  OSError:
    "FileNotFoundError FileExistsError PermissionError IsADirectoryError NotADirectoryError ConnectionError " +
    "TimeoutError BlockingIOError ChildProcessError ProcessLookupError",
  ConnectionError: "ConnectionRefusedError ConnectionResetError BrokenPipeError ConnectionAbortedError",
};
for (const [base, names] of Object.entries(EXCEPTIONS)) for (const name of names.split(" ")) defineClass(name, base);

export function typeOf(value: Value): PyClass {
  return value instanceof Instance ? value.type : builtinClass(typeName(value));
}

/** Name of the class of a value, as `type(x).__name__` shows it. */
export function typeName(value: Value): string {
  if (value === null) return "NoneType";
  switch (typeof value) {
    case "boolean":
      return "bool";
    case "bigint":
      return "int";
    case "number":
      return "float";
    case "string":
      return "str";
  }
  if (value instanceof Instance) return value.type.name;
  if (value instanceof Generator) return value.kind;
  if (value instanceof PySet) return value.isFrozen ? "frozenset" : "set";
  for (const [made, name] of NAMES) if (value instanceof made) return name;
  return "object";
}

// biome-ignore lint/suspicious/noExplicitAny: constructors of different shapes
const NAMES: [new (...rest: any[]) => object, string][] = [
  [List, "list"],
  [Tuple, "tuple"],
  [Dict, "dict"],
  [Bytes, "bytes"],
  [Range, "range"],
  [Slice, "slice"],
  [PyFunction, "function"],
  [Builtin, "function"],
  [Method, "method"],
  [PyClass, "type"],
  [Module, "module"],
  [Iterator, "iterator"],
  [Property, "property"],
  [Ellipsis, "ellipsis"],
];

/** The class and its bases in the order of look-up (depth first, each once). */
export function mroOf(type: PyClass): PyClass[] {
  const order: PyClass[] = [];
  const visit = (each: PyClass) => {
    const at = order.indexOf(each);
    if (at !== -1) order.splice(at, 1);
    order.push(each);
    for (const base of each.bases) visit(base);
  };
  visit(type);
  return order;
}

export function isSubclass(type: PyClass, of: PyClass): boolean {
  return of.name === "object" || type === of || type.bases.some((base) => isSubclass(base, of));
}

/** The attribute of a class or its bases; undefined if none has it. */
export function classAttribute(type: PyClass, name: string): Value | undefined {
  const own = type.attributes.get(name);
  if (own !== undefined) return own;
  for (const each of mroOf(type)) {
    const found = each.attributes.get(name);
    if (found !== undefined) return found;
  }
  return undefined;
}
