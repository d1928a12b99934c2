/**
 * The status of policies: ready, with the derived rules and the number of rules by type.
 * Source: github.com/kyverno/kyverno pkg/controllers/webhook/controller.go (`updatePolicyStatuses`)
 */
import { equalJson, type JsonObject } from "../../../lib/json.ts";
import { formatTime } from "../../../lib/time.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Steps } from "../../kubectl/core/session.ts";
import type { Api } from "../controller-program.ts";
import { replace } from "../objects.ts";
import { GROUP, type Policy } from "./policies.ts";

const TYPES = { validate: "validate", generate: "generate", mutate: "mutate", verifyImages: "verifyimages" } as const;

export function* keepStatuses(api: Api, policies: readonly Policy[]): Steps<void> {
  for (const { object, name, namespace, rules } of policies) {
    const own = objectIn(object["status"]);
    const isGenerated = (rule: JsonObject) => String(rule["name"]).startsWith("autogen-");
    const count = (type: string) => rules.filter((rule) => !isGenerated(rule) && rule[type] !== undefined).length;
    const ready = { type: "Ready", status: "True", reason: "Succeeded", message: "Ready" };
    const before = objectsIn(own["conditions"]).find(({ type, status }) => type === "Ready" && status === "True");
    const derived = rules.filter(isGenerated);
    const status = {
      ...own,
      autogen: derived.length > 0 ? { rules: derived } : {},
      conditions: [before ?? { ...ready, lastTransitionTime: formatTime(api.nowMs) }],
      rulecount: Object.fromEntries(Object.entries(TYPES).map(([type, field]) => [field, count(type)])),
      validatingadmissionpolicy: { generated: false, message: "" },
    };
    if (equalJson(status, own)) continue;
    const scope = namespace === "" ? "clusterpolicies" : `namespaces/${namespace}/policies`;
    yield* replace(api.client, `${GROUP}/${scope}/${name}/status`, { ...object, status });
  }
}
