/** Generators: what becomes of their values, and the queue of an async one. */
import type { Frame, JsGenerator, JsObject, Value } from "./objects.ts";
import { resultOf } from "./operations/iterations.ts";
import { reject, resolve } from "./promises.ts";
import type { Vm } from "./vm.ts";

/** A generator has returned. The result is for the built-in function that resumed it. */
export function endGenerator(vm: Vm, frame: Frame, value: Value): JsObject | undefined {
  const generator = frame.generator!;
  generator.frame = undefined;
  generator.isRunning = false;
  if (generator.isAsync) {
    resolve(vm, generator.queue.shift()!.promise, resultOf(vm, value, true));
    vm.advanceGenerator(generator);
    return undefined;
  }
  if (!frame.isIterating) return resultOf(vm, value, true);
  // The caller stands at its instruction `iterationStep`: it takes the jump.
  const caller = vm.frames[vm.frames.length - 1]!;
  caller.stack.pop();
  caller.pc = caller.code.arguments[caller.pc - 1] as number;
  return undefined;
}

/** A generator gives a value: its frame is put aside. */
export function yieldFromGenerator(vm: Vm, frame: Frame, value: Value): JsObject | undefined {
  const generator = frame.generator!;
  vm.frames.pop();
  generator.isRunning = false;
  if (generator.isAsync) {
    resolve(vm, generator.queue.shift()!.promise, resultOf(vm, value, false));
    vm.advanceGenerator(generator);
    return undefined;
  }
  if (!frame.isIterating) return resultOf(vm, value, false);
  frame.isIterating = undefined;
  vm.frames[vm.frames.length - 1]!.stack.push(value);
  return undefined;
}

/** Runs the async generator's next request, if it does not run. */
export function advanceGenerator(vm: Vm, generator: JsGenerator): void {
  const [request] = generator.queue;
  if (!request || generator.isRunning) return;
  if (generator.frame) {
    vm.enterFrame(generator.frame, request.kind, request.value);
    return;
  }
  generator.queue.shift();
  if (request.kind === "throw") reject(vm, request.promise, request.value);
  else resolve(vm, request.promise, resultOf(vm, request.kind === "return" ? request.value : undefined, true));
  advanceGenerator(vm, generator);
}
