/**
 * The strategy of Pods: creation, updates and deletion.
 *
 * Kubernetes: pkg/registry/core/pod/strategy.go (podStrategy, podStatusStrategy)
 */
import { formatTime } from "../../lib/time.ts";
import type { Pod, PodSpec } from "../../schema/index.ts";
import type { Strategy } from "../kind.ts";
import { keepAllButStatus, keepStatus } from "../status.ts";
import { validateObjectMetaUpdate } from "../validation/object-meta.ts";
import { asNew, inTurn } from "../validation/updates.ts";
import { validatePod, validatePodStatus, validatePodUpdate } from "./pod.validation.ts";
import { podWarnings } from "./pod.warnings.ts";
import { qosClassOf } from "./pod-qos.ts";
import { copyAppArmorAnnotations } from "./pod-spec/app-armor.ts";
import { defaultPodOnly, defaultPodSpec } from "./pod-spec/pod-spec.defaults.ts";
import { podSubresources } from "./pod-subresources.ts";

export const podStrategy: Strategy<Pod> = {
  default: (pod) => {
    if (!pod.spec) pod.spec = {} as PodSpec;
    // Of pods only: templates keep a negative period.
    if ((pod.spec.terminationGracePeriodSeconds ?? 0) < 0) pod.spec.terminationGracePeriodSeconds = 1;
    defaultPodSpec(pod.spec);
    defaultPodOnly(pod.spec);
  },

  prepareForCreate: (pod, { nowMs }) => {
    pod.status = { phase: "Pending", qosClass: qosClassOf(pod.spec) };
    copyAppArmorAnnotations(pod);
    if ((pod.spec.schedulingGates?.length ?? 0) > 0) {
      pod.status.conditions = [
        {
          type: "PodScheduled",
          status: "False",
          lastProbeTime: null,
          lastTransitionTime: formatTime(nowMs),
          reason: "SchedulingGated",
          message: "Scheduling is blocked due to non-empty scheduling gates",
        },
      ];
    }
  },

  prepareForUpdate: keepStatus,

  subresources: podSubresources,

  /** A status write may also change labels and annotations, but not owner references. */
  prepareForStatusUpdate: (pod, old) => {
    keepAllButStatus(pod, old);
    if (old.metadata.ownerReferences) pod.metadata.ownerReferences = old.metadata.ownerReferences;
    else delete pod.metadata.ownerReferences;
    if (!pod.status.qosClass) pod.status.qosClass = old.status.qosClass;
  },

  validate: validatePod,
  validateUpdate: inTurn<Pod>(validateObjectMetaUpdate, asNew(validatePod), validatePodUpdate),
  validateStatusUpdate: validatePodStatus,

  warnings: podWarnings,

  gracePeriodSeconds: (pod, requested) => {
    const isRunning = pod.status.phase !== "Failed" && pod.status.phase !== "Succeeded";
    if (!pod.spec.nodeName || !isRunning) return 0;
    const seconds = requested ?? pod.spec.terminationGracePeriodSeconds ?? 0;
    return seconds < 0 ? 1 : seconds;
  },
};
