/**
 * Events about violations: one at the policy, and one at the resource unless its request is denied.
 * Source: github.com/kyverno/kyverno pkg/event/events.go, pkg/webhooks/utils/event.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import { type EventSource, recordEvent } from "../events.ts";
import { nameOf, namespaceOf } from "../objects.ts";
import { isProblem, type PolicyOutcome } from "./outcomes.ts";

/** Records the rules that failed. A resource whose name is generated has no name yet, and gets no event. */
export function* recordViolations(
  source: EventSource,
  resource: JsonObject,
  outcomes: readonly PolicyOutcome[],
  { component, isBlocked }: { component: "kyverno-admission" | "kyverno-scan"; isBlocked: boolean },
): Steps<void> {
  const event = { reason: "PolicyViolation", type: "Warning", component } as const;
  const place = [namespaceOf(resource), nameOf(resource)].filter((part) => part !== "").join("/");
  for (const { policy, rules } of outcomes) {
    for (const { rule, status, message } of rules.filter(isProblem)) {
      const text = `${String(resource["kind"])} ${place}: [${rule}] ${status}${isBlocked ? " (blocked)" : ""}; ${message}`;
      yield* recordEvent(source, policy.object, { ...event, message: text });
      if (isBlocked || nameOf(resource) === "") continue;
      yield* recordEvent(source, resource, {
        ...event,
        message: `policy ${policy.name}/${rule} ${status}: ${message}`,
      });
    }
  }
}
