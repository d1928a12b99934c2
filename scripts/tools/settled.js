/** What the synchronous commands of just-bash run on: promises that are settled from the start, and a virtual clock. */

export class Settled {
  #value;
  #failed = false;
  #pending = true;
  constructor(executor) {
    const take = (failed) => (value) => {
      this.#failed = failed;
      this.#value = value;
    };
    const settle = (failed) => (value) => {
      if (!this.#pending) return;
      this.#pending = false;
      if (!failed && isThenable(value)) value.then(take(false), take(true));
      else take(failed)(value);
    };
    try {
      executor(settle(false), settle(true));
    } catch (error) {
      settle(true)(error);
    }
  }
  get() {
    if (this.#pending) throw new Error("a command would have to wait");
    if (this.#failed) throw this.#value;
    return this.#value;
  }
  // biome-ignore lint/suspicious/noThenProperty: it takes the place of Promise
  then(onValue, onError) {
    return $async(() => {
      if (this.#pending) throw new Error("a command would have to wait");
      const on = this.#failed ? onError : onValue;
      return on ? $await(on(this.#value)) : this.get();
    });
  }
  catch(onError) {
    return this.then(undefined, onError);
  }
  finally(done) {
    return $async(() => {
      try {
        return this.get();
      } finally {
        $await(done());
      }
    });
  }
  static resolve(value) {
    return new Settled((ok) => ok(value));
  }
  static reject(error) {
    return new Settled((_, fail) => fail(error));
  }
  static all(values) {
    return $async(() => [...values].map($await));
  }
  static allSettled(values) {
    return $async(() =>
      [...values].map((v) => {
        try {
          return { status: "fulfilled", value: $await(v) };
        } catch (reason) {
          return { status: "rejected", reason };
        }
      }),
    );
  }
  static race(values) {
    return $async(() => $await([...values][0]));
  }
}

const isThenable = (value) => typeof value === "object" && value !== null && typeof value.then === "function";
export const $async = (body) => new Settled((ok) => ok(body()));
export const $await = (value) => (value instanceof Settled ? value.get() : isThenable(value) ? unwrap(value) : value);
export function* $each(source) {
  for (const item of source[Symbol.asyncIterator]?.() ?? source) yield $await(item);
}
function unwrap(thenable) {
  let result;
  thenable.then(
    (value) => {
      result = { value };
    },
    (error) => {
      result = { error };
    },
  );
  if (!result) throw new Error("a command would have to wait");
  if ("error" in result) throw result.error;
  return result.value;
}

/** The clock of the command that runs now. */
export const clock = { now: 0, random: () => 0.5 };
export class VirtualDate extends Date {
  constructor(...args) {
    super(...(args.length ? args : [clock.now]));
  }
  static now() {
    return clock.now;
  }
}
export const virtualMath = Object.create(Math, { random: { value: () => clock.random() } });
for (const name of Object.getOwnPropertyNames(Math))
  if (name !== "random") Object.defineProperty(virtualMath, name, { value: Math[name] });
