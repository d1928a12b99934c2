/**
 * Defaults of PriorityLevelConfigurations.
 *
 * Kubernetes: pkg/apis/flowcontrol/v1/defaults.go
 */
import type { PriorityLevelConfiguration } from "../../schema/index.ts";
import { setDefault, setDefaultForZero } from "../set-default.ts";

const SHARES = 30;
const QUEUES = 64;
const HAND_SIZE = 8;
const QUEUE_LENGTH = 50;

export function defaultPriorityLevel({ spec }: PriorityLevelConfiguration): void {
  const { exempt, limited } = spec ?? {};
  if (exempt) {
    setDefault(exempt, "nominalConcurrencyShares", 0);
    setDefault(exempt, "lendablePercent", 0);
  }
  if (!limited) return;
  setDefault(limited, "nominalConcurrencyShares", SHARES);
  setDefault(limited, "lendablePercent", 0);
  const { queuing } = limited.limitResponse ?? {};
  if (!queuing) return;
  setDefaultForZero(queuing, "handSize", HAND_SIZE);
  setDefaultForZero(queuing, "queues", QUEUES);
  setDefaultForZero(queuing, "queueLengthLimit", QUEUE_LENGTH);
}
