/** Everything that acts by itself: controllers, scheduler, kubelet. Their names order work that is due at one instant. */
import type { Controller } from "../controllers/controller.ts";
import { controllers } from "../controllers/registry.ts";
import { kubeletController } from "../kubelet/index.ts";
import { nodeStatusController } from "../kubelet/node-status.ts";
import { schedulerController } from "../scheduler/index.ts";

export const allControllers: readonly Controller[] = [
  ...controllers,
  schedulerController,
  kubeletController,
  nodeStatusController,
];
