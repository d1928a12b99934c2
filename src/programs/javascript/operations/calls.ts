/** Instructions of calls. On the stack lie `this`, the function and the arguments. */

import { isConstructor } from "../functions.ts";
import { Closure, EMPTY, type Frame, isCallable, type JsArray, type JsObject, Native, type Value } from "../objects.ts";
import { ENTERED, type Operation, type Vm } from "../vm.ts";
import { push } from "./stack.ts";

type Shape = [count: number, text: string];

/** The callee and its arguments; they stay on the stack until the call succeeds, because one that waits is made again. */
function operands(frame: Frame, count: number): { self: Value; callee: Value; args: Value[]; depth: number } {
  const { stack } = frame;
  const depth = stack.length - count - 2;
  return {
    self: stack[depth] as Value,
    callee: stack[depth + 1] as Value,
    args: stack.slice(depth + 2) as Value[],
    depth,
  };
}

function spread(frame: Frame) {
  const found = operands(frame, 1);
  return { ...found, args: [...(found.args[0] as JsArray).items] };
}

function run(vm: Vm, frame: Frame, { self, callee, args, depth }: ReturnType<typeof operands>, text: string): void {
  if (!isCallable(callee)) vm.fail("TypeError", `${text} is not a function`);
  // A built-in function may wait.
  if (callee instanceof Native) {
    const value = vm.enter(callee, self, args, "call");
    frame.stack.length = depth;
    if (value !== ENTERED) push(frame, value);
    return;
  }
  frame.stack.length = depth;
  const value = vm.enter(callee, self, args, "call");
  if (value !== ENTERED) push(frame, value);
}

function runNew(vm: Vm, frame: Frame, { callee, args, depth }: ReturnType<typeof operands>, text: string): void {
  if (!isConstructor(callee)) vm.fail("TypeError", `${text} is not a constructor`);
  frame.stack.length = depth;
  const value = vm.enterNew(callee, args, callee as JsObject);
  if (value !== ENTERED) push(frame, value);
}

/** Calls the parent's constructor; `superResult` takes its object as `this`. */
function runSuper(vm: Vm, frame: Frame, { callee, args, depth }: ReturnType<typeof operands>): void {
  const owner = constructorFrame(vm, frame);
  if (!isConstructor(callee))
    vm.fail("TypeError", `Super constructor ${String(callee as null)} of anonymous class is not a constructor`);
  frame.stack.length = depth;
  const value = vm.construct(callee, args, owner.newTarget);
  if (owner.self !== EMPTY) vm.fail("ReferenceError", "Super constructor may only be called once");
  owner.self = value;
  frame.self = value;
  push(frame, value);
  const { fields } = owner.callee!;
  if (fields) vm.call(fields, value, []);
}

/** The frame of the constructor around an arrow function. */
function constructorFrame(vm: Vm, frame: Frame): Frame {
  if (frame.code.kind === "class") return frame;
  return vm.frames.findLast(({ code, self }) => code.kind === "class" && code.isDerived && self === EMPTY) ?? frame;
}

export const CALLS: Record<string, Operation> = {
  call: (vm, frame, [count, text]: Shape) => run(vm, frame, operands(frame, count), text),
  callSpread: (vm, frame, [, text]: Shape) => run(vm, frame, spread(frame), text),
  new: (vm, frame, [count, text]: Shape) => runNew(vm, frame, operands(frame, count), text),
  newSpread: (vm, frame, [, text]: Shape) => runNew(vm, frame, spread(frame), text),
  super: (vm, frame, [count]: Shape) => runSuper(vm, frame, operands(frame, count)),
  superSpread: (vm, frame) => runSuper(vm, frame, spread(frame)),
  superConstructor(vm, frame) {
    const { callee } = constructorFrame(vm, frame);
    push(frame, callee?.proto ?? null);
  },
  closure(vm, frame, number: number) {
    const code = frame.code.siblings[number]!;
    const made = new Closure(
      vm.intrinsic(code.isAsync ? "AsyncFunction.prototype" : "Function.prototype"),
      code,
      frame.scope,
    );
    if (code.isGenerator)
      made.proto = vm.intrinsic(code.isAsync ? "AsyncGeneratorFunction.prototype" : "GeneratorFunction.prototype");
    if (code.kind === "arrow") {
      made.self = frame.self;
      made.newTarget = frame.newTarget;
      made.home = frame.callee?.home;
    }
    push(frame, made);
  },
};
