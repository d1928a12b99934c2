/** The answers to a request's needs, as the runtime provides them. */
import { Needed, needKey, type StateAtNeed } from "../cluster/needs.ts";
import type { SigningKey } from "../lib/signing/jwt.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { Provided, ProvidedAnswer, RequestCount, User } from "./request.ts";

/** The objects of a past state in key order, or `expired`. Throws `Needed`. */
export function stateNeeded(provided: Provided, need: StateAtNeed): readonly KubernetesObject[] | "expired" {
  const answer = provided.get(needKey(need));
  if (answer !== "expired" && !Array.isArray(answer)) throw new Needed(need);
  return answer;
}

/** Returns once the runtime has given the present state a revision after `after`. Throws `Needed`. */
export function newRevisionNeeded(provided: Provided, after: number): void {
  const need = { type: "newRevision", after } as const;
  if (!provided.has(needKey(need))) throw new Needed(need);
}

/** The user of one of the cluster's credentials; null when it is unknown or no longer valid. Throws `Needed`. */
export function identityNeeded(provided: Provided, token: string): User | null {
  const need = { type: "identity", token } as const;
  const answer = provided.get(needKey(need));
  if (!isAnswer(answer) || answer.type !== "identity") throw new Needed(need);
  return answer.user;
}

/** The counts of this isolate's answers. Throws `Needed`. */
export function requestCountsNeeded(provided: Provided): readonly RequestCount[] {
  const need = { type: "requestCounts" } as const;
  const answer = provided.get(needKey(need));
  if (!isAnswer(answer) || answer.type !== "requestCounts") throw new Needed(need);
  return answer.counts;
}

/** The signing key that the runtime provides; undefined unless it was needed. */
export function signingKeyProvided(provided: Provided): SigningKey | undefined {
  const answer = provided.get(needKey({ type: "signingKey" }));
  return isAnswer(answer) && answer.type === "signingKey" ? answer.key : undefined;
}

function isAnswer(answer: ProvidedAnswer | undefined): answer is Extract<ProvidedAnswer, { type: string }> {
  return typeof answer === "object" && "type" in answer;
}
