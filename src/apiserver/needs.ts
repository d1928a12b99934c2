/** What the pure core asks for because only the outside has it; see `Need`. */
import type { SigningKey } from "../lib/signing/jwt.ts";
import type { KubernetesObject } from "../schema/types.ts";
import {
  type Need,
  needKey,
  type Provided,
  type ProvidedAnswer,
  type RequestCount,
  type StateAtNeed,
  type User,
} from "./request.ts";

/** Thrown where a request cannot go on without an answer; the request is then run again, from the same state, with it. */
export class Needed extends Error {
  override name = "Needed";
  readonly needs: Need[];

  constructor(...needs: Need[]) {
    super("something is needed");
    this.needs = needs;
  }
}

/** The objects of a past state, if they were provided. */
export function stateProvided(
  provided: Provided,
  need: StateAtNeed,
): readonly KubernetesObject[] | "expired" | undefined {
  const answer = provided.get(needKey(need));
  return answer === "expired" || Array.isArray(answer) ? answer : undefined;
}

/** Whom one of the cluster's credentials stands for; null when it is none. Throws `Needed`. */
export function identityNeeded(provided: Provided, token: string): User | null {
  const need = { type: "identity", token } as const;
  const answer = provided.get(needKey(need));
  if (!isAnswer(answer) || answer.type !== "identity") throw new Needed(need);
  return answer.user;
}

/** What this isolate has answered. Throws `Needed`. */
export function requestCountsNeeded(provided: Provided): readonly RequestCount[] {
  const need = { type: "requestCounts" } as const;
  const answer = provided.get(needKey(need));
  if (!isAnswer(answer) || answer.type !== "requestCounts") throw new Needed(need);
  return answer.counts;
}

/** The key that was made because one was needed. */
export function signingKeyProvided(provided: Provided): SigningKey | undefined {
  const answer = provided.get(needKey({ type: "signingKey" }));
  return isAnswer(answer) && answer.type === "signingKey" ? answer.key : undefined;
}

function isAnswer(answer: ProvidedAnswer | undefined): answer is Extract<ProvidedAnswer, { type: string }> {
  return typeof answer === "object" && "type" in answer;
}
