/**
 * The rules that kube-proxy writes into the packet filter of a node.
 * Kubernetes: pkg/proxy/iptables/proxier.go (`syncProxyRules`), pkg/kubelet/kubelet_network_linux.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { serviceKind } from "../kinds/core/service.ts";
import { endpointSliceKind } from "../kinds/discovery/endpoint-slice.ts";
import type { JsonValue } from "../lib/json.ts";
import { type Chain, NODE_RULES, type NodeRules, type PacketRule, type RuleText } from "../lib/node-rules.ts";
import { sha256 } from "../lib/signing/sha256.ts";
import type { Service, ServicePort } from "../schema/index.ts";
import type { ServedAnswer, ServedRequest } from "../shell/question.ts";
import { endpointsOf, type ServiceEndpoint } from "./services.ts";

const POD_RANGE = "10.244.0.0/16";
const HASH_LENGTH = 16;
const DEFAULT_AFFINITY_SECONDS = 10_800;

/** Undefined: the question is about something else. */
export function nodeRulesAnswer(
  tx: Transaction,
  { protocol, from }: Extract<ServedRequest, { type: "message" }>,
): ServedAnswer | undefined {
  if (protocol !== NODE_RULES) return undefined;
  const node = tx.list(nodeKind).find(({ status }) => status.addresses?.some(({ address }) => address === from));
  const rules = node ? nodeRules(tx, node.metadata.name ?? "") : null;
  return { type: "message", body: rules as JsonValue, afterMs: 0 };
}

function nodeRules(tx: Transaction, nodeName: string): NodeRules {
  return tx.derived(`network/node-rules/${nodeName}`, [serviceKind, endpointSliceKind], () => {
    const built: Built = { services: [], nodePorts: [], rejected: [], chains: [] };
    for (const service of tx.list(serviceKind)) {
      const { type, clusterIP = "None", ports = [] } = service.spec;
      if (type === "ExternalName" || clusterIP === "None" || clusterIP === "") continue;
      for (const port of ports) addPort(built, { service, port, endpoints: endpointsOf(tx, service), nodeName });
    }
    return { nat: natTable(built), filter: filterTable(built) };
  });
}

interface Built {
  services: PacketRule[];
  nodePorts: PacketRule[];
  /** Ports without endpoints. */
  rejected: PacketRule[];
  chains: Chain[];
}

interface PortFacts {
  service: Service;
  port: ServicePort;
  endpoints: readonly ServiceEndpoint[];
  nodeName: string;
}

interface Target {
  chain: string;
  address: string;
  /** `10.244.1.2:80` */
  destination: string;
}

function addPort(built: Built, { service, port, endpoints, nodeName }: PortFacts): void {
  const { metadata, spec } = service;
  const protocol = (port.protocol ?? "TCP").toLowerCase() as "tcp" | "udp" | "sctp";
  const name = `${metadata.namespace}/${metadata.name}${port.name ? `:${port.name}` : ""}`;
  const id = hashOf(name, protocol);
  const usable = endpoints.filter(({ isReady }) => isReady);
  const targets = targetsOf(usable, { port, name, protocol });
  const entries = entriesOf(service, port, name);
  if (targets.length === 0) {
    const reject = { saved: "--reject-with icmp-port-unreachable", listed: "reject-with icmp-port-unreachable" };
    const comment = `${name} has no endpoints`;
    for (const { destination, number } of entries) {
      built.rejected.push({ target: "REJECT", protocol, destination, comment, port: number, action: reject });
    }
    return;
  }
  const [inner, outer, local] = [`KUBE-SVC-${id}`, `KUBE-EXT-${id}`, `KUBE-SVL-${id}`];
  const isLocal = spec.externalTrafficPolicy === "Local";
  for (const { destination, number, comment, isExternal } of entries) {
    const target = isExternal ? outer : spec.internalTrafficPolicy === "Local" ? local : inner;
    built.services.push({ target, protocol, destination, comment, port: number });
  }
  if (port.nodePort) built.nodePorts.push({ target: outer, protocol, comment: name, port: port.nodePort });
  const cluster = { destination: spec.clusterIP ?? "", comment: `${name} cluster IP`, port: port.port, protocol };
  const masquerade: PacketRule = { target: "KUBE-MARK-MASQ", source: POD_RANGE, isSourceNegated: true, ...cluster };
  built.chains.push({ name: inner, rules: [masquerade, ...balanced(service, name, targets)] });
  const isReachedFromOutside = Boolean(port.nodePort) || entries.some(({ isExternal }) => isExternal);
  if (isReachedFromOutside) built.chains.push({ name: outer, rules: outerRules(name, { inner, local, isLocal }) });
  if ((isReachedFromOutside && isLocal) || spec.internalTrafficPolicy === "Local") {
    const near = targetsOf(
      usable.filter((one) => one.nodeName === nodeName),
      { port, name, protocol },
    );
    built.chains.push({ name: local, rules: localRules(service, name, near) });
  }
  for (const target of targets) built.chains.push(endpointChain(service, { name, protocol, target }));
}

/** The addresses of a port of a Service. */
function entriesOf({ spec, status }: Service, { port: number }: ServicePort, name: string) {
  const balanced = (status?.loadBalancer?.ingress ?? []).flatMap(({ ip }) => ip ?? []);
  return [
    { destination: spec.clusterIP ?? "", number, comment: `${name} cluster IP`, isExternal: false },
    ...(spec.externalIPs ?? []).map((ip) => ({
      ...{ destination: ip, number, comment: `${name} external IP`, isExternal: true },
    })),
    ...balanced.map((ip) => ({ destination: ip, number, comment: `${name} loadbalancer IP`, isExternal: true })),
  ];
}

function targetsOf(
  endpoints: readonly ServiceEndpoint[],
  { port, name, protocol }: { port: ServicePort; name: string; protocol: string },
): Target[] {
  return endpoints.flatMap(({ address, ports }) => {
    const found = ports.find((one) => one.name === (port.name ?? "") && one.protocol.toLowerCase() === protocol);
    if (!found) return [];
    const destination = `${address}:${found.port}`;
    return [{ chain: `KUBE-SEP-${hashOf(name, protocol, destination)}`, address, destination }];
  });
}

/** Each endpoint gets the same part of the connections; a known client goes where it went before. */
function balanced({ spec }: Service, name: string, targets: readonly Target[]): PacketRule[] {
  const seconds = spec.sessionAffinityConfig?.clientIP?.timeoutSeconds ?? DEFAULT_AFFINITY_SECONDS;
  const isSticky = spec.sessionAffinity === "ClientIP";
  const known = targets.map(({ chain, destination }): PacketRule => {
    const recent = {
      saved: `-m recent --rcheck --seconds ${seconds} --reap --name ${chain} --mask 255.255.255.255 --rsource`,
      listed: `recent: CHECK seconds: ${seconds} reap name: ${chain} side: source mask: 255.255.255.255`,
    };
    return { target: chain, comment: `${name} -> ${destination}`, matches: [recent] };
  });
  const others = targets.map(({ chain, destination }, i): PacketRule => {
    const left = targets.length - i;
    const probability = (1 / left).toFixed(11);
    const drawn = {
      saved: `-m statistic --mode random --probability ${probability}`,
      listed: `statistic mode random probability ${probability}`,
    };
    return { target: chain, comment: `${name} -> ${destination}`, ...(left > 1 && { matches: [drawn] }) };
  });
  return [...(isSticky ? known : []), ...others];
}

function outerRules(
  name: string,
  { inner, local, isLocal }: { inner: string; local: string; isLocal: boolean },
): PacketRule[] {
  if (!isLocal) {
    const comment = `masquerade traffic for ${name} external destinations`;
    return [{ target: "KUBE-MARK-MASQ", comment }, { target: inner }];
  }
  const matches = [{ saved: "-m addrtype --src-type LOCAL", listed: "ADDRTYPE match src-type LOCAL" }];
  return [
    { target: inner, source: POD_RANGE, comment: `pod traffic for ${name} external destinations` },
    { target: "KUBE-MARK-MASQ", comment: `masquerade LOCAL traffic for ${name} external destinations`, matches },
    { target: inner, comment: `route LOCAL traffic for ${name} external destinations`, matches },
    { target: local },
  ];
}

function localRules(service: Service, name: string, targets: readonly Target[]): PacketRule[] {
  if (targets.length === 0) return [{ target: "DROP", comment: `${name} has no local endpoints` }];
  return balanced(service, name, targets);
}

function endpointChain(
  { spec }: Service,
  { name, protocol, target }: { name: string; protocol: "tcp" | "udp" | "sctp"; target: Target },
): Chain {
  const { chain, address, destination } = target;
  const recent: RuleText = {
    saved: `-m recent --set --name ${chain} --mask 255.255.255.255 --rsource`,
    listed: `recent: SET name: ${chain} side: source mask: 255.255.255.255`,
  };
  const action = { saved: `--to-destination ${destination}`, listed: `to:${destination}` };
  const isSticky = spec.sessionAffinity === "ClientIP";
  const translated: PacketRule = { target: "DNAT", protocol, comment: name, action };
  return {
    name: chain,
    rules: [
      { target: "KUBE-MARK-MASQ", source: address, comment: name },
      { ...translated, ...(isSticky && { matches: [recent] }) },
    ],
  };
}

/** The first characters of a hash: names of chains are short. */
function hashOf(name: string, protocol: string, endpoint = ""): string {
  return base32(sha256(new TextEncoder().encode(`${name}${protocol}${endpoint}`))).slice(0, HASH_LENGTH);
}

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZ234567";

/** RFC 4648, without padding. */
function base32(bytes: Uint8Array): string {
  const bits = [...bytes].map((byte) => byte.toString(2).padStart(8, "0")).join("");
  return (bits.match(/.{5}/g) ?? []).map((group) => ALPHABET[Number.parseInt(group, 2)]).join("");
}

function natTable({ services, nodePorts, chains }: Built): Chain[] {
  const portals: PacketRule = { target: "KUBE-SERVICES", comment: "kubernetes service portals" };
  const last: PacketRule = {
    target: "KUBE-NODEPORTS",
    comment: "kubernetes service nodeports; NOTE: this must be the last rule in this chain",
    matches: [{ saved: "-m addrtype --dst-type LOCAL", listed: "ADDRTYPE match dst-type LOCAL" }],
  };
  const mark = (value: string, listed: string): RuleText => ({ saved: `--set-xmark ${value}`, listed });
  const unmarked = { saved: "-m mark ! --mark 0x4000/0x4000", listed: "mark match ! 0x4000/0x4000" };
  return [
    { name: "PREROUTING", policy: "ACCEPT", rules: [portals] },
    { name: "INPUT", policy: "ACCEPT", rules: [] },
    { name: "OUTPUT", policy: "ACCEPT", rules: [portals] },
    {
      ...{ name: "POSTROUTING", policy: "ACCEPT" },
      rules: [{ target: "KUBE-POSTROUTING", comment: "kubernetes postrouting rules" }],
    },
    { name: "KUBE-MARK-MASQ", rules: [{ target: "MARK", action: mark("0x4000/0x4000", "MARK or 0x4000") }] },
    { name: "KUBE-NODEPORTS", rules: nodePorts },
    {
      name: "KUBE-POSTROUTING",
      rules: [
        { target: "RETURN", matches: [unmarked] },
        { target: "MARK", action: mark("0x4000/0x0", "MARK xor 0x4000") },
        {
          ...{ target: "MASQUERADE", comment: "kubernetes service traffic requiring SNAT" },
          action: { saved: "--random-fully", listed: "random-fully" },
        },
      ],
    },
    { name: "KUBE-SERVICES", rules: [...services, last] },
    ...[...chains].sort((a, b) => (a.name < b.name ? -1 : 1)),
  ];
}

function filterTable({ rejected }: Built): Chain[] {
  const state = (value: string): RuleText => ({ saved: `-m conntrack --ctstate ${value}`, listed: `ctstate ${value}` });
  const whenNew = { matches: [state("NEW")] };
  const portals: PacketRule = { target: "KUBE-SERVICES", comment: "kubernetes service portals", ...whenNew };
  const firewall: PacketRule = { target: "KUBE-FIREWALL" };
  const marked = { saved: "-m mark --mark 0x4000/0x4000", listed: "mark match 0x4000/0x4000" };
  const foreign: PacketRule = {
    ...{ target: "DROP", source: "127.0.0.0/8", isSourceNegated: true, destination: "127.0.0.0/8" },
    comment: "block incoming localnet connections",
    matches: [
      { saved: "-m conntrack ! --ctstate RELATED,ESTABLISHED,DNAT", listed: "! ctstate RELATED,ESTABLISHED,DNAT" },
    ],
  };
  return [
    { name: "INPUT", policy: "ACCEPT", rules: [firewall] },
    {
      ...{ name: "FORWARD", policy: "ACCEPT" },
      rules: [{ target: "KUBE-FORWARD", comment: "kubernetes forwarding rules" }, portals],
    },
    { name: "OUTPUT", policy: "ACCEPT", rules: [portals, firewall] },
    { name: "KUBE-FIREWALL", rules: [foreign] },
    {
      name: "KUBE-FORWARD",
      rules: [
        { target: "DROP", matches: [state("INVALID")] },
        { target: "ACCEPT", comment: "kubernetes forwarding rules", matches: [marked] },
        {
          ...{ target: "ACCEPT", comment: "kubernetes forwarding conntrack rule" },
          matches: [state("RELATED,ESTABLISHED")],
        },
      ],
    },
    { name: "KUBE-SERVICES", rules: rejected },
  ];
}
