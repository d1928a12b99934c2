/** `await`, `async for` and `async with`: a coroutine is a generator whose values go to the event loop. */
import type { Compiler } from "./compile.ts";

/** Leaves the result of the iterator on the stack, after all its values were given to the caller of this code. */
export function compileDelegation(c: Compiler): void {
  const loop = c.label();
  const end = c.label();
  c.emit("constant", null);
  c.place(loop);
  c.jump("delegate", end);
  c.emit("yield");
  c.jump("jump", loop);
  c.place(end);
  c.emit("generatorResult");
}

/** value → its result */
export function compileAwait(c: Compiler): void {
  c.code.isGenerator = true;
  c.emit("awaitable");
  compileDelegation(c);
}

/**
 * iterator → iterator, next value; at the end of the iterator it is taken from the stack, and control goes to `onEnd`.
 * An asynchronous generator gives its values among those for the event loop, marked by `asyncValue`.
 */
export function compileAsyncNext(c: Compiler, onEnd: () => void): void {
  const handler = c.label();
  const loop = c.label();
  const isOver = c.label();
  const result = c.label();
  const given = c.label();
  const other = c.label();
  const end = c.label();
  c.code.isGenerator = true;
  c.jump("enterBlock", handler);
  c.emit("asyncNext");
  c.emit("constant", null);
  c.place(loop);
  c.jump("delegate", result);
  c.jump("jumpIfAsyncValue", given);
  c.emit("yield");
  c.jump("jump", loop);
  c.place(handler);
  c.emit("load", "StopAsyncIteration");
  c.emit("matchException");
  c.jump("jumpIfFalse", other);
  c.emit("handled");
  c.jump("jump", end);
  c.place(other);
  c.emit("reraise");
  c.place(isOver);
  c.emit("leaveBlock");
  c.place(end);
  c.emit("pop");
  onEnd();
  c.place(result);
  c.jump("jumpIfAsyncEnd", isOver);
  c.place(given);
  c.emit("leaveBlock");
}
