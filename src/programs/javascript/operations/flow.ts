/** Instructions of jumps, errors, generators and waiting. */

import { type Frame, JsGenerator, JsObject, Thrown } from "../objects.ts";
import { awaitValue } from "../promises.ts";
import { get } from "../properties.ts";
import type { Operation } from "../vm.ts";
import { pop, popMany, push, top } from "./stack.ts";

const isNullish = (value: unknown): boolean => value === undefined || value === null;

function enter(frame: Frame, handler: number, isFinally: boolean): void {
  const { scope, stack } = frame;
  frame.blocks.push({ handler, depth: stack.length, scope, ...(isFinally && { isFinally: true as const }) });
}

export const FLOW: Record<string, Operation> = {
  jump(_vm, frame, to: number) {
    frame.pc = to;
  },
  jumpIfFalse(_vm, frame, to: number) {
    if (!pop(frame)) frame.pc = to;
  },
  jumpIfTrue(_vm, frame, to: number) {
    if (pop(frame)) frame.pc = to;
  },
  /** value condition → value, or a jump without it */
  jumpIfTruePopBelow(_vm, frame, to: number) {
    if (!pop(frame)) return;
    frame.stack.pop();
    frame.pc = to;
  },
  jumpIfFalseKeep(_vm, frame, to: number) {
    if (top(frame)) frame.stack.pop();
    else frame.pc = to;
  },
  jumpIfTrueKeep(_vm, frame, to: number) {
    if (top(frame)) frame.pc = to;
    else frame.stack.pop();
  },
  jumpIfPresentKeep(_vm, frame, to: number) {
    if (isNullish(top(frame))) frame.stack.pop();
    else frame.pc = to;
  },
  /** A value that is defined stays; undefined is taken. */
  jumpIfDefined(_vm, frame, to: number) {
    if (top(frame) === undefined) frame.stack.pop();
    else frame.pc = to;
  },
  jumpIfNullish(_vm, frame, to: number) {
    if (!isNullish(top(frame))) return;
    frame.stack[frame.stack.length - 1] = undefined;
    frame.pc = to;
  },
  /** this function → this function, or undefined and a jump */
  jumpIfNullishCallee(_vm, frame, to: number) {
    if (!isNullish(top(frame))) return;
    popMany(frame, 2);
    push(frame, undefined);
    frame.pc = to;
  },
  return: (vm, frame) => vm.finish(frame, pop(frame)),
  throw(_vm, frame) {
    throw new Thrown(pop(frame));
  },
  rethrow(_vm, frame) {
    throw new Thrown(pop(frame));
  },
  enterTry: (_vm, frame, handler: number) => enter(frame, handler, false),
  enterFinally: (_vm, frame, handler: number) => enter(frame, handler, true),
  leaveTry: (_vm, frame) => void frame.blocks.pop(),
  complete(vm, frame) {
    vm.facts.set("completion", pop(frame));
  },
  completion(vm, frame) {
    push(frame, vm.facts.get("completion"));
    vm.facts.delete("completion");
  },

  /** Parameters are bound: the call's value is the generator. */
  startGenerator(vm, frame) {
    const proto = frame.callee ? get(vm, frame.callee, "prototype") : undefined;
    const { isAsync } = frame.code;
    const fallback = isAsync ? "AsyncGenerator.prototype" : "Generator.prototype";
    const generator = new JsGenerator(proto instanceof JsObject ? proto : vm.intrinsic(fallback));
    if (isAsync) generator.isAsync = true;
    generator.frame = frame;
    vm.finish(frame, generator);
    frame.generator = generator;
    frame.mode = "generator";
  },
  yield: (vm, frame) => vm.yieldValue(frame, pop(frame)),
  await: (vm, frame) => awaitValue(vm, frame, pop(frame)),
};
