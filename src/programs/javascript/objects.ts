/**
 * Values of JavaScript. Primitive values are those of the host, except symbols; objects are these classes. All of them
 * can be written to JSON (`snapshot.ts`), because a process survives between requests only as data.
 */
import type { Code } from "./code.ts";

export type Value = undefined | null | boolean | number | bigint | string | JsSymbol | JsObject;
export type Key = string | JsSymbol;

export class JsSymbol {
  description: string | undefined;
  /** The name of a private member: `#count`. */
  isPrivate: true | undefined;
  /** Key of `Symbol.for`, or the name of a well-known symbol after `@@`. */
  registered: string | undefined;
  constructor(description: string | undefined) {
    this.description = description;
  }
}

const WELL_KNOWN =
  "iterator asyncIterator hasInstance toPrimitive toStringTag species isConcatSpreadable unscopables match matchAll replace search split";

/** Symbols of the language by name: `iterator`. */
export const SYMBOLS: Readonly<Record<string, JsSymbol>> = Object.fromEntries(
  WELL_KNOWN.split(" ").map((name) => {
    const symbol = new JsSymbol(`Symbol.${name}`);
    symbol.registered = `@@${name}`;
    return [name, symbol];
  }),
);

/** A variable before its declaration, and a hole of an array. There is one. */
export class Empty {
  readonly isEmpty = true;
}
export const EMPTY = new Empty() as unknown as undefined;

/** A property that is an accessor, or not writable, enumerable and configurable. All others are plain values. */
export class Property {
  value: Value;
  get: JsObject | undefined;
  set: JsObject | undefined;
  isAccessor: true | undefined;
  writable: boolean;
  enumerable: boolean;
  configurable: boolean;
  constructor(value: Value, writable: boolean, enumerable: boolean, configurable: boolean) {
    this.value = value;
    this.writable = writable;
    this.enumerable = enumerable;
    this.configurable = configurable;
  }
}

export function accessor(
  get: JsObject | undefined,
  set: JsObject | undefined,
  { enumerable = false, configurable = true } = {},
): Property {
  const property = new Property(undefined, false, enumerable, configurable);
  property.isAccessor = true;
  property.get = get;
  property.set = set;
  return property;
}

/** A property as built-in objects have it: not enumerable. */
export const hidden = (value: Value): Property => new Property(value, true, false, true);

/** A member: a function of the same path, an accessor, another intrinsic object or a constant. */
export type Member =
  | { type: "function"; path: string }
  | { type: "accessor"; get: string | undefined; set: string | undefined }
  | { type: "object"; path: string; isEnumerable?: boolean }
  | { type: "constant"; value: Value; isFixed: boolean };

export interface Definition {
  proto: string | null;
  members: Map<Key, Member>;
  /** Members can be enumerated: modules and the console. */
  isOpen: boolean;
  isArray?: boolean;
}

export class JsObject {
  proto: JsObject | null;
  properties = new Map<Key, Value | Property>();
  /** Set once no property can be added. */
  isFixed: true | undefined;
  /** The name of an object of the interpreter: `Array.prototype`. It is found by that name. */
  intrinsic: string | undefined;
  /** Members of an intrinsic object that were not asked for yet. */
  definition: Definition | undefined;
  constructor(proto: JsObject | null) {
    this.proto = proto;
  }
}

export class JsError extends JsObject {
  /** Where it was made: file, line, column and the text of the line. */
  place: Place | undefined;
  /** Lines of its trace, until the first use of `stack`, which then begins with the name of that time. */
  trace: string[] | undefined;
  /** Where Node.js itself throws it. */
  raisedAt: Place | undefined;
  /** All that Node.js prints if nothing takes it. */
  wholeText: string | undefined;
  /** Where an emitter raised it, as lines of a trace. */
  emittedAt: string[] | undefined;
}

/** A place of a program in a source. */
export interface Place {
  file: string;
  line: number;
  column: number;
  text: string;
}

/** The object `arguments` of a call. */
export class JsArray extends JsObject {
  items: Value[];
  isArguments: true | undefined;
  isFrozen: true | undefined;
  constructor(proto: JsObject | null, items: Value[]) {
    super(proto);
    this.items = items;
  }
}

/** A function that is compiled from a source. */
export class Closure extends JsObject {
  code: Code;
  scope: Scope | null;
  /** An arrow function's `this`. */
  self: Value;
  /** Where `super` looks: the prototype or the class that a method belongs to. */
  home: JsObject | undefined;
  /** `new.target` of an arrow function's surroundings. */
  newTarget: JsObject | undefined;
  /** A class: the function that initializes the fields of an instance. */
  fields: Closure | undefined;
  constructor(proto: JsObject | null, code: Code, scope: Scope | null) {
    super(proto);
    this.code = code;
    this.scope = scope;
  }
}

/** A function of the interpreter, found by its name in `NATIVES`. `bound` are values that it was made with. */
export class Native extends JsObject {
  name: string;
  bound: Value[] | undefined;
  constructor(proto: JsObject | null, name: string) {
    super(proto);
    this.name = name;
  }
}

export class Bound extends JsObject {
  target: JsObject;
  self: Value;
  args: Value[];
  constructor(proto: JsObject | null, target: JsObject, self: Value, args: Value[]) {
    super(proto);
    this.target = target;
    this.self = self;
    this.args = args;
  }
}

/** `new Number(1)`, `Object("text")`. */
export class Boxed extends JsObject {
  primitive: Value;
  constructor(proto: JsObject | null, primitive: Value) {
    super(proto);
    this.primitive = primitive;
  }
}

/** Map and WeakMap. */
export class JsMap extends JsObject {
  entries = new Map<Value, Value>();
  isWeak: true | undefined;
}

/** Set and WeakSet. The values of the map are not used. */
export class JsSet extends JsObject {
  entries = new Map<Value, Value>();
  isWeak: true | undefined;
}

export class JsDate extends JsObject {
  timeMs: number;
  constructor(proto: JsObject | null, timeMs: number) {
    super(proto);
    this.timeMs = timeMs;
  }
}

export class JsRegExp extends JsObject {
  source: string;
  flags: string;
  constructor(proto: JsObject | null, source: string, flags: string) {
    super(proto);
    this.source = source;
    this.flags = flags;
  }
}

/** A typed array, a Buffer or an ArrayBuffer. Views do not share memory. */
export class JsBytes extends JsObject {
  /** Values of the elements. */
  bytes: number[];
  /** `Uint8Array`, `Float64Array`, `ArrayBuffer`. */
  kind: string;
  constructor(proto: JsObject | null, kind: string, bytes: number[]) {
    super(proto);
    this.kind = kind;
    this.bytes = bytes;
  }
}

export class JsPromise extends JsObject {
  status: "pending" | "fulfilled" | "rejected" = "pending";
  result: Value;
  reactions: Reaction[] = [];
  /** Its function `resolve` or `reject` was called. */
  isSettling: true | undefined;
  isHandled: true | undefined;
  /** The number under which its rejection was reported. */
  reportId: number | undefined;
}

/** What happens when a promise is settled. */
export interface Reaction {
  /** A frame that awaits it. */
  frame?: Frame;
  /** The promise that `then` returned, and its functions. */
  promise?: JsPromise;
  onFulfilled?: Value;
  onRejected?: Value;
}

export class JsGenerator extends JsObject {
  frame: Frame | undefined;
  isRunning = false;
  isStarted: true | undefined;
  isAsync: true | undefined;
  /** Calls of an async generator that wait for their turn. */
  queue: { kind: Resumption; value: Value; promise: JsPromise }[] = [];
}

/** How a generator goes on. */
export type Resumption = "next" | "throw" | "return";

/** A built-in iterator: of an array as it is, or of a list of values. */
export class JsIterator extends JsObject {
  source: JsObject;
  index = 0;
  mode: "keys" | "values" | "entries";
  /** Its values are pairs of a Map or Set. */
  isEntries: true | undefined;
  constructor(proto: JsObject | null, source: JsObject, mode: JsIterator["mode"]) {
    super(proto);
    this.source = source;
    this.mode = mode;
  }
}

export class JsProxy extends JsObject {
  target: JsObject;
  handler: JsObject;
  constructor(target: JsObject, handler: JsObject) {
    super(null);
    this.target = target;
    this.handler = handler;
  }
}

/** Variables of a function or a block. */
export class Scope {
  slots: Value[];
  parent: Scope | null;
  constructor(parent: Scope | null, slots: Value[]) {
    this.parent = parent;
    this.slots = slots;
  }
}

/** An iteration in progress; it lies on a frame's stack. */
export class Iteration {
  /** An array, a list of keys, or the iterator object. */
  source: JsObject;
  /** Position in an array; -1: `source` is an iterator. */
  index: number;
  next: Value;
  isAsync: true | undefined;
  isDone: true | undefined;
  constructor(source: JsObject, index: number) {
    this.source = source;
    this.index = index;
  }
}

/** What becomes of a frame's value. */
export type FrameMode =
  /** It is pushed on the caller's stack. */
  | "call"
  /** The caller's value is the new object, unless this frame gives an object. */
  | "construct"
  /** The value goes to a built-in function. */
  | "nested"
  /** It is dropped: a task of the event loop, initializers of fields. */
  | "discard"
  /** It settles `promise`. */
  | "async"
  | "generator";

/** One call of a function. */
export class Frame {
  code: Code;
  scope: Scope | null;
  self: Value;
  callee: Closure | undefined;
  args: Value[];
  newTarget: JsObject | undefined;
  mode: FrameMode = "call";
  pc = 0;
  stack: (Value | Iteration)[] = [];
  /** Handlers of `try` around the present instruction. */
  blocks: { handler: number; depth: number; scope: Scope | null; isFinally?: true }[] = [];
  promise: JsPromise | undefined;
  generator: JsGenerator | undefined;
  /** It takes no value when it is put on top for the first time. */
  isUnstarted: true | undefined;
  /** The receiver of a call of an arrow function; it shows in stack traces. */
  receiver: Value;
  /** The built-in iteration that asked a generator for its next value. */
  isIterating: true | undefined;
  constructor(code: Code, scope: Scope | null, self: Value, args: Value[]) {
    this.code = code;
    this.scope = scope;
    this.self = self;
    this.args = args;
  }
}

/** An exception of JavaScript on its way to a handler. */
export class Thrown extends Error {
  override name = "Thrown";
  readonly value: Value;
  constructor(value: Value) {
    super("exception of a program");
    this.value = value;
  }
}

/** A generator's `return` on its way through `finally` blocks. */
export class Returning extends JsObject {
  value: Value;
  constructor(value: Value) {
    super(null);
    this.value = value;
  }
}

/** The process must wait; the call is made again when it goes on. */
export class Suspension extends Error {
  override name = "Suspension";
}

export const isObject = (value: unknown): value is JsObject => value instanceof JsObject;
export type Callable = Closure | Native | Bound | JsProxy;

export const isCallable = (value: unknown): value is Callable =>
  value instanceof Closure ||
  value instanceof Native ||
  value instanceof Bound ||
  (value instanceof JsProxy && isCallable(value.target));
