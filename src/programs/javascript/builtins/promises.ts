/** Promise, apart from the functions that combine promises (`library/promises.ts`). */

import { objectOf } from "../conversions.ts";
import { constants, defineClass, natives } from "../intrinsics.ts";
import { isCallable, JsPromise, Thrown, type Value } from "../objects.ts";
import { newPromise, react, reject, resolve, settlers, toPromise } from "../promises.ts";
import type { Vm } from "../vm.ts";
import { prototypeFor } from "./objects.ts";

defineClass("Promise", (vm, _self, [executor], { newTarget }) => {
  if (!newTarget) vm.fail("TypeError", "Promise constructor cannot be invoked without 'new'");
  if (!isCallable(executor))
    vm.fail(
      "TypeError",
      `Promise resolver ${String(executor === undefined ? "undefined" : "#<Object>")} is not a function`,
    );
  const promise = new JsPromise(prototypeFor(vm, newTarget, "Promise.prototype"));
  const functions = settlers(vm, promise);
  try {
    vm.call(executor, undefined, functions);
  } catch (error) {
    if (!(error instanceof Thrown)) throw error;
    reject(vm, promise, error.value);
  }
  return promise;
});

/** A promise is settled once, even while it follows another one. */
function settle(how: (vm: Vm, promise: JsPromise, value: Value) => void) {
  return (vm: Vm, _self: Value, [value]: readonly Value[], { bound }: { bound: Value[] }): Value => {
    const promise = bound[0] as JsPromise;
    if (promise.isSettling) return undefined;
    promise.isSettling = true;
    how(vm, promise, value);
    return undefined;
  };
}
natives("node:promise", { resolve: settle(resolve), reject: settle(reject) });

natives("Promise", {
  resolve: (vm, _self, [value]) => toPromise(vm, value),
  reject(vm, _self, [reason]) {
    const promise = newPromise(vm);
    reject(vm, promise, reason);
    return promise;
  },
  withResolvers(vm) {
    const promise = newPromise(vm);
    const [resolver, rejecter] = settlers(vm, promise);
    return objectOf(vm, { promise, resolve: resolver, reject: rejecter });
  },
});

natives("Promise.prototype", {
  // biome-ignore lint/suspicious/noThenProperty: the function of that name
  then(vm, self, [onFulfilled, onRejected]) {
    if (!(self instanceof JsPromise))
      return vm.fail("TypeError", "Method Promise.prototype.then called on incompatible receiver");
    const promise = newPromise(vm);
    react(vm, self, { promise, onFulfilled, onRejected });
    return promise;
  },
});
constants("Promise.prototype", { "@@toStringTag": "Promise" });
