/** The stack of a frame, for instructions. */
import type { Frame, Iteration, Value } from "../objects.ts";

export const pop = (frame: Frame): Value => frame.stack.pop() as Value;
export const push = (frame: Frame, value: Value): void => void frame.stack.push(value);
export const top = (frame: Frame): Value => frame.stack[frame.stack.length - 1] as Value;
export const popMany = (frame: Frame, count: number): Value[] =>
  count === 0 ? [] : (frame.stack.splice(frame.stack.length - count) as Value[]);
export const iterationAt = (frame: Frame, depth = 0): Iteration =>
  frame.stack[frame.stack.length - 1 - depth] as Iteration;
