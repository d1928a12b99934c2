/**
 * Resolves a pod's priority class to its number, and allows only one default class.
 *
 * Kubernetes: plugin/pkg/admission/priority/admission.go.
 */
import type { Pod, PriorityClass } from "../../schema/index.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type AdmissionContext, type AdmissionPlugin, forbidden, isWriteTo } from "./context.ts";

/** Classes that can be used even after their objects were deleted. */
const SYSTEM_CLASSES: Readonly<Record<string, number>> = {
  "system-node-critical": 2_000_001_000,
  "system-cluster-critical": 2_000_000_000,
};

interface Resolved {
  name: string;
  value: number;
  preemptionPolicy: string;
}

export const priority: AdmissionPlugin = {
  name: "Priority",

  admit(context) {
    if (!isWriteTo(context, "", "pods") || context.operation === "DELETE") return;
    const { spec } = context.object as KubernetesObject & Pod;
    if (!spec) return;
    if (context.operation === "UPDATE") return keepPriority(context);

    const resolved = resolve(context, spec.priorityClassName);
    if (spec.priority !== undefined && spec.priority !== resolved.value) {
      throw forbidden(
        context,
        `the integer value of priority (${spec.priority}) must not be provided in pod spec; ` +
          `priority admission controller computed ${resolved.value} from the given PriorityClass name`,
      );
    }
    if (spec.preemptionPolicy !== undefined && spec.preemptionPolicy !== resolved.preemptionPolicy) {
      throw forbidden(
        context,
        `the string value of PreemptionPolicy (${spec.preemptionPolicy}) must not be provided in pod spec; ` +
          `priority admission controller computed ${resolved.preemptionPolicy} from the given PriorityClass name`,
      );
    }
    if (resolved.name !== "") spec.priorityClassName = resolved.name;
    spec.priority = resolved.value;
    spec.preemptionPolicy = resolved.preemptionPolicy;
  },

  validate(context) {
    if (context.operation === "DELETE" || !isWriteTo(context, "scheduling.k8s.io", "priorityclasses")) return;
    const added = context.object as KubernetesObject & PriorityClass;
    if (!added.globalDefault) return;
    const other = defaultClass(context);
    if (other && other.metadata?.name !== added.metadata.name) {
      throw forbidden(
        context,
        `PriorityClass ${other.metadata?.name} is already marked as default. Only one default can exist`,
      );
    }
  },
};

/** Keeps the computed fields when a client sends the object back without them. */
function keepPriority(context: AdmissionContext): void {
  const { spec } = context.object as KubernetesObject & Pod;
  const old = (context.old as Pod | undefined)?.spec;
  if (!spec || !old) return;
  if (spec.priority === undefined && old.priority !== undefined) spec.priority = old.priority;
  if (spec.preemptionPolicy === undefined && old.preemptionPolicy !== undefined) {
    spec.preemptionPolicy = old.preemptionPolicy;
  }
}

function resolve(context: AdmissionContext, className: string | undefined): Resolved {
  if (!className) {
    const byDefault = defaultClass(context);
    return byDefault ? fromClass(byDefault) : { name: "", value: 0, preemptionPolicy: "PreemptLowerPriority" };
  }
  const found = context.tx.getByKey(`scheduling.k8s.io/priorityclasses//${className}`);
  if (found) return fromClass(found as KubernetesObject & PriorityClass);
  const value = SYSTEM_CLASSES[className];
  if (value !== undefined) return { name: className, value, preemptionPolicy: "PreemptLowerPriority" };
  throw forbidden(context, `no PriorityClass with name ${className} was found`);
}

function fromClass(found: PriorityClass): Resolved {
  return {
    name: found.metadata?.name ?? "",
    value: found.value ?? 0,
    preemptionPolicy: found.preemptionPolicy ?? "PreemptLowerPriority",
  };
}

/** The default class; the one with the lowest value if there are several, as in Kubernetes. */
function defaultClass(context: AdmissionContext): PriorityClass | undefined {
  const classes = context.tx.list({
    group: "scheduling.k8s.io",
    version: "v1",
    kind: "PriorityClass",
    plural: "priorityclasses",
    singular: "priorityclass",
    namespaced: false,
    schema: "io.k8s.api.scheduling.v1.PriorityClass",
    verbs: [],
  }) as readonly (KubernetesObject & PriorityClass)[];
  let lowest: PriorityClass | undefined;
  for (const candidate of classes) {
    if (candidate.globalDefault && (!lowest || (candidate.value ?? 0) < (lowest.value ?? 0))) lowest = candidate;
  }
  return lowest;
}
