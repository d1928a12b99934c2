/** Errors on their way to a handler. */
import { type Frame, JsError, type Place, Returning, type Thrown, type Value } from "./objects.ts";
import { reject } from "./promises.ts";
import { isInternal, placeOf } from "./stack-trace.ts";
import type { Vm } from "./vm.ts";

/** The place that the message of an uncaught error shows. */
export function placeOfError(vm: Vm, value: Value): Place | undefined {
  if (value instanceof JsError && value.raisedAt) return value.raisedAt;
  const thrower = vm.frames.findLast((frame) => !isInternal(frame));
  return thrower && placeOf(thrower);
}

/** Finds the handler of an error; throws it if there is none above `floor`. */
export function unwind(vm: Vm, error: Thrown, floor: number): void {
  const { frames } = vm;
  const isReturn = error.value instanceof Returning;
  while (frames.length > floor) {
    const frame = frames[frames.length - 1]!;
    let block = frame.blocks.pop();
    while (block && isReturn && !block.isFinally) block = frame.blocks.pop();
    if (block) {
      frame.stack.length = block.depth;
      frame.stack.push(error.value);
      frame.scope = block.scope;
      frame.pc = block.handler;
      return;
    }
    if (isReturn && frame.generator) {
      vm.finish(frame, (error.value as Returning).value);
      return;
    }
    frames.pop();
    if (absorb(vm, frame, error)) return;
  }
  throw error;
}

/** An async function turns its error into a rejection. */
function absorb(vm: Vm, frame: Frame, error: Thrown): boolean {
  const { generator } = frame;
  if (frame.mode === "async") {
    reject(vm, frame.promise!, error.value);
    return true;
  }
  if (!generator) return false;
  generator.frame = undefined;
  generator.isRunning = false;
  if (!generator.isAsync) return false;
  reject(vm, generator.queue.shift()!.promise, error.value);
  vm.advanceGenerator(generator);
  return true;
}
