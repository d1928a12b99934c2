/**
 * Deployments, ReplicaSets, StatefulSets, DaemonSets and autoscalers.
 * Source: kube-state-metrics internal/store (deployment.go, replicaset.go, statefulset.go, daemonset.go,
 * horizontalpodautoscaler.go)
 */
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import {
  common,
  conditions,
  identity,
  metadataOf,
  type ResourceMetrics,
  specOf,
  statusOf,
  textOf,
} from "../resource.ts";

export const deployments: ResourceMetrics = {
  name: "deployments",
  resource: "apps/deployments",
  path: "/apis/apps/v1/deployments",
  collect(deployment, families) {
    const labels = identity(deployment, "deployment");
    const [spec, status] = [specOf(deployment), statusOf(deployment)];
    common(deployment, "deployment", families);
    const add = (name: string, help: string, value: number) =>
      families.add(`kube_deployment_${name}`, help, labels, value);
    const figure = (name: string) => Number(status[name] ?? 0);
    add("status_replicas", "The number of replicas per deployment.", figure("replicas"));
    add("status_replicas_ready", "The number of ready replicas per deployment.", figure("readyReplicas"));
    add("status_replicas_available", "The number of available replicas per deployment.", figure("availableReplicas"));
    add(
      "status_replicas_unavailable",
      "The number of unavailable replicas per deployment.",
      figure("unavailableReplicas"),
    );
    add("status_replicas_updated", "The number of updated replicas per deployment.", figure("updatedReplicas"));
    add(
      "status_observed_generation",
      "The generation observed by the deployment controller.",
      figure("observedGeneration"),
    );
    add("spec_replicas", "Number of desired pods for a deployment.", Number(spec["replicas"] ?? 1));
    add(
      "spec_paused",
      "Whether the deployment is paused and will not be processed by the deployment controller.",
      Number(spec["paused"] === true),
    );
    add(
      "metadata_generation",
      "Sequence number representing a specific generation of the desired state.",
      Number(metadataOf(deployment)["generation"] ?? 0),
    );
    conditions(deployment, "deployment", families, "The current status conditions of a deployment.");
  },
};

export const replicaSets: ResourceMetrics = {
  name: "replicasets",
  resource: "apps/replicasets",
  path: "/apis/apps/v1/replicasets",
  collect(set, families) {
    const labels = identity(set, "replicaset");
    const [spec, status] = [specOf(set), statusOf(set)];
    common(set, "replicaset", families);
    families.add(
      "kube_replicaset_status_replicas",
      "The number of replicas per ReplicaSet.",
      labels,
      Number(status["replicas"] ?? 0),
    );
    families.add(
      "kube_replicaset_status_ready_replicas",
      "The number of ready replicas per ReplicaSet.",
      labels,
      Number(status["readyReplicas"] ?? 0),
    );
    families.add(
      "kube_replicaset_spec_replicas",
      "Number of desired pods for a ReplicaSet.",
      labels,
      Number(spec["replicas"] ?? 1),
    );
    const owner = objectsIn(metadataOf(set)["ownerReferences"])[0] ?? {};
    const owned = {
      owner_kind: textOf(owner["kind"]),
      owner_name: textOf(owner["name"]),
      owner_is_controller: textOf(owner["controller"]),
    };
    families.add("kube_replicaset_owner", "Information about the ReplicaSet's owner.", { ...labels, ...owned }, 1);
  },
};

export const statefulSets: ResourceMetrics = {
  name: "statefulsets",
  resource: "apps/statefulsets",
  path: "/apis/apps/v1/statefulsets",
  collect(set, families) {
    const labels = identity(set, "statefulset");
    const [spec, status] = [specOf(set), statusOf(set)];
    common(set, "statefulset", families);
    families.add(
      "kube_statefulset_replicas",
      "Number of desired pods for a StatefulSet.",
      labels,
      Number(spec["replicas"] ?? 1),
    );
    const figures = {
      "": "replicas",
      _ready: "readyReplicas",
      _available: "availableReplicas",
      _current: "currentReplicas",
      _updated: "updatedReplicas",
    };
    for (const [suffix, field] of Object.entries(figures)) {
      const help = `The number of${suffix.replace("_", " ")} replicas per StatefulSet.`;
      families.add(`kube_statefulset_status_replicas${suffix}`, help, labels, Number(status[field] ?? 0));
    }
  },
};

export const daemonSets: ResourceMetrics = {
  name: "daemonsets",
  resource: "apps/daemonsets",
  path: "/apis/apps/v1/daemonsets",
  collect(set, families) {
    const labels = identity(set, "daemonset");
    const status = statusOf(set);
    common(set, "daemonset", families);
    const figures = {
      current_number_scheduled: "currentNumberScheduled",
      desired_number_scheduled: "desiredNumberScheduled",
      number_available: "numberAvailable",
      number_misscheduled: "numberMisscheduled",
      number_ready: "numberReady",
      number_unavailable: "numberUnavailable",
      updated_number_scheduled: "updatedNumberScheduled",
    };
    for (const [name, field] of Object.entries(figures)) {
      const help = `The number of nodes: ${name.replace(/_/g, " ")}.`;
      families.add(`kube_daemonset_status_${name}`, help, labels, Number(status[field] ?? 0));
    }
  },
};

export const autoscalers: ResourceMetrics = {
  name: "horizontalpodautoscalers",
  resource: "autoscaling/horizontalpodautoscalers",
  path: "/apis/autoscaling/v2/horizontalpodautoscalers",
  collect(autoscaler, families) {
    const labels = identity(autoscaler, "horizontalpodautoscaler");
    const [spec, status] = [specOf(autoscaler), statusOf(autoscaler)];
    const add = (name: string, help: string, value: number) =>
      families.add(`kube_horizontalpodautoscaler_${name}`, help, labels, value);
    add(
      "spec_max_replicas",
      "Upper limit for the number of pods that can be set by the autoscaler; cannot be smaller than MinReplicas.",
      Number(spec["maxReplicas"] ?? 0),
    );
    add(
      "spec_min_replicas",
      "Lower limit for the number of pods that can be set by the autoscaler, default 1.",
      Number(spec["minReplicas"] ?? 1),
    );
    add(
      "status_current_replicas",
      "Current number of replicas of pods managed by this autoscaler.",
      Number(status["currentReplicas"] ?? 0),
    );
    add(
      "status_desired_replicas",
      "Desired number of replicas of pods managed by this autoscaler.",
      Number(status["desiredReplicas"] ?? 0),
    );
    const target = objectIn(spec["scaleTargetRef"]);
    const referred = {
      scaletargetref_kind: textOf(target["kind"]),
      scaletargetref_name: textOf(target["name"]),
      scaletargetref_api_version: textOf(target["apiVersion"]),
    };
    families.add(
      "kube_horizontalpodautoscaler_info",
      "Information about this autoscaler.",
      { ...labels, ...referred },
      1,
    );
    conditions(autoscaler, "horizontalpodautoscaler", families, "The condition of this autoscaler.");
  },
};
