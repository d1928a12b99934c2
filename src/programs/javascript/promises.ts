/** Promises: settling them, reactions, and functions that await. */
import { errorOf } from "./errors.ts";
import {
  type Frame,
  isCallable,
  JsError,
  JsObject,
  JsPromise,
  Native,
  type Reaction,
  Thrown,
  type Value,
} from "./objects.ts";
import { get } from "./properties.ts";
import type { Microtask } from "./tasks.ts";
import type { Vm } from "./vm.ts";

export const newPromise = (vm: Vm): JsPromise => new JsPromise(vm.intrinsic("Promise.prototype"));

function fulfil(vm: Vm, promise: JsPromise, value: Value): void {
  if (promise.status !== "pending") return;
  promise.status = "fulfilled";
  settle(vm, promise, value);
}

export function reject(vm: Vm, promise: JsPromise, reason: Value): void {
  if (promise.status !== "pending") return;
  promise.status = "rejected";
  if (!promise.isHandled) vm.tasks.rejections.push(promise);
  settle(vm, promise, reason);
}

function settle(vm: Vm, promise: JsPromise, result: Value): void {
  promise.result = result;
  for (const reaction of promise.reactions) schedule(vm, promise, reaction);
  promise.reactions = [];
}

function schedule(vm: Vm, { status, result }: JsPromise, reaction: Reaction): void {
  vm.tasks.microtasks.push({ reaction, isRejected: status === "rejected", value: result });
}

/** Settles a promise with a value, which may be a promise itself. */
export function resolve(vm: Vm, promise: JsPromise, value: Value): void {
  if (promise.status !== "pending") return;
  if (value === promise) {
    reject(vm, promise, errorOf(vm, "TypeError", "Chaining cycle detected for promise #<Promise>"));
    return;
  }
  if (!(value instanceof JsObject) || value instanceof JsError) {
    fulfil(vm, promise, value);
    return;
  }
  try {
    const then = get(vm, value, "then");
    if (isCallable(then)) vm.tasks.microtasks.push({ thenable: value, then, promise });
    else fulfil(vm, promise, value);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    reject(vm, promise, error.value);
  }
}

export function toPromise(vm: Vm, value: Value): JsPromise {
  if (value instanceof JsPromise) return value;
  const promise = newPromise(vm);
  resolve(vm, promise, value);
  return promise;
}

export function react(vm: Vm, promise: JsPromise, reaction: Reaction): void {
  if (promise.status === "pending") promise.reactions.push(reaction);
  else schedule(vm, promise, reaction);
  promise.isHandled = true;
  if (promise.reportId !== undefined) warnLate(vm, promise);
}

/** A rejection that was reported has a handler now. */
function warnLate(vm: Vm, promise: JsPromise): void {
  const text = `Promise rejection was handled asynchronously (rejection id: ${promise.reportId})`;
  promise.reportId = undefined;
  const process = vm.intrinsic("process");
  vm.tasks.ticks.push({
    callback: get(vm, process, "emitWarning"),
    self: process,
    args: [text, "PromiseRejectionHandledWarning"],
  });
}

/** Puts the frame on top aside until a value is there. */
export function awaitValue(vm: Vm, frame: Frame, value: Value): void {
  const promise = toPromise(vm, value);
  vm.frames.pop();
  react(vm, promise, { frame });
}

/** Runs a microtask to the point where its frame is on top, or to its end. */
export function runMicrotask(
  vm: Vm,
  { reaction, isRejected, value, thenable, then, promise, callback }: Microtask,
): void {
  if (reaction?.frame) {
    vm.enterFrame(reaction.frame, isRejected ? "throw" : "next", value);
  } else if (reaction) {
    runReaction(vm, reaction, Boolean(isRejected), value);
  } else if (thenable) {
    const settled = promise!;
    try {
      vm.call(then, thenable, settlers(vm, settled));
    } catch (error) {
      if (!(error instanceof Thrown)) throw error;
      reject(vm, settled, error.value);
    }
  } else vm.enter(callback, undefined, [], "discard");
}

/** The functions `resolve` and `reject` of a promise. */
export function settlers(vm: Vm, promise: JsPromise): Value[] {
  return ["node:promise.resolve", "node:promise.reject"].map((name) => boundNative(vm, name, [promise]));
}

/** A built-in function with values of its own. */
export function boundNative(vm: Vm, name: string, bound: Value[]): Native {
  const made = new Native(vm.intrinsic("Function.prototype"), name);
  made.bound = bound;
  return made;
}

function runReaction(vm: Vm, { promise, onFulfilled, onRejected }: Reaction, isRejected: boolean, value: Value): void {
  const handler = isRejected ? onRejected : onFulfilled;
  if (!isCallable(handler)) {
    if (!promise) return;
    if (isRejected) reject(vm, promise, value);
    else resolve(vm, promise, value);
    return;
  }
  vm.enterReaction(handler, value, promise);
}
