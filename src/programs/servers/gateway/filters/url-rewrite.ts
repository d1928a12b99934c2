/** URLRewrite: another host or path for the backend. */
import { splitPath } from "../../http.ts";
import { type FilterType, modifiedPath, type PathModifier } from "../exchange.ts";

interface UrlRewrite {
  hostname?: string;
  path?: PathModifier;
}

export const urlRewrite: FilterType = {
  type: "URLRewrite",
  prepare(exchange, filter) {
    const { hostname, path: modifier } = (filter["urlRewrite"] ?? {}) as UrlRewrite;
    const { upstream } = exchange;
    if (hostname !== undefined) upstream.headers["host"] = hostname;
    const { path, query } = splitPath(upstream.path);
    upstream.path = modifiedPath(path, exchange, modifier) + (query === "" ? "" : `?${query}`);
  },
};
