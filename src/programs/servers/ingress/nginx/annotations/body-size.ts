/** `proxy-body-size`: the largest body of a request, 1 MiB without it. */
import { type IngressAnnotation, page, setting } from "../exchange.ts";

const UNITS: Readonly<Record<string, number>> = { "": 1, k: 1024, m: 1024 ** 2, g: 1024 ** 3 };

export const bodySize: IngressAnnotation = {
  answer(exchange) {
    const [, number, unit = ""] =
      /^(\d+)([kmg]?)b?$/i.exec((setting(exchange, "proxy-body-size") ?? "1m").trim()) ?? [];
    const limit = Number(number ?? 1) * (UNITS[unit.toLowerCase()] ?? 1);
    return limit > 0 && exchange.request.body.length > limit ? page(413) : undefined;
  },
};
