/**
 * Values of Python. `None` is null, `bool` a boolean, `int` a bigint, `float` a number and `str` a string; everything
 * else is one of these classes. All of them can be written to JSON (`snapshot.ts`), because a process survives between
 * requests only as data.
 */
import type { Code } from "./code.ts";

export type Value =
  | null
  | boolean
  | bigint
  | number
  | string
  | Bytes
  | List
  | Tuple
  | Dict
  | PySet
  | Range
  | Slice
  | PyFunction
  | Builtin
  | Method
  | PyClass
  | Instance
  | Module
  | Iterator
  | Generator
  | Property
  | Ellipsis;

export class Bytes {
  address?: number;
  /** One character (code 0 to 255) for each byte. */
  data: string;
  constructor(data: string) {
    this.data = data;
  }
}

export class List {
  address?: number;
  items: Value[];
  constructor(items: Value[] = []) {
    this.items = items;
  }
}

export class Tuple {
  address?: number;
  items: Value[];
  constructor(items: Value[] = []) {
    this.items = items;
  }
}

/** Entries by `keyOf(key)`, in the order of insertion. */
export class Dict {
  address?: number;
  entries = new Map<string, [Value, Value]>();
  /** `defaultdict`: makes missing values. `Counter`: zero. */
  missing: Value = null;
  /** Name of the class that `repr` and `type` show: `dict`, `defaultdict`, `Counter`, `OrderedDict`. */
  kind = "dict";
}

export class PySet {
  address?: number;
  entries = new Map<string, Value>();
  isFrozen = false;
}

export class Range {
  address?: number;
  start: bigint;
  stop: bigint;
  step: bigint;
  constructor(start: bigint, stop: bigint, step: bigint) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

export class Slice {
  address?: number;
  start: Value;
  stop: Value;
  step: Value;
  constructor(start: Value, stop: Value, step: Value) {
    this.start = start;
    this.stop = stop;
    this.step = step;
  }
}

export class Ellipsis {
  address?: number;
  readonly isEllipsis = true;
}

/** Variables of a function, a module or a class body. `parent` is the enclosing function's scope. */
export class Scope {
  address?: number;
  variables = new Map<string, Value>();
  parent: Scope | null;
  constructor(parent: Scope | null = null) {
    this.parent = parent;
  }
}

export class PyFunction {
  address?: number;
  code: Code;
  scope: Scope | null;
  globals: Scope;
  defaults: Value[] = [];
  keywordDefaults = new Map<string, Value>();
  attributes = new Map<string, Value>();
  constructor(code: Code, scope: Scope | null, globals: Scope) {
    this.code = code;
    this.scope = scope;
    this.globals = globals;
  }
}

/** A function of the interpreter, found by its name: `len`, `str.upper`, `os.getenv`. */
export class Builtin {
  address?: number;
  name: string;
  constructor(name: string) {
    this.name = name;
  }
}

/** A function with its first argument. */
export class Method {
  address?: number;
  self: Value;
  target: PyFunction | Builtin;
  constructor(self: Value, target: PyFunction | Builtin) {
    this.self = self;
    this.target = target;
  }
}

export class PyClass {
  address?: number;
  name: string;
  bases: PyClass[];
  attributes = new Map<string, Value>();
  /** A class of the interpreter: found by its name, never written to JSON. */
  isBuiltin = false;
  constructor(name: string, bases: PyClass[]) {
    this.name = name;
    this.bases = bases;
  }
}

export class Instance {
  address?: number;
  type: PyClass;
  attributes = new Map<string, Value>();
  constructor(type: PyClass) {
    this.type = type;
  }
}

export class Module {
  address?: number;
  name: string;
  scope: Scope;
  constructor(name: string, scope = new Scope()) {
    this.name = name;
    this.scope = scope;
  }
}

/** `staticmethod`, `classmethod` and `property`. */
export class Property {
  address?: number;
  kind: "static" | "class" | "property";
  target: Value;
  setter: Value = null;
  constructor(kind: Property["kind"], target: Value) {
    this.kind = kind;
    this.target = target;
  }
}

/** An iterator of the interpreter. `source` and `extra` depend on the kind. */
export class Iterator {
  address?: number;
  kind:
    | "sequence"
    | "range"
    | "enumerate"
    | "zip"
    | "map"
    | "filter"
    | "file"
    | "reversed"
    | "call"
    | "count"
    | "cycle"
    | "chain"
    | "islice";
  source: Value;
  index: number;
  extra: Value;
  constructor(kind: Iterator["kind"], source: Value, extra: Value = null, index = 0) {
    this.kind = kind;
    this.source = source;
    this.extra = extra;
    this.index = index;
  }
}

export class Generator {
  address?: number;
  /** Name of its function. */
  name: string;
  kind: "generator" | "coroutine" | "coroutine_wrapper" | "async_generator";
  frame: Frame | null;
  isRunning = false;
  /** Raised where the generator stands when it is asked for its next value. */
  thrown: Instance | null = null;
  constructor(frame: Frame) {
    this.frame = frame;
    const { name, isAsyncGenerator, isCoroutine } = frame.code;
    this.name = name;
    this.kind = isAsyncGenerator ? "async_generator" : isCoroutine ? "coroutine" : "generator";
  }
}

/** One call of a function. */
export class Frame {
  code: Code;
  scope: Scope;
  globals: Scope;
  pc = 0;
  stack: Value[] = [];
  /** Handlers of `try` and `with` around the present instruction. */
  blocks: { handler: number; depth: number; exceptions: number }[] = [];
  /** Exceptions that are being handled, innermost last. */
  exceptions: Instance[] = [];
  /** A constructor's frame: its caller gets this instance. */
  result: Value | undefined;
  /** The generator that this frame belongs to. */
  generator: Generator | null = null;
  /** Called from a built-in function, which takes the result. */
  isNested = false;
  constructor(code: Code, scope: Scope, globals: Scope) {
    this.code = code;
    this.scope = scope;
    this.globals = globals;
  }
}

/** An exception of Python on its way to a handler. */
export class PyError extends Error {
  override name = "PyError";
  readonly exception: Instance;
  constructor(exception: Instance) {
    super(exception.type.name);
    this.exception = exception;
  }
}
