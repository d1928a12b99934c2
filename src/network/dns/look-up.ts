/** A look-up of a name as a container's resolver does it: name servers, search domains, aliases. */
import type { Transaction } from "../../cluster/transaction.ts";
import type { DnsRecord, DnsReply } from "../../lib/dns.ts";
import type { Answer, ResolveQuestion } from "../../shell/question.ts";
import type { Asker, Delivery } from "../delivery.ts";
import { isDnsSilent } from "../injected.ts";
import { askNameServer } from "./name-servers.ts";
import { candidateNames, type ResolverConfig } from "./resolver-config.ts";

/** Aliases that one look-up follows. */
const MAX_ALIASES = 8;
const REFUSAL_MS = 1;

/** `afterMs` counts the servers that did not answer, too. */
type Reply = { afterMs: number } & ((DnsReply & { server: string }) | { code: "silent"; isRefused: boolean });
type Ask = (name: string) => Reply;

export function lookUp(
  tx: Transaction,
  question: ResolveQuestion,
  config: ResolverConfig,
  { asker, delivery }: { asker: Asker; delivery: Delivery },
): Answer {
  const servers = question.server === undefined ? config.nameServers : [question.server];
  const [first = ""] = servers;
  const wanted = question.name.toLowerCase();
  const silence = { type: "failed", why: "dnsTimeout", server: first } as const;
  const patienceMs = Math.max(servers.length, 1) * config.attempts * config.timeoutMs;
  if (isDnsSilent(tx, wanted, asker)) return { ...silence, afterMs: patienceMs };
  const { record } = question;
  const ask: Ask = (name) =>
    askInTurn(servers, config, (server) => askNameServer(tx, { name, record }, server, { asker, delivery }));
  let afterMs = 0;
  let why: "unknownName" | "noRecord" | "serverFailure" = "unknownName";
  for (const name of candidateNames(wanted, config)) {
    const reply = ask(name);
    afterMs += reply.afterMs;
    if (reply.code === "silent") return { ...silence, afterMs, ...(reply.isRefused && { isRefused: true }) };
    if (reply.code === "SERVFAIL" || reply.code === "REFUSED") why = "serverFailure";
    if (reply.code !== "NOERROR") continue;
    const records = record === "CNAME" ? reply.records : withAliases(reply.records, ask);
    if (records.length > 0) return { type: "addresses", name, server: reply.server, records, afterMs };
    if (why !== "serverFailure") why = "noRecord";
  }
  return { type: "failed", why, server: first, afterMs };
}

/** The next server is asked where one does not answer. The first answer counts, also that a name does not exist. */
function askInTurn(
  servers: readonly string[],
  { timeoutMs, attempts }: ResolverConfig,
  ask: (server: string) => ReturnType<typeof askNameServer>,
): Reply {
  let afterMs = 0;
  let isRefused = servers.length > 0;
  for (const server of servers) {
    const reply = ask(server);
    if (typeof reply === "object") return { ...reply, server, afterMs: afterMs + reply.afterMs };
    if (reply === "silent") isRefused = false;
    afterMs += reply === "refused" ? REFUSAL_MS : timeoutMs;
  }
  return { code: "silent", isRefused, afterMs: Math.max(afterMs, isRefused ? 0 : timeoutMs) * attempts };
}

/** Aliases that lead out of the cluster stay alone: no outside world answers. */
function withAliases(records: readonly DnsRecord[], ask: Ask): readonly DnsRecord[] {
  const all = [...records];
  for (let depth = 0; depth < MAX_ALIASES; depth++) {
    const last = all.at(-1);
    if (last?.record !== "CNAME") break;
    const reply = ask(last.value.toLowerCase().replace(/\.$/, ""));
    if (reply.code === "silent" || reply.records.length === 0) break;
    all.push(...reply.records);
  }
  return all;
}
