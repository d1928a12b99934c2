/** URLRewrite: another host or path for the backend. */
import { objectIn } from "../../../../lib/edge/shape.ts";
import type { JsonValue } from "../../../../lib/json.ts";
import { splitPath } from "../../http.ts";
import { type FilterType, modifiedPath } from "../exchange.ts";

export const urlRewrite: FilterType = {
  type: "URLRewrite",
  prepare(exchange, filter) {
    const { hostname, path: modifier } = objectIn(filter["urlRewrite"] as JsonValue);
    const { upstream } = exchange;
    if (typeof hostname === "string") upstream.headers["host"] = hostname;
    const { path, query } = splitPath(upstream.path);
    upstream.path = modifiedPath(path, exchange, modifier) + (query === "" ? "" : `?${query}`);
  },
};
