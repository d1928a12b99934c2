/**
 * `limit-rps` and `limit-rpm`: nginx's leaky bucket for each client, with a burst of five times the rate.
 * Source: nginx ngx_http_limit_req_module.c, ingress-nginx annotations/ratelimit
 */
import type { JsonObject } from "../../../../../lib/json.ts";
import { type IngressAnnotation, type IngressExchange, page } from "../exchange.ts";
import { isIn } from "./source-range.ts";

const BURST = 5;
/** Clients that are remembered; the oldest is forgotten. */
const MAX_BUCKETS = 200;

export const rateLimit: IngressAnnotation = {
  answer(exchange) {
    const { annotations } = exchange.location;
    const allowed = annotations["limit-allowlist"] ?? annotations["limit-whitelist"];
    if (allowed && isIn(exchange.client, allowed)) return undefined;
    const multiplier = Number(annotations["limit-burst-multiplier"] ?? BURST) || BURST;
    const isOver = (name: string, periodMs: number) => {
      const rate = Number(annotations[name] ?? 0);
      return rate > 0 && isAboveRate(exchange, name, rate / periodMs, rate * multiplier);
    };
    const isLimited = isOver("limit-rps", 1000) || isOver("limit-rpm", 60_000);
    return isLimited ? page(statusOf(exchange.rules.options["limit-req-status-code"])) : undefined;
  },
};

function statusOf(text: string | undefined): number {
  return text !== undefined && /^[45]\d\d$/.test(text) ? Number(text) : 503;
}

/** Fills the client's bucket, which leaks by `perMs`. True: it would overflow, so the request does not count. */
function isAboveRate({ process, location, client }: IngressExchange, name: string, perMs: number, burst: number) {
  const buckets = { ...((process.state["buckets"] ?? {}) as JsonObject) };
  const key = `${location.namespace}/${location.ingress}/${name}/${client}`;
  const [excess = 0, lastMs = 0] = (buckets[key] ?? []) as number[];
  const isNew = !(key in buckets);
  const now = isNew ? 0 : Math.max(0, excess - (process.nowMs - lastMs) * perMs + 1);
  if (now > burst) return true;
  delete buckets[key];
  for (const old of Object.keys(buckets).slice(0, Math.max(0, Object.keys(buckets).length - MAX_BUCKETS + 1))) {
    delete buckets[old];
  }
  process.state["buckets"] = { ...buckets, [key]: [now, process.nowMs] };
  return false;
}
