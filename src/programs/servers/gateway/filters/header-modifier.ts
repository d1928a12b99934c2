/** RequestHeaderModifier and ResponseHeaderModifier: `set` replaces, `add` appends, `remove` removes. */
import type { RouteFilter } from "../../../../lib/edge/gateway-rules.ts";
import type { FilterType } from "../exchange.ts";

interface HeaderModifier {
  set?: { name: string; value: string }[];
  add?: { name: string; value: string }[];
  remove?: string[];
}

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
  const { set = [], add = [], remove = [] } = (modifier ?? {}) as HeaderModifier;
  for (const { name, value } of set) headers[name.toLowerCase()] = value;
  for (const { name, value } of add) {
    const known = headers[name.toLowerCase()];
    headers[name.toLowerCase()] = known === undefined ? value : `${known},${value}`;
  }
  for (const name of remove) delete headers[name.toLowerCase()];
}
