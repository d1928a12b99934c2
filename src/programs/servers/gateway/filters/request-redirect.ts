/** RequestRedirect: another scheme, host, port or path, with the status 302 by default. */
import { numberIn, objectIn, textIn } from "../../../../lib/edge/shape.ts";
import type { JsonValue } from "../../../../lib/json.ts";
import { splitPath } from "../../http.ts";
import { type FilterType, modifiedPath } from "../exchange.ts";

const DEFAULT_PORTS: Readonly<Record<string, number>> = { http: 80, https: 443 };

export const requestRedirect: FilterType = {
  type: "RequestRedirect",
  answer(exchange, filter) {
    const { request, listener, host } = exchange;
    const fields = objectIn(filter["requestRedirect"] as JsonValue);
    const redirect = {
      ...{ scheme: textIn(fields["scheme"]), hostname: textIn(fields["hostname"]), path: fields["path"] },
      ...{ port: numberIn(fields["port"], 1, 65_535), statusCode: numberIn(fields["statusCode"], 300, 399) },
    };
    const { path, query } = splitPath(request.path);
    const own = listener.protocol.toLowerCase();
    const scheme = redirect.scheme ?? own;
    // With another scheme its own port is meant, otherwise that of the client.
    const clientPort = Number(/:(\d+)$/.exec(request.headers["host"] ?? "")?.[1] ?? DEFAULT_PORTS[own]);
    const port = redirect.port ?? (redirect.scheme === undefined ? clientPort : DEFAULT_PORTS[scheme]);
    const shownPort = port === DEFAULT_PORTS[scheme] ? "" : `:${port}`;
    const target = modifiedPath(path, exchange, redirect.path) + (query === "" ? "" : `?${query}`);
    const location = `${scheme}://${redirect.hostname ?? host}${shownPort}${target}`;
    const headers = { location, "content-length": "0" };
    return { type: "http", status: redirect.statusCode ?? 302, headers, body: "", afterMs: 1 };
  },
};
