/** Everything that acts on claims and volumes. */
import type { Controller } from "../controller.ts";
import { volumeBinder } from "./binder.ts";
import { ephemeralVolumes } from "./ephemeral.ts";
import { volumeExpander } from "./expansion.ts";
import { claimProtection, volumeProtection } from "./protection.ts";
import { volumeProvisioner, volumeRemover } from "./provisioner.ts";
import { volumePhases } from "./volume-phases.ts";

export const volumeControllers: readonly Controller[] = [
  volumeBinder,
  volumePhases,
  volumeProvisioner,
  volumeRemover,
  volumeExpander,
  claimProtection,
  volumeProtection,
  ephemeralVolumes,
];
