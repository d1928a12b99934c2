/**
 * The HOSTS column of Ingresses.
 *
 * Kubernetes: pkg/printers/internalversion/printers.go (formatHosts)
 */
import type { IngressRule } from "../../schema/index.ts";

const SHOWN = 3;

/** The hosts of the first rules; `*` where no rule names one. */
export function firstHosts(rules: readonly IngressRule[]): string {
  const hosts = rules
    .slice(0, SHOWN)
    .map(({ host }) => host ?? "")
    .filter((host) => host !== "");
  if (hosts.length === 0) return "*";
  const list = hosts.join(",");
  return rules.length > SHOWN ? `${list} + ${rules.length - SHOWN} more...` : list;
}
