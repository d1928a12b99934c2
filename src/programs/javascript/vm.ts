/** The interpreter as its parts see it: instructions, built-in functions and modules. `interpreter.ts` implements it. */
import type { ProcessView, Wait } from "../../shell/program.ts";
import type { Code, Source } from "./code.ts";
import type { Frame, FrameMode, JsGenerator, JsObject, JsPromise, JsSymbol, Resumption, Value } from "./objects.ts";
import type { Tasks } from "./tasks.ts";

export type Operation = (vm: Vm, frame: Frame, argument: never) => void;

/** A built-in function. `newTarget` is defined in a call with `new`. `bound` are values that it was made with. */
export type NativeFunction = (
  vm: Vm,
  self: Value,
  args: readonly Value[],
  extra: { newTarget: JsObject | undefined; bound: Value[] },
) => Value;

/** State of a built-in call that waits: values of JavaScript and JSON. */
export type Pending = { [name: string]: unknown };

export interface Vm {
  readonly process: ProcessView;
  readonly frames: Frame[];
  readonly tasks: Tasks;
  /** Symbols of `Symbol.for`. */
  readonly symbols: Map<string, JsSymbol>;
  /** Modules of the interpreter by name: what `require` gives. */
  readonly modules: Map<string, Value>;
  /** Counters and settings of modules. */
  readonly facts: Map<string, Value>;
  /** Kept until the built-in call that waits is made again; that call clears it. */
  pending: Pending | null;
  /** Counts work of built-in functions that loop. Throws an error of the program beyond a limit. */
  countStep(count?: number): void;
  /** The process waits for one of these; the present call is made again afterwards. */
  wait(...waits: Wait[]): never;
  /** Puts a frame on top. Throws RangeError of JavaScript. */
  push(frame: Frame): void;
  /** Ends the present frame with a value. */
  finish(frame: Frame, value: Value): void;
  /** Calls a value from an instruction: its frame is on top, or its value is returned. */
  enter(callee: Value, self: Value, args: Value[], mode: FrameMode): Value | typeof ENTERED;
  /** As `enter`, for `new`. */
  enterNew(callee: Value, args: Value[], newTarget: JsObject): Value | typeof ENTERED;
  /** Calls a value from a built-in function; the call may not wait. */
  call(callee: Value, self: Value, args: readonly Value[]): Value;
  construct(callee: Value, args: readonly Value[], newTarget?: JsObject): Value;
  /** Resumes a generator from a built-in function: `{ value, done }`. */
  resume(generator: JsGenerator, kind: Resumption, value: Value): Value;
  /** Puts a suspended frame on top, with a value, an error or a return. */
  enterFrame(frame: Frame, kind: Resumption, value: Value): void;
  /** Calls a handler of a promise; its value settles the promise that `then` returned. */
  enterReaction(handler: Value, value: Value, promise: JsPromise | undefined): void;
  /** Runs the async generator's next request, if it does not run. */
  advanceGenerator(generator: JsGenerator): void;
  /** Runs the frames above a depth, from a built-in function. */
  runAbove(floor: number): void;
  /** The codes of a source. Throws JsSyntaxError. */
  compile(source: Source): readonly Code[];
  /** An object of the interpreter: `Array.prototype`, `Math.max`. */
  intrinsic(name: string): JsObject;
  /** Called before an object of the interpreter is changed. */
  touch(object: JsObject): void;
  /** Raises an error of a built-in class. */
  fail(type: string, message: string, fields?: Readonly<Record<string, Value>>): never;
  /** A generator gives a value: its frame is put aside. */
  yieldValue(frame: Frame, value: Value): void;
  /** Built-in functions that run now, for stack traces: the number of frames below, and the name. */
  readonly natives: { depth: number; name: string; self: Value; isNew: boolean; variant?: string }[];
  /** Cluster time of the program, ms: ahead of the process while an answer is prepared. */
  readonly nowMs: number;
  /** The kind of task that the event loop runs now. */
  task: TaskKind;
  /** Major version of Node.js. */
  readonly major: number;
  /** The main script. */
  readonly script: Source;
}

export type TaskKind =
  | "main"
  | "eval"
  | "module"
  | "timer"
  | "immediate"
  | "tick"
  | "microtask"
  | "checkpoint"
  | "event";

export const ENTERED = Symbol("entered");
