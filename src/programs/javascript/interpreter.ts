/**
 * The interpreter: frames instead of the host's call stack, so that a program can be put aside between any two
 * instructions and goes on later from its data.
 */
import type { ProcessView, Wait } from "../../shell/program.ts";
import type { Code, Source } from "./code.ts";
import { compileSource } from "./compile/compile-source.ts";
import { JsSyntaxError } from "./compile/syntax.ts";
import { errorOf } from "./errors.ts";
import { frameOf } from "./functions.ts";
import { advanceGenerator, endGenerator, yieldFromGenerator } from "./generators.ts";
import { makeIntrinsic, materializeAll, nativeOf } from "./intrinsics.ts";
import {
  Bound,
  Closure,
  EMPTY,
  type Frame,
  type FrameMode,
  isCallable,
  JsArray,
  type JsGenerator,
  JsObject,
  type JsPromise,
  JsProxy,
  type JsSymbol,
  Native,
  type Place,
  type Resumption,
  Returning,
  Suspension,
  Thrown,
  type Value,
} from "./objects.ts";
import { resultOf } from "./operations/iterations.ts";
import { newPromise, reject, resolve } from "./promises.ts";
import { get } from "./properties.ts";
import { syntaxText } from "./syntax-text.ts";
import { newTasks } from "./tasks.ts";
import { placeOfError, unwind } from "./unwind.ts";
import { ENTERED, type Operation, type Pending, type TaskKind, type Vm } from "./vm.ts";

/** Instructions of one call of `Program.run`; tests make it small. */
export const share = { instructions: 40_000 };
/** Instructions of built-in functions that loop, and of calls that cannot be put aside. */
const MAX_NESTED_INSTRUCTIONS = 2_000_000;
const MAX_FRAMES = 8_000;
/** Calls of the host that a program may be nested in: `toString` within `JSON.stringify` within … */
const MAX_NESTED_RUNS = 60;

export class Interpreter implements Vm {
  frames: Frame[] = [];
  tasks = newTasks();
  symbols = new Map<string, JsSymbol>();
  modules = new Map<string, Value>();
  facts = new Map<string, Value>();
  pending: Pending | null = null;
  process!: ProcessView;
  natives: Vm["natives"] = [];
  task: TaskKind = "main";
  major = 24;
  script!: Source;
  waits: readonly Wait[] = [];
  intrinsics = new Map<string, JsObject>();
  /** Objects of the interpreter that the program changed. */
  changed = new Set<JsObject>();
  /** Where the last error was raised. */
  thrownAt: Place | undefined;
  #steps = 0;
  #nested = 0;
  #result: Value;

  /** How far an answer that is prepared is ahead of the process, ms. */
  aheadMs = 0;

  get nowMs(): number {
    return this.process.nowMs + this.aheadMs;
  }

  /** Begins another share of instructions. */
  beginRun(): void {
    this.#steps = 0;
  }

  /** Instructions of the present share. */
  get steps(): number {
    return this.#steps;
  }

  get isSpent(): boolean {
    return this.#steps >= share.instructions;
  }

  /** Runs the frames. False: the budget of this run was spent. Throws Thrown and Suspension. */
  run(): boolean {
    return this.#runTo(0, share.instructions);
  }

  #runTo(floor: number, limit: number): boolean {
    const { frames, natives } = this;
    const count = natives.length;
    for (;;) {
      try {
        while (frames.length > floor) {
          if (this.#steps >= limit) return false;
          this.#steps++;
          const frame = frames[frames.length - 1]!;
          const pc = frame.pc++;
          (frame.code.operations[pc] as Operation)(this, frame, frame.code.arguments[pc] as never);
        }
        return true;
      } catch (error) {
        const thrown = error instanceof Suspension ? error : this.#toThrown(error);
        natives.length = count;
        if (thrown instanceof Suspension) {
          frames[frames.length - 1]!.pc--;
          throw thrown;
        }
        this.unwind(thrown, floor);
      }
    }
  }

  countStep(count = 1): void {
    this.#steps += count;
    if (this.#steps > MAX_NESTED_INSTRUCTIONS) this.fail("RangeError", "the program does not come to an end");
  }

  #toThrown(error: unknown): Thrown {
    if (error instanceof Thrown) return error;
    if (error instanceof JsSyntaxError) {
      const made = errorOf(this, "SyntaxError", error.message);
      made.wholeText = syntaxText(this, error);
      return new Thrown(made);
    }
    // The host's stack or memory is spent.
    if (error instanceof RangeError) return new Thrown(errorOf(this, "RangeError", "Maximum call stack size exceeded"));
    throw error;
  }

  /** Finds the handler of an error; throws it if there is none above `floor`. */
  unwind(error: Thrown, floor: number): void {
    this.pending = null;
    if (!(error.value instanceof Returning) && this.frames.length > floor) {
      this.thrownAt = placeOfError(this, error.value) ?? this.thrownAt;
    }
    unwind(this, error, floor);
  }

  push(frame: Frame): void {
    if (this.frames.length >= MAX_FRAMES) this.fail("RangeError", "Maximum call stack size exceeded");
    this.frames.push(frame);
  }

  // ---- calls

  enter(callee: Value, self: Value, args: Value[], mode: FrameMode): Value | typeof ENTERED {
    if (callee instanceof Closure) return this.#enterClosure(callee, self, args, mode);
    if (callee instanceof Native) {
      // These call another function in their own place.
      if (callee.name === "Function.prototype.call" && isCallable(self))
        return this.enter(self, args[0], args.slice(1), mode);
      if (callee.name === "Function.prototype.apply" && isCallable(self) && args[1] instanceof JsArray) {
        return this.enter(self, args[0], [...args[1].items], mode);
      }
      return this.#runNative(callee, self, args, undefined);
    }
    if (callee instanceof Bound) return this.enter(callee.target, callee.self, [...callee.args, ...args], mode);
    if (callee instanceof JsProxy && isCallable(callee.target)) {
      const trap = get(this, callee.handler, "apply");
      if (trap === undefined) return this.enter(callee.target, self, args, mode);
      return this.enter(trap, callee.handler, [callee.target, self, this.#array(args)], mode);
    }
    return this.fail("TypeError", `${String(callee instanceof JsObject ? "object" : callee)} is not a function`);
  }

  #array = (items: Value[]): JsArray => new JsArray(this.intrinsic("Array.prototype"), items);

  #enterClosure(callee: Closure, self: Value, args: Value[], mode: FrameMode): Value | typeof ENTERED {
    const { code } = callee;
    if (code.kind === "class") this.fail("TypeError", `Class constructor ${code.name} cannot be invoked without 'new'`);
    const frame = frameOf(this, callee, self, args);
    frame.mode = mode;
    if (!code.isAsync || code.isGenerator) {
      this.push(frame);
      return ENTERED;
    }
    frame.mode = "async";
    frame.promise = newPromise(this);
    this.push(frame);
    return frame.promise;
  }

  #runNative(callee: Native, self: Value, args: readonly Value[], newTarget: JsObject | undefined): Value {
    const { natives } = this;
    const count = natives.length;
    natives.push({ depth: this.frames.length, name: callee.name, self, isNew: newTarget !== undefined });
    const value = nativeOf(callee.name)(this, self, args, { newTarget, bound: callee.bound ?? [] });
    natives.length = count;
    return value;
  }

  enterNew(callee: Value, args: Value[], newTarget: JsObject): Value | typeof ENTERED {
    if (callee instanceof Native) return this.#runNative(callee, undefined, args, newTarget);
    if (callee instanceof Bound) {
      return this.enterNew(callee.target, [...callee.args, ...args], newTarget === callee ? callee.target : newTarget);
    }
    if (callee instanceof JsProxy) {
      const trap = get(this, callee.handler, "construct");
      if (trap === undefined)
        return this.enterNew(callee.target, args, newTarget === callee ? callee.target : newTarget);
      return this.enter(trap, callee.handler, [callee.target, this.#array(args), newTarget], "call");
    }
    const closure = callee as Closure;
    let self: Value = EMPTY;
    if (!closure.code.isDerived) {
      const proto = get(this, newTarget, "prototype");
      self = new JsObject(proto instanceof JsObject ? proto : this.intrinsic("Object.prototype"));
    }
    const frame = frameOf(this, closure, self, args);
    frame.self = self;
    frame.mode = "construct";
    frame.newTarget = newTarget;
    this.push(frame);
    return ENTERED;
  }

  call(callee: Value, self: Value, args: readonly Value[]): Value {
    if (callee instanceof Native) return this.#runNative(callee, self, args, undefined);
    const floor = this.frames.length;
    const result = this.enter(callee, self, [...args], "nested");
    return this.#runNested(floor, result);
  }

  construct(callee: Value, args: readonly Value[], newTarget = callee as JsObject): Value {
    if (callee instanceof Native) return this.#runNative(callee, undefined, args, newTarget);
    const floor = this.frames.length;
    const result = this.enterNew(callee, [...args], newTarget);
    const frame = this.frames[floor];
    if (frame) frame.mode = "nested";
    return this.#runNested(floor, result);
  }

  /** Runs the frames above `floor`; the value of the lowest of them, unless the call has given its value. */
  #runNested(floor: number, known: Value | typeof ENTERED): Value {
    if (this.frames.length === floor) return known as Value;
    const { natives } = this;
    const count = natives.length;
    if (++this.#nested > MAX_NESTED_RUNS) {
      this.#nested--;
      this.frames.length = floor;
      this.fail("RangeError", "Maximum call stack size exceeded");
    }
    try {
      this.#result = undefined;
      if (!this.#runTo(floor, MAX_NESTED_INSTRUCTIONS)) this.countStep();
      return known === ENTERED ? this.#result : known;
    } catch (error) {
      this.frames.length = floor;
      if (error instanceof Suspension) this.fail("Error", "a call from a built-in function cannot wait");
      throw error;
    } finally {
      natives.length = count;
      this.#nested--;
    }
  }

  runAbove(floor: number): void {
    this.#runNested(floor, undefined);
  }

  finish(frame: Frame, value: Value): void {
    this.frames.pop();
    switch (frame.mode) {
      case "call":
        this.frames[this.frames.length - 1]?.stack.push(value);
        return;
      case "construct":
        this.frames[this.frames.length - 1]?.stack.push(this.#constructed(frame, value));
        return;
      case "nested":
        this.#result = frame.newTarget && frame.code.kind !== "arrow" ? this.#constructed(frame, value) : value;
        return;
      case "async":
        resolve(this, frame.promise!, value);
        return;
      case "generator":
        this.#endGenerator(frame, value);
        return;
      default:
        if (frame.promise) resolve(this, frame.promise, value);
    }
  }

  #constructed(frame: Frame, value: Value): Value {
    if (value instanceof JsObject) return value;
    if (frame.self === EMPTY) {
      this.fail(
        "ReferenceError",
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
      );
    }
    return frame.self;
  }

  // ---- generators

  #endGenerator(frame: Frame, value: Value): void {
    const result = endGenerator(this, frame, value);
    if (result) this.#result = result;
  }

  yieldValue(frame: Frame, value: Value): void {
    const result = yieldFromGenerator(this, frame, value);
    if (result) this.#result = result;
  }

  resume(generator: JsGenerator, kind: Resumption, value: Value): Value {
    const { frame } = generator;
    if (generator.isRunning) this.fail("TypeError", "Generator is already running");
    if (!frame) {
      if (kind === "throw") throw new Thrown(value);
      return resultOf(this, kind === "return" ? value : undefined, true);
    }
    const floor = this.frames.length;
    this.enterFrame(frame, kind, value);
    return this.#runNested(floor, ENTERED);
  }

  enterFrame(frame: Frame, kind: Resumption, value: Value): void {
    const floor = this.frames.length;
    if (frame.generator) frame.generator.isRunning = true;
    this.push(frame);
    if (kind === "next") {
      // At the first start of a generator nothing is sent.
      if (frame.isUnstarted) frame.isUnstarted = undefined;
      else if (frame.generator && !frame.generator.isStarted) frame.generator.isStarted = true;
      else frame.stack.push(value);
      return;
    }
    this.unwind(new Thrown(kind === "return" ? new Returning(value) : value), floor);
  }

  enterReaction(handler: Value, value: Value, promise: JsPromise | undefined): void {
    try {
      const known = this.enter(handler, undefined, [value], "discard");
      const frame = this.frames.at(-1);
      if (known !== ENTERED) {
        if (promise) resolve(this, promise, known);
      } else if (promise && frame) {
        // The frame's value settles the promise, and so does its error.
        frame.mode = "async";
        frame.promise = promise;
      }
    } catch (error) {
      const { value: reason } = this.#toThrown(error);
      if (promise) reject(this, promise, reason);
      else throw error;
    }
  }

  advanceGenerator(generator: JsGenerator): void {
    advanceGenerator(this, generator);
  }

  // ---- objects

  intrinsic(name: string): JsObject {
    let found = this.intrinsics.get(name);
    if (!found) {
      found = makeIntrinsic(
        this,
        name,
        (path, text) => compileSource({ file: `lib:${path}`, text, kind: "function" })[1]!,
      );
      this.intrinsics.set(name, found);
    }
    return found;
  }

  compile(source: Source): readonly Code[] {
    return compileSource(source);
  }

  touch(object: JsObject): void {
    if (object.intrinsic === undefined || this.changed.has(object)) return;
    materializeAll(this, object);
    this.changed.add(object);
  }

  fail(type: string, message: string, fields: Readonly<Record<string, Value>> = {}): never {
    throw new Thrown(errorOf(this, type, message, fields));
  }

  wait(...waits: Wait[]): never {
    this.waits = waits;
    throw new Suspension();
  }
}
