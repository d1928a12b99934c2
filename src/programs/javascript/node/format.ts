/** `util.format`: what `console.log` prints of its arguments. */

import { stringify } from "../builtins/json.ts";
import { toNumber, toText } from "../conversions.ts";
import type { InspectOptions } from "../inspect/context.ts";
import { inspect } from "../inspect/inspect.ts";
import { isCallable, JsError, JsObject, JsSymbol, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";

const shown = (vm: Vm, value: Value, options: Partial<InspectOptions>): string =>
  typeof value === "string" ? value : inspect(vm, value, options);

/** `%s`: objects without a text of their own are inspected. */
function asText(vm: Vm, value: Value): string {
  if (typeof value === "bigint") return `${value}n`;
  if (typeof value === "number") return Object.is(value, -0) ? "-0" : String(value);
  if (value instanceof JsSymbol) return inspect(vm, value);
  if (!(value instanceof JsObject)) return String(value);
  const method = get(vm, value, "toString");
  const isOwn = isCallable(method) && (method.intrinsic === undefined || value instanceof JsError);
  return isOwn ? toText(vm, value) : inspect(vm, value, { depth: 0, compact: 3 });
}

function asNumber(vm: Vm, value: Value, read: (value: string) => number): string {
  if (typeof value === "bigint") return `${value}n`;
  if (value instanceof JsSymbol || value instanceof JsObject) return "NaN";
  const number = read(toText(vm, value));
  return Object.is(number, -0) ? "-0" : String(number);
}

const DIRECTIVES: Record<string, (vm: Vm, value: Value, options: Partial<InspectOptions>) => string> = {
  s: (vm, value) => asText(vm, value),
  d: (vm, value) =>
    value instanceof JsObject
      ? "NaN"
      : typeof value === "bigint"
        ? `${value}n`
        : value instanceof JsSymbol
          ? "NaN"
          : inspect(vm, toNumber(vm, value)),
  i: (vm, value) => asNumber(vm, value, (text) => Number.parseInt(text, 10)),
  f: (vm, value) => asNumber(vm, value, Number.parseFloat),
  j: (vm, value) => stringify(vm, value) ?? "undefined",
  o: (vm, value, options) => inspect(vm, value, { ...options, showHidden: true, depth: 4 }),
  O: (vm, value, options) => inspect(vm, value, options),
  c: () => "",
};

export function format(vm: Vm, args: readonly Value[], options: Partial<InspectOptions> = {}): string {
  const [first] = args;
  let next = 0;
  let head = "";
  if (typeof first === "string") {
    next = 1;
    head = first;
    if (args.length > 1) {
      head = first.replace(/%([sdifjoOc%])/g, (whole, letter: string) => {
        if (letter === "%") return "%";
        if (next >= args.length) return whole;
        return DIRECTIVES[letter]!(vm, args[next++], options);
      });
    }
  }
  const rest = args.slice(next).map((value) => shown(vm, value, options));
  return next > 0 ? [head, ...rest].join(" ") : rest.join(" ");
}
