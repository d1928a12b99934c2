/**
 * `canary`: sends a part of the requests to the backend of another Ingress with the same host and path. A header
 * decides before a cookie, and both decide before the weight.
 * Source: kubernetes/ingress-nginx rootfs/etc/nginx/lua/balancer.lua (`route_to_alternative_balancer`)
 */
import type { IngressPath } from "../../../../../lib/edge/ingress-rules.ts";
import type { JsonObject } from "../../../../../lib/json.ts";
import { groupsOf } from "../../../nginx/select.ts";
import { cookieOf, type IngressAnnotation, type IngressExchange } from "../exchange.ts";

export const canary: IngressAnnotation = {
  prepare(exchange) {
    const { hostRules, location } = exchange;
    const alternative = hostRules?.paths.find(
      ({ annotations, path, type, backend }) =>
        annotations["canary"] === "true" && path === location.path && type === location.type && backend,
    );
    if (alternative && takesCanary(exchange, alternative)) {
      exchange.backend = alternative.backend;
      exchange.annotations = alternative.annotations;
    }
  },
};

function takesCanary(exchange: IngressExchange, { annotations }: IngressPath): boolean {
  const byHeader = decisionOfHeader(exchange, annotations);
  if (byHeader !== undefined) return byHeader;
  const cookie = annotations["canary-by-cookie"];
  const value = cookie === undefined ? undefined : cookieOf(exchange, cookie);
  if (value === "always" || value === "never") return value === "always";
  return takesShare(exchange, annotations);
}

function decisionOfHeader({ request }: IngressExchange, annotations: IngressPath["annotations"]): boolean | undefined {
  const name = annotations["canary-by-header"];
  const header = name === undefined ? undefined : request.headers[name.toLowerCase()];
  if (header === undefined) return undefined;
  const wanted = annotations["canary-by-header-value"];
  if (wanted) return header === wanted || undefined;
  const pattern = annotations["canary-by-header-pattern"];
  if (pattern) return groupsOf(pattern, header) !== undefined || undefined;
  return header === "always" || header === "never" ? header === "always" : undefined;
}

/** Requests are spread evenly, so that of 100 requests exactly the weight goes to the canary. */
function takesShare({ process, location, host }: IngressExchange, annotations: IngressPath["annotations"]): boolean {
  const weight = Number(annotations["canary-weight"] ?? 0);
  const total = Math.max(100, Number(annotations["canary-weight-total"] ?? 100) || 100);
  if (!(weight > 0)) return false;
  const counts = (process.state["canaries"] ?? {}) as JsonObject;
  const key = `${host}${location.path}`;
  const count = Number(counts[key] ?? 0);
  process.state["canaries"] = { ...counts, [key]: (count + 1) % total };
  return Math.floor(((count + 1) * weight) / total) > Math.floor((count * weight) / total);
}
