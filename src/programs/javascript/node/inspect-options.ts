/** Options of `util.inspect` from an object. */
import { DEFAULTS, type InspectOptions } from "../inspect/context.ts";
import { JsObject, type Value } from "../objects.ts";
import { get } from "../properties.ts";
import type { Vm } from "../vm.ts";

export function optionsOf(vm: Vm, value: Value): Partial<InspectOptions> {
  if (!(value instanceof JsObject)) return {};
  const options: Record<string, unknown> = {};
  for (const name of Object.keys(DEFAULTS)) {
    const given = get(vm, value, name);
    if (given !== undefined) options[name] = given;
  }
  if (options["depth"] === null) options["depth"] = Number.POSITIVE_INFINITY;
  if (typeof options["compact"] === "boolean") options["compact"] = options["compact"] ? Number.POSITIVE_INFINITY : 0;
  return options as Partial<InspectOptions>;
}
