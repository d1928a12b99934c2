/** `backend-protocol`, `upstream-vhost`, `x-forwarded-prefix`, `proxy-connect-timeout` and `proxy-read-timeout`. */
import { type IngressAnnotation, setting } from "../exchange.ts";

export const upstreamOptions: IngressAnnotation = {
  prepare(exchange) {
    const { location, upstream } = exchange;
    const { annotations } = location;
    const protocol = (annotations["backend-protocol"] ?? "HTTP").toUpperCase();
    upstream.scheme = protocol === "HTTPS" || protocol === "GRPCS" ? "https" : "http";
    const host = annotations["upstream-vhost"];
    if (host) upstream.headers["host"] = host;
    const prefix = annotations["x-forwarded-prefix"];
    if (prefix) upstream.headers["x-forwarded-prefix"] = prefix;
    upstream.connectTimeoutMs = seconds(setting(exchange, "proxy-connect-timeout")) ?? upstream.connectTimeoutMs;
    upstream.timeoutMs = seconds(setting(exchange, "proxy-read-timeout")) ?? upstream.timeoutMs;
  },
};

function seconds(text: string | undefined): number | undefined {
  const value = Number(text ?? Number.NaN);
  return Number.isFinite(value) && value > 0 ? value * 1000 : undefined;
}
