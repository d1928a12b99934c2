/**
 * Answers proxies that ask for their rules. A real proxy watches the API server; here it asks when a request arrives,
 * because nothing runs between two requests.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { INGRESS_RULES, type IngressScope } from "../../lib/edge/ingress-rules.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { ingressRules } from "./ingress-rules.ts";

/** Undefined: the question is about something else. */
export function edgeRules(
  tx: Transaction,
  { protocol, body }: Extract<ServedRequest, { type: "message" }>,
): ServedAnswer | undefined {
  if (protocol !== INGRESS_RULES) return undefined;
  const rules = ingressRules(tx, body as unknown as IngressScope);
  return { type: "message", body: rules as unknown as JsonValue, afterMs: 0 };
}
