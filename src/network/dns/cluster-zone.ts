/**
 * The zone `cluster.local` and its reverse zone, as CoreDNS' plugin `kubernetes` serves them.
 * Kubernetes: https://github.com/kubernetes/dns/blob/master/docs/specification.md
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import {
  CLUSTER_ZONE_MESSAGE,
  type ClusterZone,
  type ClusterZoneQuestion,
  type DnsQuestion,
  type DnsRecord,
  type RecordType,
} from "../../lib/dns.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { Service } from "../../schema/index.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { endpointsOf, podAt, type ServiceEndpoint, serviceAt } from "../services.ts";

/** Records of a full name in lower case; undefined if no such name exists (NXDOMAIN). */
export function recordsOf(tx: Transaction, { name, record }: DnsQuestion, zone: ClusterZone): DnsRecord[] | undefined {
  const { domain, ttlSeconds } = zone;
  const make = (value: string, type: RecordType = record, owner = name): DnsRecord => {
    return { name: owner, record: type, value, ttlSeconds };
  };
  if (name.endsWith(".in-addr.arpa")) return pointersOf(tx, name, record, { make, domain });
  if (name === domain) return record === "NS" ? [make(`ns.dns.${domain}`)] : [];
  if (!name.endsWith(`.${domain}`)) return undefined;
  const labels = name.slice(0, -domain.length - 1).split(".");
  const [type, namespace, service] = [labels.at(-1), labels.at(-2), labels.at(-3)];
  if (namespace !== undefined && zone.namespaces && !zone.namespaces.includes(namespace)) return undefined;
  if (type === "pod" && namespace !== undefined) return podRecords(tx, labels, record, { make, pods: zone.pods });
  if (type !== "svc") return undefined;
  if (service === undefined || namespace === undefined)
    return namespace === undefined || hasServices(tx, namespace) ? [] : undefined;
  const found = tx.get(serviceKind, namespace, service);
  if (!found) return undefined;
  return serviceRecords(tx, found, labels.slice(0, -3), { name, record, make });
}

type Make = (value: string, type?: RecordType, owner?: string) => DnsRecord;

function hasServices(tx: Transaction, namespace: string): boolean {
  return tx.list(serviceKind, namespace).length > 0;
}

/** `before` holds the labels in front of the Service's name: a host, or a port and its protocol. */
function serviceRecords(
  tx: Transaction,
  service: Service,
  before: readonly string[],
  { name, record, make }: { name: string; record: RecordType; make: Make },
): DnsRecord[] | undefined {
  const { spec } = service;
  if (spec.type === "ExternalName") {
    if (before.length > 0) return undefined;
    return record === "A" || record === "AAAA" || record === "CNAME" ? [make(spec.externalName ?? "", "CNAME")] : [];
  }
  const isHeadless = spec.clusterIP === "None";
  const shown = isHeadless
    ? endpointsOf(tx, service).filter((one) => one.isReady || spec.publishNotReadyAddresses)
    : [];
  if (isHeadless && shown.length === 0) return undefined;
  if (before.length === 2) return portRecords(service, shown, before, { name, make, record });
  if (before.length === 1) {
    const host = shown.filter((endpoint) => hostOf(endpoint) === before[0]);
    if (host.length === 0) return undefined;
    return record === "A" ? host.map(({ address }) => make(address)) : [];
  }
  if (before.length > 0) return undefined;
  const domain = name;
  if (record === "SRV") return allPortRecords(service, shown, domain, make);
  if (record !== "A") return [];
  return isHeadless ? shown.map(({ address }) => make(address)) : [make(spec.clusterIP ?? "")];
}

/** `_http._tcp.web.default.svc.cluster.local`. */
function portRecords(
  service: Service,
  endpoints: readonly ServiceEndpoint[],
  [port = "", protocol = ""]: readonly string[],
  { name, make, record }: { name: string; make: Make; record: RecordType },
): DnsRecord[] | undefined {
  const domain = name.split(".").slice(2).join(".");
  const wanted = (service.spec.ports ?? []).some(
    (one) => `_${one.name}` === port && `_${(one.protocol ?? "TCP").toLowerCase()}` === protocol,
  );
  if (!wanted) return undefined;
  if (record !== "SRV") return [];
  return allPortRecords(service, endpoints, domain, make, port.slice(1));
}

function allPortRecords(
  service: Service,
  endpoints: readonly ServiceEndpoint[],
  domain: string,
  make: Make,
  onlyPort?: string,
): DnsRecord[] {
  const isWanted = ({ name }: { name?: string }) => onlyPort === undefined || name === onlyPort;
  if (service.spec.clusterIP !== "None") {
    return (service.spec.ports ?? []).filter(isWanted).map(({ port }) => make(`0 100 ${port} ${domain}.`));
  }
  return endpoints.flatMap((endpoint) =>
    endpoint.ports.filter(isWanted).map(({ port }) => make(`0 100 ${port} ${hostOf(endpoint)}.${domain}.`)),
  );
}

function hostOf({ hostname, address }: ServiceEndpoint): string {
  return hostname ?? address.replaceAll(".", "-");
}

/** `10-244-1-3.default.pod.cluster.local`: of every address (`pods insecure`), or of pods of the namespace. */
function podRecords(
  tx: Transaction,
  [label = "", namespace = "", ...rest]: readonly string[],
  record: RecordType,
  { make, pods }: { make: Make; pods: ClusterZone["pods"] },
): DnsRecord[] | undefined {
  const address = label.replaceAll("-", ".");
  if (pods === "disabled" || rest.length !== 1 || !/^\d+\.\d+\.\d+\.\d+$/.test(address)) return undefined;
  if (pods === "verified" && podAt(tx, address)?.metadata.namespace !== namespace) return undefined;
  return record === "A" ? [make(address)] : [];
}

function pointersOf(
  tx: Transaction,
  name: string,
  record: RecordType,
  { make, domain }: { make: Make; domain: string },
): DnsRecord[] | undefined {
  const address = name
    .replace(/\.in-addr\.arpa$/, "")
    .split(".")
    .reverse()
    .join(".");
  const service = serviceAt(tx, address);
  const target = service
    ? `${service.metadata.name}.${service.metadata.namespace}.svc.${domain}.`
    : endpointName(tx, address, domain);
  if (target === undefined) return undefined;
  return record === "PTR" ? [make(target)] : [];
}

/** The name of an address behind a headless Service. */
function endpointName(tx: Transaction, address: string, domain: string): string | undefined {
  const isPod = tx.list(podKind).some(({ status }) => status.podIP === address);
  if (!isPod) return undefined;
  for (const service of tx.list(serviceKind)) {
    if (service.spec.clusterIP !== "None") continue;
    const endpoint = endpointsOf(tx, service).find((one) => one.address === address);
    if (!endpoint) continue;
    return `${hostOf(endpoint)}.${service.metadata.name}.${service.metadata.namespace}.svc.${domain}.`;
  }
  return undefined;
}

/** Answers a name server that asks for records of its zone; undefined: the question is about something else. */
export function clusterZoneAnswer(
  tx: Transaction,
  { protocol, body }: Extract<ServedRequest, { type: "message" }>,
): ServedAnswer | undefined {
  if (protocol !== CLUSTER_ZONE_MESSAGE) return undefined;
  const { zone, ...question } = body as unknown as ClusterZoneQuestion;
  return { type: "message", body: (recordsOf(tx, question, zone) ?? null) as unknown as JsonValue, afterMs: 0 };
}
