/** `allowlist-source-range` (`whitelist-source-range`) and `denylist-source-range`: clients by address. */
import { contains, parseAddress, parseRange } from "../../../../../lib/ip-range.ts";
import { type IngressAnnotation, page, setting } from "../exchange.ts";

export const sourceRange: IngressAnnotation = {
  answer(exchange) {
    const denied = setting(exchange, "denylist-source-range");
    if (denied && isIn(exchange.client, denied)) return page(403);
    const allowed = setting(exchange, "allowlist-source-range") ?? setting(exchange, "whitelist-source-range");
    return allowed && !isIn(exchange.client, allowed) ? page(403) : undefined;
  },
};

/** Whether one of the comma-separated ranges or addresses contains the address. */
export function isIn(text: string, ranges: string): boolean {
  const address = parseAddress(text);
  if (!address) return false;
  return ranges.split(",").some((one) => {
    const trimmed = one.trim();
    const range = parseRange(trimmed.includes("/") ? trimmed : `${trimmed}/32`);
    return range !== undefined && contains(range, address);
  });
}
