/**
 * Sets the condition Dangling of FlowSchemas: whether their priority level is missing.
 * Kubernetes: staging/src/k8s.io/apiserver/pkg/util/flowcontrol/apf_controller.go (syncFlowSchemaStatus)
 */
import { flowSchemaKind } from "../kinds/flowcontrol/flow-schema.ts";
import { priorityLevelConfigurationKind } from "../kinds/flowcontrol/priority-level-configuration.ts";
import { objectKey, resourceId } from "../kinds/kind.ts";
import { formatTime } from "../lib/time.ts";
import type { FlowSchema } from "../schema/index.ts";
import { type Controller, self, type Watch } from "./controller.ts";

export const flowSchemas: Controller = {
  name: "flow-schemas",
  manager: "api-priority-and-fairness-config-consumer-v1",
  watches: [self(flowSchemaKind), schemasOfLevels()],

  reconcile(tx, key) {
    const flowSchema = tx.getByKey(key) as FlowSchema | undefined;
    if (!flowSchema) return;
    const level = flowSchema.spec.priorityLevelConfiguration?.name ?? "";
    const isThere = tx.get(priorityLevelConfigurationKind, "", level) !== undefined;
    const status = isThere ? "False" : "True";
    const present = flowSchema.status?.conditions?.find(({ type }) => type === "Dangling");
    const names = `This FlowSchema references the PriorityLevelConfiguration object named ${JSON.stringify(level)}`;
    const message = `${names} ${isThere ? "and it exists" : "but there is no such object"}`;
    if (present?.status === status && present.message === message) return;
    const lastTransitionTime = present?.status === status ? present.lastTransitionTime : formatTime(tx.nowMs);
    const reason = isThere ? "Found" : "NotFound";
    tx.updateStatus(flowSchemaKind, flowSchema, (draft) => {
      const others = (draft.status?.conditions ?? []).filter(({ type }) => type !== "Dangling");
      draft.status = { conditions: [...others, { type: "Dangling", status, lastTransitionTime, reason, message }] };
    });
  },
};

/** Wakes the FlowSchemas that refer to a priority level that was created or removed. */
function schemasOfLevels(): Watch {
  return {
    resource: resourceId(priorityLevelConfigurationKind),
    *map({ before, after }, tx) {
      if (before && after) return;
      const level = (after ?? before)?.metadata.name;
      for (const { metadata, spec } of tx.list(flowSchemaKind)) {
        if (spec.priorityLevelConfiguration?.name === level) yield objectKey(flowSchemaKind, "", metadata.name ?? "");
      }
    },
  };
}
