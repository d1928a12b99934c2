/** A look-up of a name as a container's resolver does it: the name server, the search domains, aliases. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Answer, ResolveQuestion } from "../../shell/question.ts";
import { isDnsSilent } from "../injected.ts";
import { mayConnect } from "../policies/policies.ts";
import { endpointsOf, podAt, serviceAt } from "../services.ts";
import type { Source } from "../source.ts";
import { type DnsRecord, recordsOf } from "./cluster-zone.ts";
import { candidateNames, type ResolverConfig } from "./resolver-config.ts";

/** One question to CoreDNS and its answer. */
const ROUND_TRIP_MS = 1;
/** `timeout` and `attempts` of resolv.conf(5): five seconds, twice. */
const NO_ANSWER_MS = 10_000;
/** Aliases that one look-up follows. */
const MAX_ALIASES = 8;
const DNS_PORT = 53;

export function lookUp(tx: Transaction, question: ResolveQuestion, config: ResolverConfig, source: Source): Answer {
  const server = question.server ?? config.nameServers[0] ?? "";
  if (isDnsSilent(tx, question.name.toLowerCase(), source) || !reachesClusterDns(tx, server, source))
    return { type: "failed", why: "dnsTimeout", server, afterMs: NO_ANSWER_MS };
  const candidates = candidateNames(question.name.toLowerCase(), config);
  let afterMs = 0;
  let why: "unknownName" | "noRecord" = "unknownName";
  for (const name of candidates) {
    afterMs += ROUND_TRIP_MS;
    const records = withAliases(tx, name, question.record);
    if (records === undefined) continue;
    if (records.length > 0) return { type: "addresses", name, server, records, afterMs };
    why = "noRecord";
  }
  return { type: "failed", why, server, afterMs };
}

/**
 * True if a Service with ready endpoints stands behind the address and serves DNS, and network policies let the client
 * reach one of them.
 */
function reachesClusterDns(tx: Transaction, server: string, source: Source): boolean {
  const service = serviceAt(tx, server);
  if (!service?.spec.ports?.some(({ port }) => port === DNS_PORT)) return false;
  return endpointsOf(tx, service).some(({ isReady, address, ports }) => {
    const port = ports.find(({ protocol }) => protocol === "UDP")?.port;
    if (!isReady || port === undefined) return false;
    const pod = podAt(tx, address);
    return mayConnect(tx, source, { address, ...(pod && { pod }), port, protocol: "udp" });
  });
}

/** Undefined: no such name. Aliases that lead out of the cluster stay alone: no outside world answers. */
function withAliases(tx: Transaction, name: string, record: ResolveQuestion["record"]): DnsRecord[] | undefined {
  const records = recordsOf(tx, name, record);
  if (records === undefined || record === "CNAME") return records;
  const all = [...records];
  for (let depth = 0; depth < MAX_ALIASES; depth++) {
    const last = all.at(-1);
    if (last?.record !== "CNAME") break;
    const next = recordsOf(tx, last.value.toLowerCase().replace(/\.$/, ""), record);
    if (!next?.length) break;
    all.push(...next);
  }
  return all;
}
