/** `/pods`: the pods that the kubelet knows. `/healthz`. */

import { podKind } from "../../../kinds/core/pod.ts";
import { plainTextOutcome } from "../../respond.ts";
import { shiftTimes } from "../../time-edge.ts";
import { jsonPage, type KubeletPage, podsOf } from "./page.ts";

export const pods: KubeletPage = ({ tx, request }, node) => {
  const items = podsOf(tx, node).map((pod) => shiftTimes(podKind.schema, pod, -request.offsetMs));
  return jsonPage({ kind: "PodList", apiVersion: "v1", metadata: {}, items });
};

export const health: KubeletPage = () => plainTextOutcome(200, "ok");
