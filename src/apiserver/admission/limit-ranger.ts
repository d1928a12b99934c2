/**
 * Gives containers the default requests and limits of a namespace's LimitRanges, and refuses pods and claims outside of
 * the ranges.
 *
 * Kubernetes: plugin/pkg/admission/limitranger/admission.go.
 */
import { limitRangeKind } from "../../kinds/core/limit-range.ts";
import type { Container, LimitRange, PersistentVolumeClaim, Pod } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";
import { claimProblems, podProblems } from "./limit-constraints.ts";

/** The annotation that lists the defaults that were set. */
const ANNOTATION = "kubernetes.io/limit-ranger";

export const limitRanger: AdmissionPlugin = {
  name: "LimitRanger",

  admit(context) {
    if (!isNewPod(context)) return;
    for (const range of rangesOf(context)) setDefaults(context.object as KubernetesObject & Pod, range);
  },

  validate(context) {
    if (context.operation === "DELETE") return;
    const isClaim = isWriteTo(context, "", "persistentvolumeclaims");
    if (!isClaim && !isNewPod(context) && !isResize(context)) return;
    for (const range of rangesOf(context)) {
      const problems = isClaim
        ? claimProblems(range, context.object as PersistentVolumeClaim)
        : podProblems(range, context.object as KubernetesObject & Pod);
      if (problems.length > 0)
        throw forbidden(context, problems.length === 1 ? problems[0]! : `[${problems.join(", ")}]`);
    }
  },
};

function isNewPod(context: AdmissionContext): boolean {
  return context.operation === "CREATE" && isWriteTo(context, "", "pods");
}

function isResize({ kind, subresource }: AdmissionContext): boolean {
  return kind.group === "" && kind.plural === "pods" && subresource === "resize";
}

function rangesOf({ tx, object }: AdmissionContext): readonly LimitRange[] {
  return tx.list(limitRangeKind, object.metadata.namespace ?? "");
}

function setDefaults(pod: KubernetesObject & Pod, range: LimitRange): void {
  const items = (range.spec?.limits ?? []).filter(({ type }) => type === "Container");
  const limits = Object.assign({}, ...items.map((item) => item.default));
  const requests = Object.assign({}, ...items.map((item) => item.defaultRequest));
  const set = [
    ...(pod.spec.containers ?? []).flatMap((container) => fill(container, "container", { requests, limits })),
    ...(pod.spec.initContainers ?? []).flatMap((container) => fill(container, "init container", { requests, limits })),
  ];
  if (set.length === 0) return;
  const note = `LimitRanger plugin set: ${set.join("; ")}`;
  pod.metadata.annotations = { ...pod.metadata.annotations, [ANNOTATION]: note };
}

/** Sets defaults and describes them: `cpu, memory request for container web`. */
function fill(
  container: Container,
  role: string,
  defaults: { requests: Record<string, string>; limits: Record<string, string> },
): string[] {
  const said: string[] = [];
  for (const what of ["requests", "limits"] as const) {
    const given = container.resources?.[what] ?? {};
    const added = Object.keys(defaults[what]).filter((resource) => given[resource] === undefined);
    if (added.length === 0) continue;
    container.resources = { ...container.resources, [what]: { ...defaults[what], ...given } };
    const noun = what === "requests" ? "request" : "limit";
    said.push(`${added.sort().join(", ")} ${noun} for ${role} ${container.name}`);
  }
  return said;
}
