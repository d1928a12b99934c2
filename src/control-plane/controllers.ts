/** All controllers, the scheduler's and the kubelet's included. Their names order work that is due at one instant. */
import { authorize } from "../apiserver/authorization/rbac.ts";
import { certificateApprover } from "../controllers/certificates/approver.ts";
import type { Controller } from "../controllers/controller.ts";
import { controllers } from "../controllers/registry.ts";
import { nodeComparison } from "../kubelet/foreign-status.ts";
import { heldLeaseController } from "../kubelet/held-leases.ts";
import { kubeletController } from "../kubelet/index.ts";
import { mountedFilesController } from "../kubelet/mounts/controller.ts";
import { nodePressureController } from "../kubelet/node-pressure/controller.ts";
import { nodeStatusController } from "../kubelet/node-status.ts";
import { objectWatchController } from "../kubelet/object-watches.ts";
import { schedulerController } from "../scheduler/index.ts";
import { injectedFaultsController } from "./injected/controller.ts";
import { trafficController } from "./traffic/controller.ts";

const approver = certificateApprover((tx, { username = "", groups = [] }, subresource) => {
  const user = { name: username, groups };
  const what = { group: "certificates.k8s.io", resource: "certificatesigningrequests", subresource };
  return authorize(tx, { isResource: true, user, verb: "create", ...what, namespace: "", name: "" }).allowed;
});

export const allControllers: readonly Controller[] = [
  ...controllers,
  approver,
  schedulerController,
  kubeletController,
  mountedFilesController,
  objectWatchController,
  heldLeaseController,
  nodeStatusController,
  nodePressureController,
  nodeComparison,
  injectedFaultsController,
  trafficController,
];
