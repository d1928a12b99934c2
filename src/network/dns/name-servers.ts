/** Asks a name server for the records of one full name: cluster DNS, another server in a pod, or a node's. */
import { COREDNS_CONFIG_MAP, COREFILE } from "../../cluster/base/core-dns.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { configMapKind } from "../../kinds/core/config-map.ts";
import { DEFAULT_CLUSTER_ZONE, DNS_MESSAGE, type DnsQuestion, type DnsReply, NODE_NAMESERVERS } from "../../lib/dns.ts";
import { isJsonObject, type JsonValue } from "../../lib/json.ts";
import type { Pod } from "../../schema/index.ts";
import { choice } from "../balance.ts";
import type { Asker, Delivery } from "../delivery.ts";
import { mayConnect } from "../policies/policies.ts";
import { endpointsOf, podAt, serviceAt } from "../services.ts";
import { recordsOf } from "./cluster-zone.ts";

type ServerReply = (DnsReply & { afterMs: number }) | "silent" | "refused";

const DNS_PORT = 53;
/** Time that a server takes besides that of the servers that it asks. */
const ROUND_TRIP_MS = 1;

/** `silent`: no server answers at the address. `refused`: kube-proxy rejects packets to a Service without endpoints. */
export function askNameServer(
  tx: Transaction,
  question: DnsQuestion,
  server: string,
  { asker, delivery }: { asker: Asker; delivery: Delivery },
): ServerReply {
  if (NODE_NAMESERVERS.includes(server)) return { code: "NXDOMAIN", records: [], afterMs: ROUND_TRIP_MS };
  const servers = reachableServers(tx, server, asker);
  const chosen = servers[choice(`${asker.address}/${asker.atMs}/${question.name}`, servers.length)];
  if (!chosen) return isRejected(tx, server) ? "refused" : "silent";
  if (hasFirstConfiguration(tx, chosen.pod)) {
    const records = recordsOf(tx, question, DEFAULT_CLUSTER_ZONE);
    return { code: records ? "NOERROR" : "NXDOMAIN", records: records ?? [], afterMs: ROUND_TRIP_MS };
  }
  const body = { ...question } as unknown as JsonValue;
  const request = { type: "message", protocol: DNS_MESSAGE, body, port: chosen.port, from: asker.address } as const;
  const served = delivery.toPod(chosen.pod, request);
  if (served?.type !== "message" || !isJsonObject(served.body)) return "silent";
  return { ...(served.body as unknown as DnsReply), afterMs: served.afterMs + ROUND_TRIP_MS };
}

function isRejected(tx: Transaction, server: string): boolean {
  const service = serviceAt(tx, server);
  const serves = service?.spec.ports?.some(({ port, protocol }) => port === DNS_PORT && protocol === "UDP");
  return serves === true && !endpointsOf(tx, service!).some(({ isReady }) => isReady);
}

/** The ready endpoints of a Service that serves DNS, or a pod, as far as network policies let the client reach them. */
function reachableServers(tx: Transaction, server: string, asker: Asker): { pod: Pod; port: number }[] {
  const isAllowed = (pod: Pod, address: string, port: number) =>
    mayConnect(tx, asker, { address, pod, port, protocol: "udp" });
  const service = serviceAt(tx, server);
  if (!service) {
    const pod = podAt(tx, server);
    return pod && isAllowed(pod, server, DNS_PORT) ? [{ pod, port: DNS_PORT }] : [];
  }
  const wanted = service.spec.ports?.find(({ port, protocol }) => port === DNS_PORT && protocol === "UDP");
  if (!wanted) return [];
  return endpointsOf(tx, service).flatMap(({ isReady, address, ports }) => {
    const port = ports.find(({ protocol, name }) => protocol === "UDP" && name === (wanted.name ?? ""))?.port;
    const pod = podAt(tx, address);
    return isReady && port !== undefined && pod && isAllowed(pod, address, port) ? [{ pod, port }] : [];
  });
}

/**
 * Whether a server is CoreDNS of the cluster with the configuration of a fresh cluster, which was never changed. Its
 * answers follow from the state alone, so its process is left asleep: names are looked up all the time.
 */
function hasFirstConfiguration(tx: Transaction, { metadata, spec }: Pod): boolean {
  const { namespace, name } = COREDNS_CONFIG_MAP;
  if (metadata.namespace !== namespace) return false;
  const maps = (spec.volumes ?? []).flatMap(({ configMap }) => configMap?.name ?? []);
  if (maps.length !== 1 || maps[0] !== name) return false;
  const map = tx.get(configMapKind, namespace, name);
  return map?.metadata.managedFields === undefined && map?.data?.["Corefile"] === COREFILE;
}
