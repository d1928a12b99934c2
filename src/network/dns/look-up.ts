/** A look-up of a name as a container's resolver does it: the name server, the search domains, aliases. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { DnsRecord } from "../../lib/dns.ts";
import type { Answer, ResolveQuestion } from "../../shell/question.ts";
import type { Asker, Delivery } from "../delivery.ts";
import { isDnsSilent } from "../injected.ts";
import { askNameServer, type ServerReply } from "./name-servers.ts";
import { candidateNames, type ResolverConfig } from "./resolver-config.ts";

/** `timeout` and `attempts` of resolv.conf(5): five seconds, twice. */
const NO_ANSWER_MS = 10_000;
const REFUSAL_MS = 1;
/** Aliases that one look-up follows. */
const MAX_ALIASES = 8;

type Ask = (name: string) => ServerReply;

export function lookUp(
  tx: Transaction,
  question: ResolveQuestion,
  config: ResolverConfig,
  { asker, delivery }: { asker: Asker; delivery: Delivery },
): Answer {
  const server = question.server ?? config.nameServers[0] ?? "";
  const wanted = question.name.toLowerCase();
  const silence = { type: "failed", why: "dnsTimeout", server, afterMs: NO_ANSWER_MS } as const;
  if (isDnsSilent(tx, wanted, asker)) return silence;
  const { record } = question;
  const ask: Ask = (name) => askNameServer(tx, { name, record }, server, { asker, delivery });
  let afterMs = 0;
  let why: "unknownName" | "noRecord" | "serverFailure" = "unknownName";
  for (const name of candidateNames(wanted, config)) {
    const reply = ask(name);
    if (reply === "silent") return { ...silence, afterMs: afterMs + NO_ANSWER_MS };
    if (reply === "refused") return { ...silence, afterMs: afterMs + REFUSAL_MS, isRefused: true };
    afterMs += reply.afterMs;
    if (reply.code === "SERVFAIL" || reply.code === "REFUSED") why = "serverFailure";
    if (reply.code !== "NOERROR") continue;
    const records = record === "CNAME" ? reply.records : withAliases(reply.records, ask);
    if (records.length > 0) return { type: "addresses", name, server, records, afterMs };
    if (why !== "serverFailure") why = "noRecord";
  }
  return { type: "failed", why, server, afterMs };
}

/** Aliases that lead out of the cluster stay alone: no outside world answers. */
function withAliases(records: readonly DnsRecord[], ask: Ask): readonly DnsRecord[] {
  const all = [...records];
  for (let depth = 0; depth < MAX_ALIASES; depth++) {
    const last = all.at(-1);
    if (last?.record !== "CNAME") break;
    const reply = ask(last.value.toLowerCase().replace(/\.$/, ""));
    if (typeof reply === "string" || reply.records.length === 0) break;
    all.push(...reply.records);
  }
  return all;
}
