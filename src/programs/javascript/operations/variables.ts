/** Instructions of constants, the stack and variables. */
import type { Place } from "../code.ts";
import { arrayOf, toNumeric, typeOf } from "../conversions.ts";
import { EMPTY, type Frame, JsArray, type JsObject, JsRegExp, Scope, type Value } from "../objects.ts";
import { ABSENT, defineProperty, get, has, ownProperty, set } from "../properties.ts";
import type { Operation, Vm } from "../vm.ts";
import { pop, popMany, push, top } from "./stack.ts";

function slotsOf(frame: Frame, hops: number): Value[] {
  let scope = frame.scope!;
  for (let i = 0; i < hops; i++) scope = scope.parent!;
  return scope.slots;
}

const globalOf = (vm: Vm): JsObject => vm.intrinsic("globalThis");

function copySlots(frame: Frame): Scope {
  const { parent, slots } = frame.scope!;
  return new Scope(parent, [...slots]);
}

export const VARIABLES: Record<string, Operation> = {
  constant: (_vm, frame, value: Value) => push(frame, value),
  undefined: (_vm, frame) => push(frame, undefined),
  regexp(vm, frame, [source, flags]: [string, string]) {
    push(frame, new JsRegExp(vm.intrinsic("RegExp.prototype"), source, flags));
  },
  this(vm, frame) {
    if (frame.self === EMPTY) {
      vm.fail(
        "ReferenceError",
        "Must call super constructor in derived class before accessing 'this' or returning from derived constructor",
      );
    }
    push(frame, frame.self);
  },
  newTarget: (_vm, frame) => push(frame, frame.newTarget),
  pop: (_vm, frame) => void frame.stack.pop(),
  popBelow(_vm, frame) {
    frame.stack.splice(frame.stack.length - 2, 1);
  },
  duplicate: (_vm, frame) => push(frame, top(frame)),
  duplicateTwo: (_vm, frame) => void frame.stack.push(...frame.stack.slice(-2)),
  /** a b → a b a */
  duplicateBelow: (_vm, frame) => void frame.stack.push(frame.stack[frame.stack.length - 2] as Value),
  swap(_vm, frame) {
    const b = frame.stack.pop()!;
    const a = frame.stack.pop()!;
    frame.stack.push(b, a);
  },
  /** value object key → object key value */
  rotate(_vm, frame) {
    const [value, object, key] = popMany(frame, 3);
    frame.stack.push(object, key, value);
  },
  /** object key old → old object key old */
  saveBelow(_vm, frame) {
    const [object, key, old] = popMany(frame, 3);
    frame.stack.push(old, object, key, old);
  },
  /** a b value → value */
  dropTwoBelow(_vm, frame) {
    const value = pop(frame);
    popMany(frame, 2);
    push(frame, value);
  },

  load(vm, frame, [hops, slot, name]: Place) {
    const value = slotsOf(frame, hops)[slot];
    if (value === EMPTY) vm.fail("ReferenceError", `Cannot access '${name}' before initialization`);
    push(frame, value);
  },
  store(vm, frame, [hops, slot, name]: Place) {
    const slots = slotsOf(frame, hops);
    if (slots[slot] === EMPTY) vm.fail("ReferenceError", `Cannot access '${name}' before initialization`);
    slots[slot] = pop(frame);
  },
  initialize(_vm, frame, [hops, slot]: Place) {
    slotsOf(frame, hops)[slot] = pop(frame);
  },
  failConstant: (vm) => vm.fail("TypeError", "Assignment to constant variable."),
  loadGlobal(vm, frame, name: string) {
    const global = globalOf(vm);
    const found = ownProperty(vm, global, name);
    if (found === ABSENT) vm.fail("ReferenceError", `${name} is not defined`);
    push(frame, get(vm, global, name));
  },
  intrinsic: (vm, frame, name: string) => push(frame, vm.intrinsic(name)),
  typeofGlobal: (vm, frame, name: string) => push(frame, typeOf(get(vm, globalOf(vm), name))),
  storeGlobal(vm, frame, name: string) {
    if (frame.code.isStrict && !has(vm, globalOf(vm), name)) vm.fail("ReferenceError", `${name} is not defined`);
    set(vm, globalOf(vm), name, pop(frame));
  },
  declareGlobal: (vm, frame, name: string) => defineProperty(vm, globalOf(vm), name, pop(frame)),
  declareVariable(vm, _frame, name: string) {
    if (!has(vm, globalOf(vm), name)) defineProperty(vm, globalOf(vm), name, undefined);
  },

  pushScope(_vm, frame, size: number) {
    frame.scope = new Scope(frame.scope, new Array<Value>(size).fill(EMPTY));
  },
  popScope(_vm, frame) {
    frame.scope = frame.scope!.parent;
  },
  copyScope(_vm, frame) {
    frame.scope = copySlots(frame);
  },

  arguments(vm, frame, slot: number) {
    if (slot < 0) return;
    const made = new JsArray(vm.intrinsic("Object.prototype"), [...frame.args]);
    made.isArguments = true;
    frame.scope!.slots[slot] = made;
  },
  argument: (_vm, frame, index: number) => push(frame, frame.args[index]),
  restArguments: (vm, frame, index: number) => push(frame, arrayOf(vm, frame.args.slice(index))),
  toNumeric: (vm, frame) => push(frame, toNumeric(vm, pop(frame))),
};
