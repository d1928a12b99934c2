/**
 * Requires that a pod's RuntimeClass exists, and copies its overhead, node selector and tolerations to the pod.
 *
 * Kubernetes: plugin/pkg/admission/runtimeclass/admission.go.
 */
import { runtimeClassKind } from "../../kinds/node/runtime-class.ts";
import { equalJson } from "../../lib/json.ts";
import type { Pod, PodSpec, RuntimeClass } from "../../schema/index.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

const MISMATCH = "pod rejected: Pod's Overhead doesn't match RuntimeClass's defined Overhead";
const ALONE = "pod rejected: Pod Overhead set without corresponding RuntimeClass defined Overhead";

export const runtimeClass: AdmissionPlugin = {
  name: "RuntimeClass",

  admit(context) {
    if (!isNewPod(context)) return;
    const { spec } = context.object as Pod;
    const found = spec && classOf(context, spec);
    if (!found) return;
    setOverhead(context, spec, found);
    setScheduling(context, spec, found);
  },

  validate(context) {
    if (!isNewPod(context)) return;
    const { spec } = context.object as Pod;
    const given = Object.keys(spec.overhead ?? {}).length > 0;
    if (!given && spec.runtimeClassName === undefined) return;
    const overhead = classOf(context, spec)?.overhead?.podFixed;
    if (overhead && !equalJson(overhead, spec.overhead)) throw forbidden(context, MISMATCH);
    if (!overhead && given) throw forbidden(context, ALONE);
  },
};

function isNewPod(context: AdmissionContext): boolean {
  return context.operation === "CREATE" && isWriteTo(context, "", "pods");
}

function classOf(context: AdmissionContext, { runtimeClassName: name }: PodSpec): RuntimeClass | undefined {
  if (!name) return undefined;
  const found = context.tx.get(runtimeClassKind, "", name);
  if (!found) throw forbidden(context, `pod rejected: RuntimeClass ${JSON.stringify(name)} not found`);
  return found;
}

function setOverhead(context: AdmissionContext, spec: PodSpec, { overhead }: RuntimeClass): void {
  const fixed = overhead?.podFixed;
  if (!fixed) return;
  const given = Object.keys(spec.overhead ?? {}).length > 0;
  if (given && !equalJson(spec.overhead, fixed)) throw forbidden(context, MISMATCH);
  spec.overhead = { ...fixed };
}

function setScheduling(context: AdmissionContext, spec: PodSpec, { scheduling }: RuntimeClass): void {
  if (!scheduling) return;
  for (const [key, value] of Object.entries(scheduling.nodeSelector ?? {})) {
    const present = spec.nodeSelector?.[key];
    if (present !== undefined && present !== value) {
      const sides = `runtimeClass.scheduling.nodeSelector[${key}] = ${value}; pod.spec.nodeSelector[${key}] = ${present}`;
      throw forbidden(context, `conflict: ${sides}`);
    }
    spec.nodeSelector = { ...spec.nodeSelector, [key]: value };
  }
  const missing = (scheduling.tolerations ?? []).filter(
    (toleration) => !spec.tolerations?.some((present) => equalJson(present, toleration)),
  );
  if (missing.length > 0) spec.tolerations = [...(spec.tolerations ?? []), ...missing];
}
