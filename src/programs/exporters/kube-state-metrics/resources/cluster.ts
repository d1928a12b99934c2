/**
 * Nodes, namespaces, Services, volumes, configuration and quotas.
 * Source: kube-state-metrics internal/store (node.go, namespace.go, service.go, persistentvolumeclaim.go,
 * persistentvolume.go, configmap.go, secret.go, ingress.go, resourcequota.go)
 */
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import {
  amountOf,
  common,
  conditions,
  identity,
  metadataOf,
  type ResourceMetrics,
  specOf,
  statusOf,
  textOf,
} from "../resource.ts";

export const nodes: ResourceMetrics = {
  name: "nodes",
  resource: "core/nodes",
  path: "/api/v1/nodes",
  collect(node, families) {
    const labels = identity(node, "node");
    const [spec, status] = [specOf(node), statusOf(node)];
    const info = objectIn(status["nodeInfo"]);
    common(node, "node", families);
    const facts = {
      kernel_version: textOf(info["kernelVersion"]),
      os_image: textOf(info["osImage"]),
      container_runtime_version: textOf(info["containerRuntimeVersion"]),
      kubelet_version: textOf(info["kubeletVersion"]),
      kubeproxy_version: "deprecated",
      provider_id: textOf(spec["providerID"]),
      internal_ip: textOf(objectsIn(status["addresses"]).find(({ type }) => type === "InternalIP")?.["address"]),
    };
    families.add("kube_node_info", "Information about a cluster node.", { ...labels, ...facts }, 1);
    families.add(
      "kube_node_spec_unschedulable",
      "Whether a node can schedule new pods.",
      labels,
      Number(spec["unschedulable"] === true),
    );
    for (const { key, value, effect } of objectsIn(spec["taints"])) {
      const taint = { key: textOf(key), value: textOf(value), effect: textOf(effect) };
      families.add("kube_node_spec_taint", "The taint of a cluster node.", { ...labels, ...taint }, 1);
    }
    conditions(node, "node", families, "The condition of a cluster node.");
    for (const what of ["capacity", "allocatable"] as const) {
      for (const [resource, quantity] of Object.entries(objectIn(status[what]))) {
        const { value, ...amount } = amountOf(resource, quantity);
        families.add(
          `kube_node_status_${what}`,
          `The ${what} for different resources of a node.`,
          { ...labels, ...amount },
          value,
        );
      }
    }
    for (const name of Object.keys(objectIn(metadataOf(node)["labels"]))) {
      const role = /^node-role\.kubernetes\.io\/(.+)$/.exec(name)?.[1];
      if (role) families.add("kube_node_role", "The role of a cluster node.", { ...labels, role }, 1);
    }
  },
};

export const namespaces: ResourceMetrics = {
  name: "namespaces",
  resource: "core/namespaces",
  path: "/api/v1/namespaces",
  collect(namespace, families) {
    common(namespace, "namespace", families);
    const present = textOf(statusOf(namespace)["phase"]);
    families.states(
      "kube_namespace_status_phase",
      "kubernetes namespace status phase.",
      identity(namespace, "namespace"),
      {
        label: "phase",
        states: ["Active", "Terminating"],
        present,
      },
    );
  },
};

export const services: ResourceMetrics = {
  name: "services",
  resource: "core/services",
  path: "/api/v1/services",
  collect(service, families) {
    const labels = identity(service, "service");
    const spec = specOf(service);
    common(service, "service", families);
    const facts = {
      cluster_ip: textOf(spec["clusterIP"]),
      external_name: textOf(spec["externalName"]),
      load_balancer_ip: textOf(spec["loadBalancerIP"]),
    };
    families.add("kube_service_info", "Information about service.", { ...labels, ...facts }, 1);
    families.add("kube_service_spec_type", "Type about service.", { ...labels, type: textOf(spec["type"]) }, 1);
  },
};

export const claims: ResourceMetrics = {
  name: "persistentvolumeclaims",
  resource: "core/persistentvolumeclaims",
  path: "/api/v1/persistentvolumeclaims",
  collect(claim, families) {
    const labels = identity(claim, "persistentvolumeclaim");
    const [spec, status] = [specOf(claim), statusOf(claim)];
    common(claim, "persistentvolumeclaim", families);
    const facts = {
      storageclass: textOf(spec["storageClassName"]),
      volumename: textOf(spec["volumeName"]),
      volumemode: textOf(spec["volumeMode"]),
    };
    families.add(
      "kube_persistentvolumeclaim_info",
      "Information about persistent volume claim.",
      { ...labels, ...facts },
      1,
    );
    families.states(
      "kube_persistentvolumeclaim_status_phase",
      "The phase the persistent volume claim is currently in.",
      labels,
      {
        label: "phase",
        states: ["Lost", "Bound", "Pending"],
        present: textOf(status["phase"]),
      },
    );
    const requested = objectIn(objectIn(spec["resources"])["requests"])["storage"];
    const help = "The capacity of storage requested by the persistent volume claim.";
    if (requested !== undefined) {
      families.add(
        "kube_persistentvolumeclaim_resource_requests_storage_bytes",
        help,
        labels,
        amountOf("storage", requested).value,
      );
    }
  },
};

export const volumes: ResourceMetrics = {
  name: "persistentvolumes",
  resource: "core/persistentvolumes",
  path: "/api/v1/persistentvolumes",
  collect(volume, families) {
    const labels = identity(volume, "persistentvolume");
    families.states(
      "kube_persistentvolume_status_phase",
      "The phase indicates if a volume is available, bound to a claim, or released by a claim.",
      labels,
      {
        label: "phase",
        states: ["Pending", "Available", "Bound", "Released", "Failed"],
        present: textOf(statusOf(volume)["phase"]),
      },
    );
    const capacity = objectIn(specOf(volume)["capacity"])["storage"];
    if (capacity !== undefined) {
      families.add(
        "kube_persistentvolume_capacity_bytes",
        "Persistentvolume capacity in bytes.",
        labels,
        amountOf("storage", capacity).value,
      );
    }
  },
};

/** Resources of which only their existence is told. */
function existing(name: string, kind: string, resource: string, path: string): ResourceMetrics {
  return {
    name,
    resource,
    path,
    collect(object, families) {
      families.add(`kube_${kind}_info`, `Information about ${kind}.`, identity(object, kind), 1);
      common(object, kind, families);
    },
  };
}

export const configMaps = existing("configmaps", "configmap", "core/configmaps", "/api/v1/configmaps");
export const secrets = existing("secrets", "secret", "core/secrets", "/api/v1/secrets");
export const ingresses = existing(
  "ingresses",
  "ingress",
  "networking.k8s.io/ingresses",
  "/apis/networking.k8s.io/v1/ingresses",
);

export const quotas: ResourceMetrics = {
  name: "resourcequotas",
  resource: "core/resourcequotas",
  path: "/api/v1/resourcequotas",
  collect(quota, families) {
    common(quota, "resourcequota", families);
    for (const type of ["hard", "used"] as const) {
      for (const [resource, quantity] of Object.entries(objectIn(statusOf(quota)[type]))) {
        const labels = { ...identity(quota, "resourcequota"), resource, type };
        families.add(
          "kube_resourcequota",
          "Information about resource quota.",
          labels,
          amountOf(resource, quantity).value,
        );
      }
    }
  },
};
