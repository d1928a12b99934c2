/** The filters of HTTPRoutes. A rule with another type answers 500, as the specification demands. */
import type { FilterType } from "../exchange.ts";
import { requestHeaderModifier, responseHeaderModifier } from "./header-modifier.ts";
import { requestMirror } from "./request-mirror.ts";
import { requestRedirect } from "./request-redirect.ts";
import { urlRewrite } from "./url-rewrite.ts";

const FILTERS: readonly FilterType[] = [
  requestHeaderModifier,
  responseHeaderModifier,
  requestRedirect,
  urlRewrite,
  requestMirror,
];

export function filterOf(type: string): FilterType | undefined {
  return FILTERS.find((one) => one.type === type);
}
