/** Instructions of classes. */

import { isConstructor } from "../functions.ts";
import { Closure, hidden, JsObject, JsSymbol, Property } from "../objects.ts";
import { get } from "../properties.ts";
import type { Operation } from "../vm.ts";
import { pop, push } from "./stack.ts";

export const CLASSES: Record<string, Operation> = {
  /** [parent] → class prototype */
  class(vm, frame, [number, isDerived]: [number, boolean]) {
    const parent = isDerived ? pop(frame) : undefined;
    if (isDerived && parent !== null && !isConstructor(parent)) {
      const shown = parent instanceof JsObject ? "#<Object>" : String(parent as number);
      vm.fail("TypeError", `Class extends value ${shown} is not a constructor or null`);
    }
    const code = frame.code.siblings[number]!;
    const made = new Closure(
      parent instanceof JsObject ? parent : vm.intrinsic("Function.prototype"),
      code,
      frame.scope,
    );
    const base =
      parent === null
        ? null
        : parent instanceof JsObject
          ? get(vm, parent, "prototype")
          : vm.intrinsic("Object.prototype");
    const proto = new JsObject(base as JsObject | null);
    proto.properties.set("constructor", hidden(made));
    made.properties.set("prototype", new Property(proto, false, false, false));
    made.home = proto;
    push(frame, made);
    push(frame, proto);
  },
  privateName(_vm, frame, name: string) {
    const symbol = new JsSymbol(name);
    symbol.isPrivate = true;
    push(frame, symbol);
  },
  /** class prototype function → class prototype */
  setFields(_vm, frame) {
    const fields = pop(frame) as Closure;
    fields.home = frame.stack[frame.stack.length - 1] as JsObject;
    (frame.stack[frame.stack.length - 2] as Closure).fields = fields;
  },
  /** class function → class */
  runStaticFields(vm, frame) {
    const fields = pop(frame) as Closure;
    const type = frame.stack[frame.stack.length - 1] as Closure;
    fields.home = type;
    vm.call(fields, type, []);
  },
  initializeFields(vm, frame) {
    const { fields } = frame.callee!;
    if (fields) vm.call(fields, frame.self, []);
  },
};
