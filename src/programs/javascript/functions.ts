/** Values that can be called, and the beginning of a call. */
import { Bound, Closure, EMPTY, Frame, JsProxy, Native, Scope, type Value } from "./objects.ts";
import type { Vm } from "./vm.ts";

/** Built-in functions that are classes; all others cannot be called with `new`. */
const isClassName = (name: string): boolean => /^(?:\w+\.)?[A-Z]\w*$/.test(name.replace(/^node:\w+\./, ""));

export function isConstructor(value: Value): boolean {
  if (value instanceof Closure) {
    const { kind, isAsync, isGenerator } = value.code;
    return (kind === "function" || kind === "class") && !isAsync && !isGenerator && value.intrinsic === undefined;
  }
  if (value instanceof Native) return isClassName(value.name) && value.name !== "Symbol" && value.name !== "BigInt";
  if (value instanceof Bound) return isConstructor(value.target);
  return value instanceof JsProxy && isConstructor(value.target);
}

/** The frame of a call. */
export function frameOf(vm: Vm, callee: Closure, self: Value, args: Value[]): Frame {
  const { code } = callee;
  const slots = new Array<Value>(code.slotCount).fill(undefined);
  for (const slot of code.lexicalSlots) slots[slot] = EMPTY;
  const frame = new Frame(code, new Scope(callee.scope, slots), self, args);
  frame.callee = callee;
  if (code.kind === "arrow") {
    if (self !== undefined) frame.receiver = self;
    frame.self = callee.self;
    frame.newTarget = callee.newTarget;
  } else if (!code.isStrict && (self === undefined || self === null)) {
    frame.self = vm.intrinsic("globalThis");
  }
  return frame;
}
