/** RequestHeaderModifier and ResponseHeaderModifier: `set` replaces, `add` appends, `remove` removes. */
import type { RouteFilter } from "../../../../lib/edge/gateway-rules.ts";
import { objectIn, objectsIn, textIn, textsIn } from "../../../../lib/edge/shape.ts";
import type { JsonValue } from "../../../../lib/json.ts";
import type { FilterType } from "../exchange.ts";

export const requestHeaderModifier: FilterType = {
  type: "RequestHeaderModifier",
  prepare: ({ upstream }, filter) => modify(upstream.headers, filter["requestHeaderModifier"]),
};

export const responseHeaderModifier: FilterType = {
  type: "ResponseHeaderModifier",
  finish: (answer, filter) => {
    const headers = { ...answer.headers };
    modify(headers, filter["responseHeaderModifier"]);
    return { ...answer, headers };
  },
};

function modify(headers: Record<string, string>, modifier: RouteFilter[string]): void {
  const { set, add, remove } = objectIn(modifier as JsonValue);
  for (const [name, value] of pairsIn(set)) headers[name] = value;
  for (const [name, value] of pairsIn(add)) {
    const known = headers[name];
    headers[name] = known === undefined ? value : `${known},${value}`;
  }
  for (const name of textsIn(remove)) delete headers[name.toLowerCase()];
}

function pairsIn(value: JsonValue | undefined): [string, string][] {
  return objectsIn(value).map((one) => [(textIn(one["name"]) ?? "").toLowerCase(), textIn(one["value"]) ?? ""]);
}
