/** The interpreter as its parts see it: instructions, built-in functions and modules. `interpreter.ts` implements it. */
import type { ProcessView, Wait } from "../../shell/program.ts";
import type { Frame, Generator, Instance, Method, Module, PyError, Scope, Value } from "./objects.ts";

/** No further value of an iterator. */
export const END = Symbol("end");

/** State of a call that waits: values of Python and JSON. */
export type Pending = { [name: string]: unknown };

export interface Interpreter {
  readonly process: ProcessView;
  readonly frames: Frame[];
  readonly modules: Map<string, Module>;
  readonly builtins: Scope;
  /** sys.argv. */
  readonly arguments: readonly string[];
  /** The first folder of sys.path. */
  readonly folder: string;
  readonly isUnbuffered: boolean;
  /** Kept until the call that waits is made again; that call clears it. */
  pending: Pending | null;
  /** Counts work of built-in functions that loop. Throws RuntimeError beyond a limit. */
  countStep(): void;
  /** The process waits for one of these; the present call is made again afterwards. */
  wait(...waits: Wait[]): never;
  /** Puts a frame on top. Throws RecursionError. */
  push(frame: Frame): void;
  /** Ends the present frame with a value, which goes to its caller. */
  finish(frame: Frame, value: Value): void;
  /** A generator gives a value: its frame is put aside. */
  yieldValue(frame: Frame, value: Value): void;
  /** Puts a generator's frame on top. At its first start nothing is sent. */
  enterGenerator(generator: Generator, sent: Value): void;
  /** The next value of a generator, from a built-in function. */
  resume(generator: Generator, sent: Value): Value | typeof END;
  /** Raises an exception where a generator stands; its next value. */
  throwInto(generator: Generator, error: PyError): Value | typeof END;
  /** Calls a value from a built-in function; the call may not wait. */
  call(callee: Value, args: Value[], keywords?: Map<string, Value>): Value;
  /** Runs a frame to its end, from a built-in function. */
  runFrame(frame: Frame): Value;
  attribute(value: Value, name: string): Value;
  setAttribute(value: Value, name: string, to: Value): void;
  deleteAttribute(value: Value, name: string): void;
  subscript(container: Value, index: Value): Value;
  setSubscript(container: Value, index: Value, value: Value): void;
  deleteSubscript(container: Value, index: Value): void;
  /** A method that the instance's class defines in Python or as a built-in function. */
  methodOf(instance: Instance, name: string): Method | undefined;
  /** Calls a built-in function by its name. */
  builtin(name: string, args: Value[]): Value;
  /** A str; throws TypeError for other types. */
  text(value: Value): string;
  /** All values of an iterable. */
  list(value: Value): Value[];
  /** The value that the generator which ended last has returned. */
  generatorResult: Value;
  /** A value, or END where the call raises StopIteration. */
  untilStop(body: () => Value): Value | typeof END;
  isRaised(error: unknown, name: string): error is PyError;
  /** A stable number of an object, as `id` and `repr` show it. */
  address(value: { address?: number }): string;
  /** The module; undefined if its frame was pushed and must run first. */
  import(name: string): Module | undefined;
}
