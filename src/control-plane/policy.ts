/** The parts of the control plane that are injected into one another, as production runs them. */
import { admit, validateAdmission } from "../apiserver/admission/index.ts";
import type { Services } from "../apiserver/context.ts";
import { conversionWebhooks } from "../apiserver/conversion.ts";
import type { WritePolicy } from "../cluster/write.ts";
import { containerAccess } from "../kubelet/access.ts";
import { callsOf } from "./calls.ts";

/** The kubelets. */
export const SERVICES: Services = { containers: containerAccess };

/** Admission, and calls between the API server and containers. */
export const writePolicy: WritePolicy = {
  admit,
  validateAdmission,
  callsOf: (tx) => callsOf(tx, SERVICES),
  convertIn: conversionWebhooks,
};
