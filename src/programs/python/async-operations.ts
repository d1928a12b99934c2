/** Instructions of generators that delegate, and of coroutines. */
import { defineClass, typeName } from "./classes.ts";
import { raise } from "./errors.ts";
import { iterate, nextOf } from "./iteration.ts";
import { type Frame, Generator, Instance, PyError, type Value } from "./objects.ts";
import { truth } from "./operators.ts";
import { END, type Interpreter } from "./vm.ts";

/** A value that an asynchronous generator yields, among the values that it gives to the event loop. */
const ASYNC_VALUE = defineClass("async_generator_wrapped_value", "object");

const pop = (frame: Frame): Value => frame.stack.pop() as Value;
const top = (frame: Frame): Value => frame.stack.at(-1) as Value;
const isAsyncGenerator = (value: Value): boolean => value instanceof Generator && value.kind === "async_generator";

/** Calls a method of the protocol of coroutines; the result of it is to be awaited. */
function callMethod(vm: Interpreter, value: Value, name: string, args: Value[], statement: string): Value {
  const method = value instanceof Instance ? vm.methodOf(value, name) : undefined;
  if (!method) {
    raise("TypeError", `'${statement}' requires an object with ${name} method, got ${typeName(value)}`);
  }
  return vm.call(method, args);
}

/** The iterator behind an awaitable value. */
function awaitable(vm: Interpreter, value: Value): Value {
  if (value instanceof Generator && value.kind === "coroutine") {
    if (value.isRunning) raise("RuntimeError", "coroutine is being awaited already");
    if (!value.frame) raise("RuntimeError", "cannot reuse already awaited coroutine");
    return value;
  }
  const method = value instanceof Instance ? vm.methodOf(value, "__await__") : undefined;
  if (!method) raise("TypeError", `object ${typeName(value)} can't be used in 'await' expression`);
  const made = vm.call(method, []);
  return made instanceof Generator ? made : iterate(vm, made);
}

export const ASYNC_OPERATIONS: Record<string, (vm: Interpreter, frame: Frame, argument: never) => void> = {
  /** iterator, sent value → iterator, next value; at the end the iterator is taken away and control goes on at `to`. */
  delegate(vm, frame, to: number) {
    const sent = pop(frame);
    const iterator = top(frame);
    if (iterator instanceof Generator && !iterator.isRunning && iterator.frame) {
      vm.enterGenerator(iterator, sent);
      return;
    }
    const send = () => vm.call(vm.attribute(iterator, "send"), [sent]);
    const value = sent === null ? nextOf(vm, iterator) : vm.untilStop(send);
    if (value !== END) {
      frame.stack.push(value);
      return;
    }
    vm.generatorResult = null;
    frame.stack.pop();
    frame.pc = to;
  },
  generatorResult(vm, frame) {
    frame.stack.push(vm.generatorResult);
    vm.generatorResult = null;
  },
  awaitable: (vm, frame) => void frame.stack.push(awaitable(vm, pop(frame))),
  asyncIterate(vm, frame) {
    const value = pop(frame);
    frame.stack.push(isAsyncGenerator(value) ? value : callMethod(vm, value, "__aiter__", [], "async for"));
  },
  /** iterator → iterator, iterator of the values until the next item */
  asyncNext(vm, frame) {
    const value = top(frame);
    const next = isAsyncGenerator(value) ? value : callMethod(vm, value, "__anext__", [], "async for");
    frame.stack.push(isAsyncGenerator(next) ? next : awaitable(vm, next));
  },
  asyncValue(_vm, frame) {
    const made = new Instance(ASYNC_VALUE);
    made.attributes.set("value", pop(frame));
    frame.stack.push(made);
  },
  /** iterator, marked value → value (and jump); other values stay. */
  jumpIfAsyncValue(_vm, frame, to: number) {
    const value = top(frame);
    if (!(value instanceof Instance && value.type === ASYNC_VALUE)) return;
    frame.stack.splice(-2, 2, value.attributes.get("value") ?? null);
    frame.pc = to;
  },
  /** The end of an asynchronous generator is that of the loop; that of another awaitable is the next value. */
  jumpIfAsyncEnd(vm, frame, to: number) {
    if (isAsyncGenerator(top(frame))) frame.pc = to;
    else frame.stack.push(vm.generatorResult);
  },
  enterAsyncManager(vm, frame) {
    frame.stack.push(callMethod(vm, top(frame), "__aenter__", [], "async with"));
  },
  leaveAsyncManager(vm, frame) {
    const { depth } = frame.blocks.pop()!;
    const [manager] = frame.stack.splice(depth - 1, 1) as [Value];
    frame.stack.push(callMethod(vm, manager, "__aexit__", [null, null, null], "async with"));
  },
  exitAsyncManagerWithException(vm, frame) {
    const exception = frame.exceptions.at(-1)!;
    frame.stack.push(callMethod(vm, pop(frame), "__aexit__", [exception.type, exception, null], "async with"));
  },
  /** result of `__aexit__` → */
  endAsyncManager(vm, frame) {
    const exception = frame.exceptions.at(-1)!;
    if (!truth(vm, pop(frame))) throw new PyError(exception);
    frame.exceptions.pop();
  },
};
