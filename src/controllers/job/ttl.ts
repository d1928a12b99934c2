/**
 * Deletes finished Jobs after `ttlSecondsAfterFinished`.
 * Kubernetes: pkg/controller/ttlafterfinished/ttlafterfinished_controller.go
 */
import { jobKind } from "../../kinds/batch/job.ts";
import { parseKey } from "../../kinds/kind.ts";
import { parseTime } from "../../lib/time.ts";
import type { Job } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";
import { conditionOf } from "./context.ts";

/** Clients that wait for the end of a Job see it for this time: the garbage collector removes its pods first. */
const SHOWN_MS = 2000;

export const ttlAfterFinished: Controller = {
  name: "ttl-after-finished-controller",
  manager: "kube-controller-manager",
  watches: [self(jobKind)],

  reconcile(tx, key, nowMs) {
    const { namespace, name } = parseKey(key);
    const job = tx.get(jobKind, namespace, name);
    if (!job || job.metadata.deletionTimestamp || job.spec.ttlSecondsAfterFinished === undefined) return undefined;
    const endedAtMs = endOf(job);
    if (endedAtMs === undefined) return undefined;
    const expiresAtMs = endedAtMs + Math.max(job.spec.ttlSecondsAfterFinished * 1000, SHOWN_MS);
    if (nowMs < expiresAtMs) return expiresAtMs;
    tx.delete(jobKind, job, { propagation: "Foreground" });
    return undefined;
  },
};

function endOf({ status }: Job): number | undefined {
  const end = conditionOf(status, "Complete") ?? conditionOf(status, "Failed");
  return end?.status === "True" && end.lastTransitionTime ? parseTime(end.lastTransitionTime) : undefined;
}
