/** The instructions of the interpreter. */
import { ASYNC_OPERATIONS } from "./async-operations.ts";
import { callValue } from "./calls.ts";
import { builtinClass, isSubclass, typeName } from "./classes.ts";
import type { CallShape, ImportShape, UnpackShape } from "./code.ts";
import { compileSource } from "./compile-source.ts";
import { raise } from "./errors.ts";
import { format, repr, str } from "./formatting.ts";
import { iterate, nextOf } from "./iteration.ts";
import { deleteName, loadName, storeName } from "./names.ts";
import {
  Builtin,
  Dict,
  type Frame,
  Generator,
  Instance,
  List,
  Method,
  type Module,
  PyClass,
  PyError,
  PyFunction,
  PySet,
  Slice,
  Tuple,
  type Value,
} from "./objects.ts";
import { binary, compare, keyOf, truth, unary } from "./operators.ts";
import type { Interpreter } from "./vm.ts";
import { END } from "./vm.ts";

type Operation = (vm: Interpreter, frame: Frame, argument: never) => void;

const pop = (frame: Frame): Value => frame.stack.pop() as Value;
const top = (frame: Frame): Value => frame.stack.at(-1) as Value;
const popMany = (frame: Frame, count: number): Value[] => (count === 0 ? [] : frame.stack.splice(-count));

const STACK: Record<string, Operation> = {
  constant: (_vm, frame, value: Value) => void frame.stack.push(value),
  pop: (_vm, frame) => void frame.stack.pop(),
  /** Shows the value of a statement in the interactive mode (sys.displayhook). */
  display(vm, frame) {
    const value = pop(frame);
    if (value === null) return;
    vm.builtins.variables.set("_", value);
    vm.builtin("print", [repr(vm, value)]);
  },
  duplicate: (_vm, frame) => void frame.stack.push(top(frame)),
  duplicateTwo: (_vm, frame) => void frame.stack.push(...frame.stack.slice(-2)),
  /** a b → b a b */
  duplicateBelow(_vm, frame) {
    const [a, b] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(b, a, b);
  },
  swap(_vm, frame) {
    const [a, b] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(b, a);
  },
};

const NAMES: Record<string, Operation> = {
  load: (vm, frame, name: string) => void frame.stack.push(loadName(vm, frame, name)),
  store: (_vm, frame, name: string) => storeName(frame, name, pop(frame)),
  delete: (_vm, frame, name: string) => deleteName(frame, name),
  /** A field of a class body with a type; data classes read their names. */
  annotate(vm, frame, name: string) {
    const known = frame.scope.variables.get("__annotations__");
    const annotations = known instanceof Dict ? known : new Dict();
    vm.setSubscript(annotations, name, null);
    frame.scope.variables.set("__annotations__", annotations);
  },
  attribute: (vm, frame, name: string) => void frame.stack.push(vm.attribute(pop(frame), name)),
  storeAttribute(vm, frame, name: string) {
    const [value, object] = popMany(frame, 2) as [Value, Value];
    vm.setAttribute(object, name, value);
  },
  deleteAttribute: (vm, frame, name: string) => vm.deleteAttribute(pop(frame), name),
  subscript(vm, frame) {
    const [container, index] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(vm.subscript(container, index));
  },
  storeSubscript(vm, frame) {
    const [value, container, index] = popMany(frame, 3) as [Value, Value, Value];
    vm.setSubscript(container, index, value);
  },
  /** container index value → */
  storeSubscriptBelow(vm, frame) {
    const [container, index, value] = popMany(frame, 3) as [Value, Value, Value];
    vm.setSubscript(container, index, value);
  },
  deleteSubscript(vm, frame) {
    const [container, index] = popMany(frame, 2) as [Value, Value];
    vm.deleteSubscript(container, index);
  },
};

const VALUES: Record<string, Operation> = {
  unary: (vm, frame, operator: string) => void frame.stack.push(unary(vm, operator, pop(frame))),
  binary(vm, frame, operator: string) {
    const [a, b] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(binary(vm, operator, a, b));
  },
  /** Lists and sets change in place. */
  inplace(vm, frame, operator: string) {
    const [a, b] = popMany(frame, 2) as [Value, Value];
    if (operator === "+" && a instanceof List) {
      a.items.push(...vm.list(b));
      frame.stack.push(a);
      return;
    }
    const names: Record<string, string> = { "+": "__iadd__", "-": "__isub__", "*": "__imul__" };
    const method = a instanceof Instance ? vm.methodOf(a, names[operator] ?? "") : undefined;
    frame.stack.push(method ? vm.call(method, [b]) : binary(vm, operator, a, b));
  },
  compare(vm, frame, operator: string) {
    const [a, b] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(compare(vm, operator, a, b));
  },
  slice(_vm, frame) {
    const [start, stop, step] = popMany(frame, 3) as [Value, Value, Value];
    frame.stack.push(new Slice(start, stop, step));
  },
  list: (_vm, frame, count: number) => void frame.stack.push(new List(popMany(frame, count))),
  tuple: (_vm, frame, count: number) => void frame.stack.push(new Tuple(popMany(frame, count))),
  set: (vm, frame, count: number) => void frame.stack.push(setOf(vm, popMany(frame, count))),
  listOf: (vm, frame, { shape }: CallShape) => void frame.stack.push(new List(unpackStars(vm, frame, shape))),
  tupleOf: (vm, frame, { shape }: CallShape) => void frame.stack.push(new Tuple(unpackStars(vm, frame, shape))),
  setOf: (vm, frame, { shape }: CallShape) => void frame.stack.push(setOf(vm, unpackStars(vm, frame, shape))),
  dict: (_vm, frame) => void frame.stack.push(new Dict()),
  dictAdd(vm, frame) {
    const [key, value] = popMany(frame, 2) as [Value, Value];
    vm.setSubscript(top(frame), key, value);
  },
  dictUpdate(vm, frame) {
    const other = pop(frame);
    if (!(other instanceof Dict)) raise("TypeError", `'${typeName(other)}' object is not a mapping`);
    for (const [key, value] of other.entries.values()) vm.setSubscript(top(frame), key, value);
  },
  listAppend(_vm, frame, depth: number) {
    const value = pop(frame);
    (frame.stack.at(-1 - depth) as List).items.push(value);
  },
  setAppend(vm, frame, depth: number) {
    const value = pop(frame);
    (frame.stack.at(-1 - depth) as PySet).entries.set(keyOf(vm, value), value);
  },
  dictAppend(vm, frame, depth: number) {
    const [key, value] = popMany(frame, 2) as [Value, Value];
    vm.setSubscript(frame.stack.at(-1 - depth) as Dict, key, value);
  },
  join(vm, frame, count: number) {
    frame.stack.push(
      popMany(frame, count)
        .map((part) => str(vm, part))
        .join(""),
    );
  },
  format(vm, frame, conversion: string) {
    const [value, spec] = popMany(frame, 2) as [Value, Value];
    const shown = conversion === "r" ? repr(vm, value) : conversion === "s" ? str(vm, value) : value;
    frame.stack.push(format(vm, shown, spec as string));
  },
  unpack(vm, frame, { before, after }: UnpackShape) {
    const value = pop(frame);
    frame.stack.push(...unpack(vm, value, before, after).reverse());
  },
  matchClass(vm, frame) {
    const [value, type] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(vm.builtin("isinstance", [value, type]));
  },
  matchSequence(_vm, frame, length: number) {
    const value = pop(frame);
    frame.stack.push((value instanceof List || value instanceof Tuple) && value.items.length === length);
  },
  matchLongSequence(_vm, frame, length: number) {
    const value = pop(frame);
    frame.stack.push((value instanceof List || value instanceof Tuple) && value.items.length >= length);
  },
  /** The part of a sequence under a star is a list. */
  matchList(vm, frame) {
    frame.stack.push(new List(vm.list(pop(frame))));
  },
  matchMapping(_vm, frame) {
    frame.stack.push(pop(frame) instanceof Dict);
  },
  matchKey(vm, frame) {
    const [value, key] = popMany(frame, 2) as [Value, Value];
    frame.stack.push(value instanceof Dict && value.entries.has(keyOf(vm, key)));
  },
  matchRest(vm, frame, count: number) {
    const keys = popMany(frame, count);
    const rest = new Dict();
    for (const [key, entry] of (pop(frame) as Dict).entries) rest.entries.set(key, entry);
    for (const key of keys) rest.entries.delete(keyOf(vm, key));
    frame.stack.push(rest);
  },
  matchAttribute(vm, frame, name: string) {
    frame.stack.push(vm.builtin("hasattr", [pop(frame), name]));
  },
  /** A built-in value is its own first part; other classes name their parts. */
  matchArgument(vm, frame, position: number) {
    const value = pop(frame);
    if (!(value instanceof Instance)) {
      frame.stack.push(value);
      return;
    }
    const names = vm.list(vm.attribute(value, "__match_args__"));
    frame.stack.push(vm.attribute(value, names[position] as string));
  },
};

function setOf(vm: Interpreter, items: readonly Value[]): PySet {
  const made = new PySet();
  for (const item of items) made.entries.set(keyOf(vm, item), item);
  return made;
}

function unpackStars(vm: Interpreter, frame: Frame, shape: readonly string[]): Value[] {
  return popMany(frame, shape.length).flatMap((value, i) => (shape[i] === "*" ? vm.list(value) : [value]));
}

function unpack(vm: Interpreter, value: Value, before: number, after: number | undefined): Value[] {
  if (value === null || typeof value === "bigint" || typeof value === "number" || typeof value === "boolean") {
    raise("TypeError", `cannot unpack non-iterable ${typeName(value)} object`);
  }
  const items = vm.list(value);
  const needed = before + (after ?? 0);
  if (items.length < needed) {
    const atLeast = after === undefined ? "" : "at least ";
    raise("ValueError", `not enough values to unpack (expected ${atLeast}${needed}, got ${items.length})`);
  }
  if (after === undefined) {
    if (items.length > before) raise("ValueError", `too many values to unpack (expected ${before})`);
    return items;
  }
  const middle = items.slice(before, items.length - after);
  return [...items.slice(0, before), new List(middle), ...items.slice(items.length - after)];
}

const FLOW: Record<string, Operation> = {
  jump(_vm, frame, to: number) {
    frame.pc = to;
  },
  jumpIfFalse(vm, frame, to: number) {
    if (!truth(vm, pop(frame))) frame.pc = to;
  },
  jumpIfTrue(vm, frame, to: number) {
    if (truth(vm, pop(frame))) frame.pc = to;
  },
  jumpIfFalseOrPop(vm, frame, to: number) {
    if (truth(vm, top(frame))) frame.stack.pop();
    else frame.pc = to;
  },
  jumpIfTrueOrPop(vm, frame, to: number) {
    if (truth(vm, top(frame))) frame.pc = to;
    else frame.stack.pop();
  },
  /** b result → result (and jump) if it is false, else b */
  jumpIfFalseOrPopBelow(vm, frame, to: number) {
    const result = pop(frame);
    if (truth(vm, result)) return;
    frame.stack.pop();
    frame.stack.push(result);
    frame.pc = to;
  },
  iterate: (vm, frame) => void frame.stack.push(iterate(vm, pop(frame))),
  next(vm, frame, to: number) {
    const iterator = top(frame);
    if (iterator instanceof Generator && !iterator.isRunning && iterator.frame) {
      vm.enterGenerator(iterator, null);
      return;
    }
    const value = nextOf(vm, iterator);
    if (value !== END) frame.stack.push(value);
    else {
      frame.stack.pop();
      frame.pc = to;
    }
  },
  return: (vm, frame) => vm.finish(frame, pop(frame)),
  yield: (vm, frame) => vm.yieldValue(frame, pop(frame)),
};

const CALLS: Record<string, Operation> = {
  call(vm, frame, { shape }: CallShape) {
    const values = frame.stack.slice(frame.stack.length - shape.length);
    const callee = frame.stack.at(-1 - shape.length) as Value;
    const args: Value[] = [];
    const keywords = new Map<string, Value>();
    values.forEach((value, i) => {
      const kind = shape[i]!;
      if (kind === "") args.push(value);
      else if (kind === "*") args.push(...vm.list(value));
      else if (kind === "**")
        for (const [key, each] of (value as Dict).entries.values()) keywords.set(String(key), each);
      else keywords.set(kind, value);
    });
    // The operands stay until the call succeeds: a call that waits is made again.
    const depth = frame.stack.length - shape.length - 1;
    const isNative = callee instanceof Builtin || (callee instanceof Method && callee.target instanceof Builtin);
    if (!isNative) frame.stack.length = depth;
    const result = callValue(vm, callee, args, keywords);
    if (isNative) frame.stack.length = depth;
    if (result !== undefined) frame.stack.push(result);
  },
  function(_vm, frame, number: number) {
    const { code, scope, globals } = frame;
    const inner = compileSource(code.source, code.file)[number]!;
    // Names of a class body are not visible in its methods.
    const enclosing = code.isModule ? null : code.isClass ? scope.parent : scope;
    frame.stack.push(new PyFunction(inner, enclosing, globals));
  },
  defaults(_vm, frame, { shape: [count, ...names] }: CallShape) {
    const made = pop(frame) as PyFunction;
    const keywords = popMany(frame, names.length);
    for (const [i, name] of names.entries()) made.keywordDefaults.set(name, keywords[i]!);
    made.defaults = popMany(frame, Number(count));
    frame.stack.push(made);
  },
  /** body → a function of the bases that makes the class */
  classBuilder(_vm, frame, name: string) {
    const body = pop(frame) as PyFunction;
    body.attributes.set(".class", name);
    frame.stack.push(new Method(body, new Builtin("build_class")));
  },
  import(vm, frame, { module, names }: ImportShape) {
    const path = names[0] === "*" ? [module] : [module, module.split(".")[0]!];
    const found = vm.import(path[0]!);
    // The module's frame runs first; then this instruction finds it loaded.
    if (!found) return void frame.pc--;
    frame.stack.push(path.length > 1 ? (vm.modules.get(path[1]!) ?? found) : found);
  },
  importName(vm, frame, name: string) {
    const module = top(frame) as Module;
    const { variables } = module.scope;
    const found = variables.has(name) ? variables.get(name) : vm.modules.get(`${module.name}.${name}`);
    if (found === undefined) {
      raise("ImportError", `cannot import name '${name}' from '${module.name}' (unknown location)`);
    }
    frame.stack.push(found);
  },
  importAll(_vm, frame) {
    const module = pop(frame) as Module;
    for (const [name, value] of module.scope.variables) if (!name.startsWith("_")) storeName(frame, name, value);
  },
};

const BLOCKS: Record<string, Operation> = {
  ...ASYNC_OPERATIONS,
  enterBlock(_vm, frame, handler: number) {
    frame.blocks.push({ handler, depth: frame.stack.length, exceptions: frame.exceptions.length });
  },
  leaveBlock: (_vm, frame) => void frame.blocks.pop(),
  handled: (_vm, frame) => void frame.exceptions.pop(),
  exception: (_vm, frame) => void frame.stack.push(frame.exceptions.at(-1)!),
  matchException(_vm, frame) {
    const wanted = pop(frame);
    const types = wanted instanceof Tuple ? wanted.items : [wanted];
    const { type } = frame.exceptions.at(-1)!;
    frame.stack.push(types.some((each) => each instanceof PyClass && isSubclass(type, each)));
  },
  raise(vm, frame, causes: number) {
    const cause = causes > 0 ? pop(frame) : undefined;
    const value = pop(frame);
    const exception = value instanceof PyClass ? vm.call(value, []) : value;
    if (!(exception instanceof Instance && isSubclass(exception.type, builtinClass("BaseException")))) {
      raise("TypeError", "exceptions must derive from BaseException");
    }
    if (cause !== undefined) exception.attributes.set("__cause__", cause);
    throw new PyError(exception);
  },
  reraise(vm, frame) {
    const exception =
      frame.exceptions.at(-1) ?? vm.frames.findLast(({ exceptions }) => exceptions.length)?.exceptions.at(-1);
    if (!exception) raise("RuntimeError", "No active exception to reraise");
    throw new PyError(exception);
  },
  enterManager(vm, frame) {
    const manager = top(frame);
    frame.stack.push(vm.call(vm.attribute(manager, "__enter__"), []));
  },
  enterBlockBelow(_vm, frame, handler: number) {
    frame.blocks.push({ handler, depth: frame.stack.length - 1, exceptions: frame.exceptions.length });
  },
  leaveManager(vm, frame) {
    const { depth } = frame.blocks.pop()!;
    const [manager] = frame.stack.splice(depth - 1, 1) as [Value];
    vm.call(vm.attribute(manager, "__exit__"), [null, null, null]);
  },
  exitManagerWithException(vm, frame) {
    const exception = frame.exceptions.at(-1)!;
    const manager = pop(frame);
    const isHandled = truth(vm, vm.call(vm.attribute(manager, "__exit__"), [exception.type, exception, null]));
    if (!isHandled) throw new PyError(exception);
    frame.exceptions.pop();
  },
};

export const OPERATIONS: Record<string, Operation> = { ...STACK, ...NAMES, ...VALUES, ...FLOW, ...CALLS, ...BLOCKS };
