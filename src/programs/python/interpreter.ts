/**
 * The interpreter: frames instead of the host's call stack, so that a program can be put aside between any two
 * instructions and goes on later from its data.
 */
import type { ProcessView, Wait } from "../../shell/program.ts";
import { deleteSubscript, setSubscript, subscript } from "./access.ts";
import { attributeOf, deleteAttribute, setAttribute } from "./attributes.ts";
import { nativeOf } from "./builtins/registry.ts";
import { callValue } from "./calls.ts";
import { builtinClass, classAttribute, isSubclass } from "./classes.ts";
import { compileSource } from "./compile-source.ts";
import { exceptionOf, LimitExceeded, raise, Suspension, TooLarge } from "./errors.ts";
import { iterate, nextOf } from "./iteration.ts";
import { importModule } from "./modules.ts";
import {
  Builtin,
  Frame,
  Generator,
  type Instance,
  List,
  Method,
  Module,
  PyError,
  type PyFunction,
  Scope,
  Tuple,
  type Value,
} from "./objects.ts";
import { OPERATIONS } from "./operations.ts";
import { PythonSyntaxError } from "./syntax.ts";
import { END, type Pending, type Interpreter as Vm } from "./vm.ts";

/** Instructions of one call of `Program.run`, and of one call back into Python from a built-in function. */
const MAX_INSTRUCTIONS_PER_RUN = 40_000;
const MAX_FRAMES = 1_000;
/** Calls of the host that Python code may be nested in: `sorted(key=…)` within `__str__` within … */
const MAX_NESTED_RUNS = 60;

export class Interpreter implements Vm {
  frames: Frame[] = [];
  modules = new Map<string, Module>();
  /** State of a call that waits, kept until it is made again. */
  pending: Pending | null = null;
  process!: ProcessView;
  builtins = new Scope();
  /** sys.argv. */
  arguments: string[] = [];
  /** The first folder of sys.path. */
  folder = "/";
  isUnbuffered = false;
  nextAddress = 0x7f3a_0c10_0000;
  waits: readonly Wait[] = [];
  #steps = 0;
  #nested = 0;

  /** Starts a source as the program's main module. Throws PythonSyntaxError. */
  start(text: string, file: string): void {
    const [code] = compileSource(text, file);
    const module = new Module("__main__");
    module.scope.variables.set("__name__", "__main__");
    module.scope.variables.set("__builtins__", null);
    if (file !== "<string>") module.scope.variables.set("__file__", file);
    this.modules.set("__main__", module);
    this.frames.push(new Frame(code!, module.scope, module.scope));
  }

  /** Runs until the main module ends. False: the budget of this run was spent. Throws PyError and Suspension. */
  run(): boolean {
    this.#steps = 0;
    while (this.frames.length > 0) {
      if (this.#steps >= MAX_INSTRUCTIONS_PER_RUN) return false;
      this.#step(0);
    }
    return true;
  }

  /** Instructions of the present run, with the loops of built-in functions. */
  get steps(): number {
    return this.#steps;
  }

  /** Counts work of built-in functions that loop. */
  countStep(): void {
    if (++this.#steps > MAX_INSTRUCTIONS_PER_RUN * 50) raise("RuntimeError", "the program does not come to an end");
  }

  #step(floor: number): void {
    const frame = this.frames.at(-1)!;
    const [operation, argument] = frame.code.instructions[frame.pc++]!;
    this.#steps++;
    try {
      OPERATIONS[operation]!(this, frame, argument as never);
    } catch (error) {
      if (error instanceof Suspension) {
        frame.pc--;
        throw error;
      }
      this.#unwind(toPyError(error, this.process), floor);
    }
  }

  /** Finds the handler of an exception; throws it if there is none above `floor`. */
  #unwind(error: PyError, floor: number): void {
    const { exception } = error;
    while (this.frames.length > floor) {
      const frame = this.frames.at(-1)!;
      addTraceback(exception, frame);
      const block = frame.blocks.pop();
      if (block) {
        frame.stack.length = block.depth;
        frame.exceptions.length = block.exceptions;
        frame.exceptions.push(exception);
        frame.pc = block.handler;
        return;
      }
      if (frame.generator) Object.assign(frame.generator, { frame: null, isRunning: false });
      this.frames.pop();
    }
    throw error;
  }

  push(frame: Frame): void {
    if (this.frames.length >= MAX_FRAMES) raise("RecursionError", "maximum recursion depth exceeded");
    this.frames.push(frame);
  }

  /** Calls a value from a built-in function; the call may not wait. */
  call(callee: Value, args: Value[], keywords = new Map<string, Value>()): Value {
    const floor = this.frames.length;
    const result = callValue(this, callee, args, keywords);
    return result === undefined ? this.#runNested(floor) : result;
  }

  /** Runs a frame to its end, from a built-in function. */
  runFrame(frame: Frame): Value {
    const floor = this.frames.length;
    this.push(frame);
    return this.#runNested(floor);
  }

  /** Runs the frames above `floor`, with an exception first; the value of the lowest of them. */
  #runNested(floor: number, thrown?: PyError): Value {
    if (++this.#nested > MAX_NESTED_RUNS) {
      this.#nested--;
      raise("RecursionError", "maximum recursion depth exceeded");
    }
    this.frames[floor]!.isNested = true;
    try {
      this.#nestedResult = undefined;
      if (thrown) this.#unwind(thrown, floor);
      while (this.frames.length > floor) {
        this.countStep();
        this.#step(floor);
      }
      return this.#nestedResult ?? null;
    } catch (error) {
      this.frames.length = floor;
      if (error instanceof Suspension) raise("RuntimeError", "a call from a built-in function cannot wait");
      throw error;
    } finally {
      this.#nested--;
    }
  }

  #nestedResult: Value | undefined;

  /** Ends the present frame with a value, which goes to its caller. */
  finish(frame: Frame, value: Value): void {
    this.frames.pop();
    const result = frame.result ?? value;
    if (frame.generator) {
      frame.generator.frame = null;
      this.generatorResult = value;
      this.#endGenerator(frame);
    } else if (frame.isNested) {
      this.#nestedResult = result;
    } else if (!frame.code.isModule) {
      this.frames.at(-1)?.stack.push(result);
    }
  }

  #endGenerator(frame: Frame): void {
    frame.generator!.isRunning = false;
    if (frame.isNested) {
      this.#generatorEnded = true;
      return;
    }
    const caller = this.frames.at(-1)!;
    // The caller stands at its `next` instruction: it takes the jump.
    caller.stack.pop();
    caller.pc = caller.code.instructions[caller.pc - 1]![1] as number;
  }

  #generatorEnded = false;
  /** The value that the generator which ended last has returned. */
  generatorResult: Value = null;

  /** A generator gives a value: its frame is put aside. */
  yieldValue(frame: Frame, value: Value): void {
    this.frames.pop();
    frame.generator!.isRunning = false;
    if (frame.isNested) {
      frame.isNested = false;
      this.#nestedResult = value;
    } else {
      this.frames.at(-1)!.stack.push(value);
    }
  }

  /** The next value of a generator, from a built-in function. */
  resume(generator: Generator, sent: Value): Value | typeof END {
    const { frame } = generator;
    if (generator.isRunning) raise("ValueError", "generator already executing");
    if (!frame) return END;
    const floor = this.frames.length;
    this.enterGenerator(generator, sent);
    this.#generatorEnded = false;
    const value = this.#runNested(floor);
    const isOver = this.#generatorEnded;
    this.#generatorEnded = false;
    return isOver ? END : value;
  }

  throwInto(generator: Generator, error: PyError): Value | typeof END {
    if (generator.isRunning) raise("ValueError", "generator already executing");
    if (!generator.frame) throw error;
    const floor = this.frames.length;
    for (let inner: Generator | undefined = generator; inner?.frame; inner = delegateOf(inner.frame)) {
      inner.isRunning = true;
      this.push(inner.frame);
    }
    this.#generatorEnded = false;
    const value = this.#runNested(floor, error);
    const isOver = this.#generatorEnded;
    this.#generatorEnded = false;
    return isOver ? END : value;
  }

  /** Puts a generator's frame on top. At its first start nothing is sent. */
  enterGenerator(generator: Generator, sent: Value): void {
    const frame = generator.frame!;
    if (frame.pc > 0) frame.stack.push(sent);
    generator.isRunning = true;
    this.push(frame);
    const { thrown } = generator;
    generator.thrown = null;
    if (thrown) throw new PyError(thrown);
  }

  // ---- access for built-in functions

  attribute(value: Value, name: string): Value {
    return attributeOf(this, value, name);
  }

  setAttribute(value: Value, name: string, to: Value): void {
    setAttribute(this, value, name, to);
  }

  deleteAttribute(value: Value, name: string): void {
    deleteAttribute(value, name);
  }

  subscript(container: Value, index: Value): Value {
    return subscript(this, container, index);
  }

  setSubscript(container: Value, index: Value, value: Value): void {
    setSubscript(this, container, index, value);
  }

  deleteSubscript(container: Value, index: Value): void {
    deleteSubscript(this, container, index);
  }

  /** A method that the instance's class defines in Python or as a built-in function. */
  methodOf(instance: Instance, name: string): Method | undefined {
    const found = classAttribute(instance.type, name);
    return found instanceof Builtin || isFunction(found) ? new Method(instance, found) : undefined;
  }

  /** Calls a built-in function by its name. */
  builtin(name: string, args: Value[]): Value {
    return nativeOf(name)!(this, args, new Map());
  }

  text(value: Value): string {
    if (typeof value !== "string") raise("TypeError", "__str__ returned non-string");
    return value;
  }

  /** All values of an iterable. */
  list(value: Value): Value[] {
    if (value instanceof List || value instanceof Tuple) return [...value.items];
    const iterator = iterate(this, value);
    const items: Value[] = [];
    for (;;) {
      this.countStep();
      const item = nextOf(this, iterator);
      if (item === END) return items;
      items.push(item);
    }
  }

  /** A value, or END where the call raises StopIteration. */
  untilStop(body: () => Value): Value | typeof END {
    try {
      return body();
    } catch (error) {
      if (this.isRaised(error, "StopIteration")) return END;
      throw error;
    }
  }

  isRaised(error: unknown, name: string): error is PyError {
    return error instanceof PyError && isSubclass(error.exception.type, builtinClass(name));
  }

  /** A stable number of an object, as `id` and `repr` show it. */
  address(value: { address?: number }): string {
    value.address ??= this.nextAddress += 0x40;
    return `0x${value.address.toString(16)}`;
  }

  /** The process waits for one of these; the present call is made again afterwards. */
  wait(...waits: Wait[]): never {
    this.waits = waits;
    throw new Suspension();
  }

  /** Raises an exception where the program stands: a signal. */
  interrupt(error: PyError): void {
    this.pending = null;
    this.#unwind(error, 0);
  }

  /** Undefined: a frame was pushed, and its result will be on the stack. */
  import(name: string): Module | undefined {
    return importModule(this, name);
  }
}

/** The generator that a frame gave its last value from; the frame is set to where it has just asked it for a value. */
function delegateOf(frame: Frame): Generator | undefined {
  const { instructions } = frame.code;
  const loop = instructions[frame.pc];
  const inner = frame.stack.at(-1);
  if (loop?.[0] !== "jump" || !(inner instanceof Generator)) return undefined;
  const start = loop[1] as number;
  if (instructions[start]?.[0] !== "delegate") return undefined;
  frame.pc = start + 1;
  return inner;
}

function isFunction(value: Value | undefined): value is PyFunction {
  return typeof value === "object" && value !== null && "code" in value && "defaults" in value;
}

/** Throws all that is no exception of Python. */
function toPyError(error: unknown, { host }: ProcessView): PyError {
  if (error instanceof PyError) return error;
  if (error instanceof TooLarge) {
    // Linux refuses at once what is larger than the machine, and gives what is larger than the container's limit.
    const isGiven = error.bytes <= host.memoryBytes;
    if (isGiven && error.bytes > (host.memoryLimitBytes ?? host.memoryBytes)) throw new LimitExceeded(error.bytes);
    return new PyError(exceptionOf("MemoryError"));
  }
  if (error instanceof PythonSyntaxError) return new PyError(exceptionOf("SyntaxError", error.message));
  if (error instanceof RangeError) return new PyError(exceptionOf("MemoryError"));
  throw error;
}

/** Lines of the traceback: file, line and function, innermost first. */
function addTraceback(exception: Instance, { code, pc }: Frame): void {
  const known = exception.attributes.get(".traceback");
  const list = known instanceof List ? known : new List();
  if (list.items.length < 50) {
    list.items.push(new Tuple([code.file, BigInt(code.lines[pc - 1] ?? 0), code.name]));
  }
  exception.attributes.set(".traceback", list);
}
