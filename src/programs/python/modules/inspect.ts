/** `_inspect`: kinds of functions. */
import { Method, PyFunction, type Value } from "../objects.ts";
import { functionsOf } from "./define.ts";

const codeOf = (value: Value = null) => {
  const target = value instanceof Method ? value.target : value;
  return target instanceof PyFunction ? target.code : undefined;
};

const fill = functionsOf("_inspect", {
  iscoroutinefunction(_vm, [value]) {
    const code = codeOf(value);
    return code?.isCoroutine === true && !code.isAsyncGenerator;
  },
  isgeneratorfunction(_vm, [value]) {
    const code = codeOf(value);
    return code?.isGenerator === true && !code.isCoroutine;
  },
  isasyncgenfunction: (_vm, [value]) => codeOf(value)?.isAsyncGenerator ?? false,
});

export const fillInspect = (_vm: unknown, module: Parameters<typeof fill>[0]): void => fill(module);
