/** The scale subresource of workloads that keep `spec.replicas` and a label selector. */
import { formatRequirements, type LabelSelectorObject, requirementsOf, requirementsOfMap } from "../lib/selectors.ts";
import type { KubernetesObject } from "../schema/index.ts";
import type { ScaleDefinition } from "./kind.ts";

interface Scalable extends KubernetesObject {
  spec: { replicas?: number; selector?: LabelSelectorObject };
  status?: { replicas?: number };
}

export const replicaScale: ScaleDefinition = {
  namesSubresource: true,
  specReplicas: (object) => (object as Scalable).spec.replicas,
  setSpecReplicas: (object, replicas) => {
    (object as Scalable).spec.replicas = replicas;
  },
  statusReplicas: (object) => (object as Scalable).status?.replicas ?? 0,
  selector: (object) => formatRequirements(requirementsOf((object as Scalable).spec.selector) ?? []),
};

/** The same for ReplicationControllers, whose selector is a plain map. */
export const mapScale: ScaleDefinition = {
  ...replicaScale,
  selector: (object) => {
    const { selector } = (object as Scalable).spec;
    return formatRequirements(requirementsOfMap((selector ?? {}) as Record<string, string>));
  },
};
