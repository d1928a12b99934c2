/**
 * Runs compiled jq programs: a machine with continuations and points to go back to, so that neither recursion nor the
 * number of results uses the host's stack. Each step is counted.
 */
import { shown } from "./messages.ts";
import { JqError, type Meter, type Value } from "./values.ts";

/** Questions of a program to its surroundings. */
export interface Surroundings {
  readonly nowMs: number;
  /** Value of TZ. */
  readonly zone: string | undefined;
  readonly environment: Value;
  readonly inputName: () => string | undefined;
  readonly inputLine: () => number;
  /** The next input; undefined at the end. */
  readonly input: () => { value: Value } | undefined;
  /** Writes to the standard error. */
  readonly warn: (text: string) => void;
}

/** The way to a value from the start of a path expression. `at` is the value that it leads to. */
export interface Path {
  up: Path | undefined;
  key: Value;
  at: Value;
}

/** Variables, functions, arguments and labels, innermost first. */
export interface Environment {
  up: Environment | undefined;
  value?: Value;
  closure?: Closure;
  /** Number of points to go back to when the label was set. */
  label?: number;
}

/** A function or an argument with its surroundings. */
export interface Closure {
  code: Code;
  environment: Environment | undefined;
}

/** A compiled expression: says to the machine what comes next. `path` is undefined outside of path expressions. */
export type Code = (
  machine: Machine,
  input: { environment: Environment | undefined; value: Value; path: Path | undefined },
  next: Continuation,
) => void;

/** What happens with a result. */
export interface Continuation {
  handler: Handler | undefined;
  take(value: Value, path: Path | undefined): void;
}

/** A `try` that is active. */
export interface Handler {
  /** Points to go back to when it began. */
  height: number;
  /** Called with the message of an error. */
  handle(message: Value): void;
}

/** Ends the program: `halt`, `halt_error`. */
export class Halt extends Error {
  override name = "Halt";
  readonly status: number;
  readonly value: Value | undefined;

  constructor(status: number, value?: Value) {
    super("halt");
    this.status = status;
    this.value = value;
  }
}

export class Machine {
  readonly meter: Meter;
  readonly surroundings: Surroundings;
  readonly #points: (() => void)[] = [];
  #pending: (() => void) | undefined;
  #handler: Handler | undefined;
  #output: { value: Value } | undefined;

  constructor(meter: Meter, surroundings: Surroundings) {
    this.meter = meter;
    this.surroundings = surroundings;
  }

  /** Begins with an input; results come from `next`. */
  start(code: Code, environment: Environment | undefined, value: Value): void {
    this.#points.length = 0;
    const end: Continuation = {
      handler: undefined,
      take: (result) => {
        this.#output = { value: result };
      },
    };
    this.evaluate(code, { environment, value, path: undefined }, end);
  }

  /** The next result; undefined when there are no more. @throws JqError, Halt, TooMuchWork */
  next(): { value: Value } | undefined {
    if (!this.#pending && !this.#goBack()) return undefined;
    for (;;) {
      const pending = this.#pending;
      if (!pending) {
        const output = this.#output;
        this.#output = undefined;
        if (output) return output;
        if (!this.#goBack()) return undefined;
        continue;
      }
      this.#pending = undefined;
      this.meter.charge(1);
      try {
        pending();
      } catch (error) {
        if (!(error instanceof JqError)) throw error;
        this.#raise(error);
      }
    }
  }

  #raise(error: JqError): void {
    const handler = this.#handler;
    if (!handler) {
      this.#points.length = 0;
      throw error;
    }
    this.#points.length = handler.height;
    this.#pending = undefined;
    handler.handle(error.value);
  }

  #goBack(): boolean {
    const point = this.#points.pop();
    this.#pending = point;
    return point !== undefined;
  }

  /** Evaluates an expression next. */
  evaluate(code: Code, input: Parameters<Code>[1], next: Continuation): void {
    this.#pending = () => {
      this.#handler = next.handler;
      code(this, input, next);
    };
  }

  /** Hands a result on. */
  give(next: Continuation, value: Value, path: Path | undefined): void {
    this.#pending = () => {
      this.#handler = next.handler;
      next.take(value, path);
    };
  }

  /** Runs `resume` when what follows has no more results. */
  fork(resume: () => void): void {
    this.#points.push(resume);
  }

  /** Number of points to go back to. */
  get height(): number {
    return this.#points.length;
  }

  /** Drops the points above a height and goes back. */
  cut(height: number): void {
    this.#points.length = height;
  }
}

/** A continuation that belongs to the expression of `next`. */
export function continuation(next: Continuation, take: Continuation["take"]): Continuation {
  return { handler: next.handler, take };
}

export function pathStart(value: Value): Path {
  return { up: undefined, key: null, at: value };
}

/** The keys of a path. @throws JqError if the value is not the one that the path leads to */
export function pathKeys(path: Path, value: Value): Value[] {
  if (!Object.is(path.at, value)) throw new JqError(`Invalid path expression with result ${shown(value, 29)}`);
  const keys: Value[] = [];
  for (let step = path; step.up; step = step.up) keys.push(step.key);
  return keys.reverse();
}
