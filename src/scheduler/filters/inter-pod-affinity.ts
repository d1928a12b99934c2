/**
 * Required pod affinity and anti-affinity of the pod, and required anti-affinity of the pods that are already on nodes.
 * Kubernetes: pkg/scheduler/framework/plugins/interpodaffinity/filtering.go
 */
import type { PodAffinityTerm } from "../../schema/index.ts";
import { meansPod } from "../affinity-terms.ts";
import { type Cycle, type Filter, rejected, ruledOut } from "../framework.ts";

export const interPodAffinity: Filter = {
  name: "InterPodAffinity",
  prepare: (cycle) => {
    const { pod } = cycle;
    const near = pod.spec.affinity?.podAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const apart = pod.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
    const refused = domainsThatRefuse(cycle);
    if (near.length === 0 && apart.length === 0 && refused.length === 0) return undefined;
    const nearDomains = near.map((term) => domainsWithPods(cycle, [term]));
    // The first pod of a self-affine group finds no matching pod; it may go to any node that has the topology key.
    const isFirst = nearDomains.every((domains) => domains.size === 0);
    const meansItself = near.every((term) => meansPod(cycle.tx, term, pod, pod));
    const apartDomains = apart.map((term) => domainsWithPods(cycle, [term]));
    return ({ labels }) => {
      const isNear = near.every(({ topologyKey }, i) => {
        const domain = labels[topologyKey];
        return domain !== undefined && (nearDomains[i]?.has(domain) || (isFirst && meansItself));
      });
      if (!isNear) return ruledOut("node(s) didn't match pod affinity rules");
      const isApart = apart.every(({ topologyKey }, i) => !apartDomains[i]?.has(labels[topologyKey] ?? ""));
      if (!isApart) return rejected("node(s) didn't match pod anti-affinity rules");
      const isRefused = refused.some(({ key, domain }) => labels[key] === domain);
      return isRefused ? rejected("node(s) didn't satisfy existing pods anti-affinity rules") : undefined;
    };
  },
};

/** Values of the terms' topology keys on nodes with a pod that the term selects. */
function domainsWithPods({ tx, pod, nodes }: Cycle, terms: readonly PodAffinityTerm[]): Set<string> {
  const domains = new Set<string>();
  for (const { labels, pods } of nodes) {
    for (const term of terms) {
      const domain = labels[term.topologyKey];
      if (domain === undefined || domains.has(domain)) continue;
      if (pods.some((other) => meansPod(tx, term, pod, other))) domains.add(domain);
    }
  }
  return domains;
}

/** The domains of pods whose anti-affinity selects the pod that is being scheduled. */
function domainsThatRefuse({ tx, pod, nodes }: Cycle): { key: string; domain: string }[] {
  const refusals: { key: string; domain: string }[] = [];
  for (const { labels, pods } of nodes) {
    for (const other of pods) {
      const terms = other.spec.affinity?.podAntiAffinity?.requiredDuringSchedulingIgnoredDuringExecution ?? [];
      for (const term of terms) {
        const domain = labels[term.topologyKey];
        if (domain !== undefined && meansPod(tx, term, other, pod)) refusals.push({ key: term.topologyKey, domain });
      }
    }
  }
  return refusals;
}
