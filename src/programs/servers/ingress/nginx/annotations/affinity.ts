/** `affinity: cookie` keeps a client at one endpoint by a cookie; `upstream-hash-by` by a part of the request. */
import { hash32 } from "../../../../../lib/prng.ts";
import { cookieOf, type IngressAnnotation, type IngressExchange } from "../exchange.ts";

export const affinity: IngressAnnotation = {
  prepare(exchange) {
    const { upstream, annotations, location } = exchange;
    const by = annotations["upstream-hash-by"];
    if (by) {
      const key = filled(exchange, by);
      upstream.choose = (count) => hash32(key) % count;
    }
    if (location.annotations["affinity"] !== "cookie") return;
    const name = location.annotations["session-cookie-name"] ?? "INGRESSCOOKIE";
    const known = cookieOf(exchange, name);
    const value = known ?? cookieValue(exchange);
    upstream.choose = (count) => hash32(value) % count;
    if (known === undefined) exchange.added["set-cookie"] = cookieText(exchange, name, value);
  },
};

function cookieValue({ process }: IngressExchange): string {
  const hex = () => process.random().toString(16).padStart(8, "0");
  return `${(process.nowMs / 1000).toFixed(3)}.${hex().slice(0, 3)}.${hex().slice(0, 2)}.${hex().slice(0, 6)}|${hex()}${hex()}${hex()}${hex()}`;
}

function cookieText({ location, request }: IngressExchange, name: string, value: string): string {
  const { annotations } = location;
  const path = annotations["session-cookie-path"] ?? location.path;
  const maxAge = annotations["session-cookie-max-age"];
  return [
    ...[`${name}=${value}`, ...(maxAge ? [`Max-Age=${maxAge}`] : []), `Path=${path}`],
    ...(request.scheme === "https" ? ["Secure"] : []),
    "HttpOnly",
  ].join("; ");
}

/** The variables of nginx that are in use here: `$request_uri`, `$remote_addr`, `$host`, `$http_…`, `$arg_…`. */
function filled({ request, client, host }: IngressExchange, text: string): string {
  return text.replace(/\$(\w+)/g, (_, name: string) => {
    if (name === "request_uri") return request.path;
    if (name === "remote_addr" || name === "binary_remote_addr") return client;
    if (name === "host") return host;
    if (name.startsWith("http_")) return request.headers[name.slice(5).replace(/_/g, "-")] ?? "";
    return "";
  });
}
