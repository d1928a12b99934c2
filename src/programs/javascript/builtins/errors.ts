/** Error and its kinds. */
import { arrayOf, toText } from "../conversions.ts";
import { errorText } from "../errors.ts";
import { CHECKED } from "../internal-frames.ts";
import { constants, defineClass, natives } from "../intrinsics.ts";
import { iterateAll } from "../iteration.ts";
import { hidden, JsError, JsObject, type Value } from "../objects.ts";
import { get, has, set } from "../properties.ts";
import { captureStack } from "../stack-trace.ts";
import type { NativeFunction } from "../vm.ts";
import { prototypeFor } from "./objects.ts";

function make(name: string, at = 0): NativeFunction {
  return (vm, _self, args, { newTarget }) => {
    const error = new JsError(prototypeFor(vm, newTarget, `${name}.prototype`));
    error.properties.set("stack", undefined);
    const [message, options] = [args[at], args[at + 1]];
    if (message !== undefined) error.properties.set("message", hidden(toText(vm, message)));
    if (options instanceof JsObject && has(vm, options, "cause"))
      error.properties.set("cause", hidden(get(vm, options, "cause")));
    if (name === "AggregateError") error.properties.set("errors", hidden(arrayOf(vm, iterateAll(vm, args[0]))));
    captureStack(vm, error, undefined);
    return error;
  };
}

defineClass("Error", make("Error"));
constants("Error.prototype", { name: "Error", message: "" });
constants("Error", { stackTraceLimit: 10 });
natives("Error", {
  captureStackTrace(vm, _self, [target, skipped]) {
    const header = target instanceof JsError ? undefined : errorText(vm, target as JsObject);
    captureStack(vm, target as JsObject, header, skipped as JsObject | undefined);
    return undefined;
  },
  isError: (_vm, _self, [value]) => value instanceof JsError,
});
natives("Error.prototype", {
  toString: (vm, self) => errorText(vm, self as JsObject),
});

for (const name of [
  "TypeError",
  "RangeError",
  "SyntaxError",
  "ReferenceError",
  "EvalError",
  "URIError",
  "AggregateError",
]) {
  defineClass(name, make(name, name === "AggregateError" ? 1 : 0), { parent: "Error" });
  constants(`${name}.prototype`, { name, message: "" });
}

/** For the library: an error with a code, as Node.js makes it. */
natives("node:errors", {
  withCode(vm, _self, [type, code, message]) {
    const error = new JsError(vm.intrinsic(`${toText(vm, type)}.prototype`));
    error.properties.set("stack", undefined);
    error.properties.set("message", hidden(toText(vm, message)));
    captureStack(vm, error, `${toText(vm, type)} [${toText(vm, code)}]: ${toText(vm, message)}`);
    set(vm, error, "code", code as Value);
    error.raisedAt = CHECKED;
    return error;
  },
});
