/**
 * /etc/resolv.conf of a pod, by its `dnsPolicy` and `dnsConfig`.
 * Kubernetes: pkg/kubelet/network/dns/dns.go (`GetPodDNS`); containerd: internal/cri/server/sandbox_run_linux.go
 */
import { NODE_NAMESERVERS } from "../../lib/dns.ts";
import type { Pod, PodDNSConfigOption } from "../../schema/index.ts";

export const CLUSTER_DOMAIN = "cluster.local";
const CLUSTER_DNS = "10.96.0.10";

interface Resolver {
  servers: readonly string[];
  searches: readonly string[];
  options: readonly string[];
}

/** Limits of resolvers: more is cut, and an event tells. Kubernetes: pkg/apis/core/validation/validation.go */
const MAX_SERVERS = 3;
const MAX_SEARCHES = 32;
const MAX_SEARCH_CHARACTERS = 2048;

export function resolverFile(pod: Pod): string {
  const { servers, searches, options } = withinLimits(withConfig(byPolicy(pod), pod)).resolver;
  return [
    ...(searches.length > 0 ? [`search ${searches.join(" ")}\n`] : []),
    ...servers.map((server) => `nameserver ${server}\n`),
    ...(options.length > 0 ? [`options ${options.join(" ")}\n`] : []),
  ].join("");
}

/** Messages about name servers and search domains that the pod wants and does not get. */
export function resolverProblems(pod: Pod): string[] {
  return withinLimits(withConfig(byPolicy(pod), pod)).problems;
}

function withinLimits({ servers, searches, options }: Resolver): { resolver: Resolver; problems: string[] } {
  const problems: string[] = [];
  const keptServers = servers.slice(0, MAX_SERVERS);
  if (keptServers.length < servers.length) {
    const line = keptServers.join(" ");
    problems.push(
      `Nameserver limits were exceeded, some nameservers have been omitted, the applied nameserver line is: ${line}`,
    );
  }
  const keptSearches = searches.slice(0, MAX_SEARCHES);
  while (keptSearches.join(" ").length > MAX_SEARCH_CHARACTERS) keptSearches.pop();
  if (keptSearches.length < searches.length) {
    const line = keptSearches.join(" ");
    problems.push(
      `Search Line limits were exceeded, some search paths have been omitted, the applied search line is: ${line}`,
    );
  }
  return { resolver: { servers: keptServers, searches: keptSearches, options }, problems };
}

function byPolicy({ spec, metadata }: Pod): Resolver {
  const policy = spec.dnsPolicy ?? "ClusterFirst";
  if (policy === "None") return { servers: [], searches: [], options: [] };
  if (policy === "Default" || (policy === "ClusterFirst" && spec.hostNetwork)) {
    return { servers: NODE_NAMESERVERS, searches: [], options: [] };
  }
  const searches = [`${metadata.namespace}.svc.${CLUSTER_DOMAIN}`, `svc.${CLUSTER_DOMAIN}`, CLUSTER_DOMAIN];
  return { servers: [CLUSTER_DNS], searches, options: ["ndots:5"] };
}

/** The pod's own servers and searches follow; its options replace those of the same name. */
function withConfig({ servers, searches, options }: Resolver, { spec }: Pod): Resolver {
  const { dnsConfig } = spec;
  if (!dnsConfig) return { servers, searches, options };
  const merged = new Map(options.map((option) => [option.split(":")[0]!, option]));
  for (const option of dnsConfig.options ?? []) merged.set(option.name ?? "", optionText(option));
  return {
    servers: [...new Set([...servers, ...(dnsConfig.nameservers ?? [])])],
    searches: [...new Set([...searches, ...(dnsConfig.searches ?? [])])],
    options: [...merged.values()],
  };
}

function optionText({ name = "", value }: PodDNSConfigOption): string {
  return value === undefined || value === "" ? name : `${name}:${value}`;
}
