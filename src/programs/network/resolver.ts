/** Look-ups of DNS as programs make them, and the resolver's settings of a container. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, ResolveQuestion } from "../../shell/question.ts";

export type RecordType = ResolveQuestion["record"];
export type Reply = Answer & { type: "addresses" | "failed" };

export const NO_SERVERS = ";; no servers could be reached\n";
/** How often the tools of BIND ask. */
const TRIES = 3;
const RECORD_TYPES: readonly RecordType[] = ["A", "AAAA", "CNAME", "PTR", "SRV", "TXT", "NS", "MX", "SOA"];

/** The type that a word names, in any case. */
export function recordType(word: string | undefined): RecordType | undefined {
  return RECORD_TYPES.find((type) => type === word?.toUpperCase());
}

export const ANSWER_NEEDED: Step = { type: "wait", for: [{ type: "answer" }] };

/**
 * Asks several questions one after another. The answers are kept in the process's state under `key`. Undefined while
 * one is open.
 */
export function askAll(
  process: ProcessView,
  questions: readonly ResolveQuestion[],
  key = "answers",
): readonly Reply[] | undefined {
  process.state[key] ??= [];
  const answers = process.state[key] as unknown as Reply[];
  while (answers.length < questions.length) {
    const answer = process.ask(questions[answers.length]!);
    if (!answer) return undefined;
    answers.push(answer as Reply);
  }
  return answers;
}

/** The first name server and the search domains of /etc/resolv.conf. */
export function resolverOf({ files }: ProcessView): { server: string; searchDomains: readonly string[] } {
  let text = "";
  try {
    text = files.read("/etc/resolv.conf");
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
  }
  return {
    server: /^nameserver\s+(\S+)/m.exec(text)?.[1] ?? "127.0.0.1",
    searchDomains: /^(?:search|domain)\s+(.*)$/m.exec(text)?.[1]?.trim().split(/\s+/) ?? [],
  };
}

export function isAddress(text: string): boolean {
  return /^\d+\.\d+\.\d+\.\d+$/.test(text) || text.includes(":");
}

/** `7.1.244.10.in-addr.arpa`, without a dot at its end. */
export function reverseName(address: string): string {
  return `${address.split(".").reverse().join(".")}.in-addr.arpa`;
}

/** The code with which a name server refused: the name does not exist, or the server cannot tell. */
export function refusalOf(reply: Reply): "NXDOMAIN" | "SERVFAIL" | undefined {
  if (reply.type !== "failed") return undefined;
  return reply.why === "unknownName" ? "NXDOMAIN" : reply.why === "serverFailure" ? "SERVFAIL" : undefined;
}

/** The lines of BIND's tools for a name server that does not answer. */
export function unansweredLines(reply: Reply, server: string): string {
  const refusals = refusedLines(reply, server);
  return refusals === "" ? ";; connection timed out; no servers could be reached\n" : `${refusals}${NO_SERVERS}`;
}

/** One line for each try; none if the packets were lost. */
export function refusedLines(reply: Reply, server: string): string {
  const isRefused = reply.type === "failed" && reply.isRefused;
  return isRefused ? `;; communications error to ${server}#53: connection refused\n`.repeat(TRIES) : "";
}

/** True if no name server answered. */
export function isUnanswered(reply: Reply): boolean {
  return (
    reply.type === "failed" && reply.why !== "unknownName" && reply.why !== "noRecord" && reply.why !== "serverFailure"
  );
}
