/**
 * Answers proxies that ask for their rules. A real proxy watches the API server; here it asks when a request arrives,
 * because nothing runs between two requests.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { mayList } from "../../edge/permissions.ts";
import { ingressKind } from "../../kinds/networking/ingress.ts";
import { GATEWAY_RULES } from "../../lib/edge/gateway-rules.ts";
import { INGRESS_RULES, type IngressRules, type IngressScope } from "../../lib/edge/ingress-rules.ts";
import type { JsonValue } from "../../lib/json.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { podAt } from "../services.ts";
import { gatewayRules } from "./gateway-rules.ts";
import { ingressRules } from "./ingress-rules.ts";

/** The rules of a controller that may not read Ingresses. */
const NO_RULES: IngressRules = { options: {}, hosts: {}, secrets: {} };

/** Undefined: the question is about something else. */
export function edgeRules(
  tx: Transaction,
  { protocol, body, from }: Extract<ServedRequest, { type: "message" }>,
): ServedAnswer | undefined {
  if (protocol !== INGRESS_RULES && protocol !== GATEWAY_RULES) return undefined;
  const pod = podAt(tx, from);
  if (protocol === INGRESS_RULES) {
    const scope = body as unknown as IngressScope;
    const mayRead = !pod || mayList(tx, pod, ingressKind.group, ingressKind.plural, scope.namespace);
    return answer(mayRead ? ingressRules(tx, scope) : NO_RULES);
  }
  return pod && answer(gatewayRules(tx, pod));
}

function answer(rules: object): ServedAnswer {
  return { type: "message", body: rules as JsonValue, afterMs: 0 };
}
