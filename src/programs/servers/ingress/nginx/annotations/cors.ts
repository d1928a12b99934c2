/** `enable-cors` and its options. */
import { type IngressAnnotation, type IngressExchange, isOn, setting } from "../exchange.ts";

const METHODS = "GET, PUT, POST, DELETE, PATCH, OPTIONS";
const HEADERS =
  "DNT,Keep-Alive,User-Agent,X-Requested-With,If-Modified-Since,Cache-Control,Content-Type,Range,Authorization";
const MAX_AGE_SECONDS = "1728000";

export const cors: IngressAnnotation = {
  answer(exchange) {
    const headers = headersOf(exchange);
    if (!headers) return undefined;
    Object.assign(exchange.added, headers);
    if (exchange.request.method !== "OPTIONS") return undefined;
    const type = { "content-type": "text/plain charset=UTF-8", "content-length": "0" };
    return { type: "http", status: 204, headers: type, body: "", afterMs: 1 };
  },
};

function headersOf(exchange: IngressExchange): Record<string, string> | undefined {
  if (!isOn(exchange, "enable-cors")) return undefined;
  const allowed = allowedOrigin(setting(exchange, "cors-allow-origin") ?? "*", exchange.request.headers["origin"]);
  if (allowed === undefined) return undefined;
  const exposed = setting(exchange, "cors-expose-headers");
  const isPreflight = exchange.request.method === "OPTIONS";
  return {
    "access-control-allow-origin": allowed,
    ...(isOn(exchange, "cors-allow-credentials", true) && { "access-control-allow-credentials": "true" }),
    "access-control-allow-methods": setting(exchange, "cors-allow-methods") ?? METHODS,
    "access-control-allow-headers": setting(exchange, "cors-allow-headers") ?? HEADERS,
    ...(exposed !== undefined && { "access-control-expose-headers": exposed }),
    ...(isPreflight && { "access-control-max-age": setting(exchange, "cors-max-age") ?? MAX_AGE_SECONDS }),
  };
}

function allowedOrigin(list: string, origin: string | undefined): string | undefined {
  const origins = list.split(",").map((one) => one.trim());
  if (origins.includes("*")) return "*";
  if (origin === undefined) return undefined;
  const matches = origins.some((one) => {
    const [before = "", after] = one.split("*");
    if (after === undefined) return one === origin;
    const middle = origin.slice(before.length, origin.length - after.length);
    return origin.startsWith(before) && origin.endsWith(after) && /^[A-Za-z0-9-]+$/.test(middle);
  });
  return matches ? origin : undefined;
}
