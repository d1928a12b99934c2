/** Instructions of loops over iterables, and of destructuring. */
import { arrayOf, toObject } from "../conversions.ts";
import { close, END, iterate, nextOf, takeResult } from "../iteration.ts";
import { EMPTY, Iteration, isCallable, type JsArray, JsGenerator, JsObject, SYMBOLS, type Value } from "../objects.ts";
import { enumerableKeys, get } from "../properties.ts";
import type { Operation, Vm } from "../vm.ts";
import { iterationAt, pop, push } from "./stack.ts";

/** Keys that `for … in` visits: those of the object, then those of its prototypes. */
function forInKeys(vm: Vm, value: Value): string[] {
  if (value === undefined || value === null) return [];
  const keys = new Set<string>();
  for (let object: JsObject | null = toObject(vm, value); object; object = object.proto) {
    if (object.intrinsic !== undefined && object.definition) continue;
    for (const key of enumerableKeys(vm, object)) keys.add(key);
  }
  return [...keys];
}

function iterateAsync(vm: Vm, value: Value, text: string): Iteration {
  const method = value === undefined || value === null ? undefined : get(vm, value, SYMBOLS["asyncIterator"]!);
  if (!isCallable(method)) {
    const made = iterate(vm, value, text);
    return made;
  }
  const source = vm.call(method, value, []) as JsObject;
  const made = new Iteration(source, -1);
  made.next = get(vm, source, "next");
  made.isAsync = true;
  return made;
}

export const ITERATIONS: Record<string, Operation> = {
  iterate: (vm, frame, text: string) => void frame.stack.push(iterate(vm, pop(frame), text)),
  iterateAsync: (vm, frame, text: string) => void frame.stack.push(iterateAsync(vm, pop(frame), text)),
  enumerate: (vm, frame) => void frame.stack.push(new Iteration(arrayOf(vm, forInKeys(vm, pop(frame))), 0)),
  /** iteration → iteration value, or a jump at the end */
  iterationStep(vm, frame, to: number) {
    const iteration = iterationAt(frame);
    const { source } = iteration;
    if (iteration.index >= 0) {
      const { items } = source as JsArray;
      if (iteration.index < items.length) {
        const item = items[iteration.index++];
        frame.stack.push(item === EMPTY ? undefined : item);
        return;
      }
    } else if (source instanceof JsGenerator && iteration.next === undefined && !source.isAsync && source.frame) {
      if (source.isRunning) vm.fail("TypeError", "Generator is already running");
      source.frame.isIterating = true;
      vm.enterFrame(source.frame, "next", undefined);
      return;
    } else {
      const value = nextOf(vm, iteration);
      if (value !== END) {
        push(frame, value);
        return;
      }
    }
    iteration.isDone = true;
    frame.stack.pop();
    frame.pc = to;
  },
  /** iteration → iteration promise */
  iterationAsk(vm, frame) {
    const iteration = iterationAt(frame);
    if (!iteration.isAsync) {
      const value = nextOf(vm, iteration);
      push(frame, value === END ? undefined : value);
      return;
    }
    push(frame, vm.call(iteration.next, iteration.source, []));
  },
  /** iteration result → iteration value, or a jump at the end */
  iterationTake(vm, frame, to: number) {
    const result = pop(frame);
    const iteration = iterationAt(frame);
    const value = iteration.isAsync ? takeResult(vm, iteration, result) : iteration.isDone ? END : result;
    if (value !== END) {
      push(frame, value);
      return;
    }
    frame.stack.pop();
    frame.pc = to;
  },
  iterationNext(vm, frame) {
    const value = nextOf(vm, iterationAt(frame));
    push(frame, value === END ? undefined : value);
  },
  iterationRest(vm, frame) {
    const items: Value[] = [];
    for (let value = nextOf(vm, iterationAt(frame)); value !== END; value = nextOf(vm, iterationAt(frame))) {
      vm.countStep();
      items.push(value);
    }
    push(frame, arrayOf(vm, items));
  },
  closeIteration: (vm, frame) => close(vm, frame.stack.pop() as Iteration),
  closeIterationAsync(vm, frame) {
    const iteration = frame.stack.pop() as Iteration;
    if (!iteration.isAsync) return close(vm, iteration);
    const method = get(vm, iteration.source, "return");
    if (isCallable(method)) vm.call(method, iteration.source, []);
  },
  closeIterationBelow(vm, frame) {
    const [iteration] = frame.stack.splice(frame.stack.length - 2, 1) as [Iteration];
    if (!iteration.isAsync) close(vm, iteration);
  },
  /** iteration sent → iteration result */
  delegateNext(vm, frame) {
    const sent = pop(frame);
    const iteration = iterationAt(frame);
    if (iteration.index >= 0) {
      const value = nextOf(vm, iteration);
      push(frame, resultOf(vm, value === END ? undefined : value, value === END));
      return;
    }
    const { source } = iteration;
    const isGenerator = source instanceof JsGenerator && iteration.next === undefined;
    push(frame, isGenerator ? vm.resume(source, "next", sent) : vm.call(iteration.next, source, [sent]));
  },
  /** iteration result → iteration value, or its value and a jump */
  jumpIfDone(vm, frame, to: number) {
    const result = pop(frame);
    const value = get(vm, result, "value");
    if (get(vm, result, "done")) {
      frame.stack.pop();
      frame.pc = to;
    }
    push(frame, value);
  },
};

export function resultOf(vm: Vm, value: Value, isDone: boolean): JsObject {
  const made = new JsObject(vm.intrinsic("Object.prototype"));
  made.properties.set("value", value);
  made.properties.set("done", isDone);
  return made;
}
