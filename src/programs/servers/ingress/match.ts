/**
 * Which path of an Ingress a request matches.
 * Kubernetes: https://kubernetes.io/docs/concepts/services-networking/ingress/#path-types
 */
import type { IngressPath } from "../../../lib/edge/ingress-rules.ts";

type Path = Pick<IngressPath, "path" | "type">;

/** The longest path that matches; of equal ones, an exact path wins over a prefix. */
export function bestMatch<P extends Path>(paths: readonly P[], path: string): P | undefined {
  let best: P | undefined;
  for (const each of paths) {
    if (!matchesPath(each, path)) continue;
    if (!best || rank(each) > rank(best)) best = each;
  }
  return best;
}

/** An exact path equals the request's path, with its slash at the end. A prefix matches by whole elements. */
function matchesPath({ path: rule, type }: Path, path: string): boolean {
  if (type === "Exact") return rule === path;
  const prefix = rule.replace(/\/+$/, "");
  return path === prefix || path.startsWith(`${prefix}/`) || prefix === "";
}

function rank({ path, type }: Path): number {
  return path.replace(/(.)\/+$/, "$1").length * 2 + (type === "Exact" ? 1 : 0);
}
