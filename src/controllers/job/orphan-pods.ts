/**
 * Removes the tracking finalizer from pods without a controller, so that they can be deleted. A Job that adopts such a
 * pod adds the finalizer again.
 * Kubernetes: pkg/controller/job/job_controller.go (syncOrphanPod)
 */
import { podKind } from "../../kinds/core/pod.ts";
import { parseKey, resourceId } from "../../kinds/kind.ts";
import type { Pod } from "../../schema/index.ts";
import { type Controller, controllerOf } from "../controller.ts";
import { isTracked } from "./context.ts";
import { release } from "./pods.ts";

export const jobOrphanPods: Controller = {
  name: "job-orphan-pods",
  manager: "kube-controller-manager",
  component: "job-controller",
  watches: [
    {
      resource: resourceId(podKind),
      map: ({ key, after }) => (after && !controllerOf(after) && isTracked(after as Pod) ? [key] : []),
    },
  ],

  reconcile(tx, key) {
    const { namespace, name } = parseKey(key);
    const pod = tx.get(podKind, namespace, name);
    if (pod && !controllerOf(pod)) release(tx, pod);
  },
};
