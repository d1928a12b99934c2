/** Pods and their containers. Source: kube-state-metrics internal/store/pod.go */
import type { JsonObject } from "../../../../lib/json.ts";
import { objectIn, objectsIn } from "../../../kubectl/core/parts.ts";
import {
  amountOf,
  type Families,
  metadataOf,
  type ResourceMetrics,
  secondsOf,
  specOf,
  statusOf,
  textOf,
} from "../resource.ts";

const PHASES = ["Pending", "Succeeded", "Failed", "Unknown", "Running"];
const STATUSES = ["true", "false", "unknown"];

export const pods: ResourceMetrics = {
  name: "pods",
  resource: "core/pods",
  path: "/api/v1/pods",
  collect(pod, families) {
    const [metadata, spec, status] = [metadataOf(pod), specOf(pod), statusOf(pod)];
    const labels = {
      namespace: textOf(metadata["namespace"]),
      pod: textOf(metadata["name"]),
      uid: textOf(metadata["uid"]),
    };
    const owner = objectsIn(metadata["ownerReferences"]).find((each) => each["controller"] === true);
    const ownerLabels = owner ? { kind: textOf(owner["kind"]), name: textOf(owner["name"]) } : { kind: "", name: "" };
    families.add(
      "kube_pod_info",
      "Information about pod.",
      {
        ...labels,
        host_ip: textOf(status["hostIP"]),
        pod_ip: textOf(status["podIP"]),
        node: textOf(spec["nodeName"]),
        created_by_kind: ownerLabels.kind,
        created_by_name: ownerLabels.name,
        priority_class: textOf(spec["priorityClassName"]),
        host_network: String(spec["hostNetwork"] === true),
      },
      1,
    );
    families.add(
      "kube_pod_owner",
      "Information about the Pod's owner.",
      {
        ...labels,
        owner_kind: ownerLabels.kind,
        owner_name: ownerLabels.name,
        owner_is_controller: owner ? "true" : "",
      },
      1,
    );
    families.add("kube_pod_created", "Unix creation timestamp", labels, secondsOf(metadata["creationTimestamp"]));
    families.add(
      "kube_pod_start_time",
      "Start time in unix timestamp for a pod.",
      labels,
      secondsOf(status["startTime"]),
    );
    const phase =
      metadata["deletionTimestamp"] && status["reason"] === "NodeLost" ? "Unknown" : textOf(status["phase"]);
    families.states("kube_pod_status_phase", "The pods current phase.", labels, {
      label: "phase",
      states: PHASES,
      present: phase,
    });
    for (const { type, status: state } of objectsIn(status["conditions"])) {
      const shown = CONDITIONS[textOf(type)];
      const present = textOf(state).toLowerCase();
      if (shown) families.states(shown.name, shown.help, labels, { label: "condition", states: STATUSES, present });
    }
    containers(pod, labels, families);
  },
};

const CONDITIONS: Readonly<Record<string, { name: string; help: string }>> = {
  Ready: { name: "kube_pod_status_ready", help: "Describes whether the pod is ready to serve requests." },
  PodScheduled: {
    name: "kube_pod_status_scheduled",
    help: "Describes the status of the scheduling process for the pod.",
  },
};

function containers(
  pod: JsonObject,
  { namespace, pod: name, uid }: Record<"namespace" | "pod" | "uid", string>,
  families: Families,
): void {
  const [spec, status] = [specOf(pod), statusOf(pod)];
  for (const prefix of ["kube_pod", "kube_pod_init"]) {
    const isInit = prefix === "kube_pod_init";
    for (const state of objectsIn(status[isInit ? "initContainerStatuses" : "containerStatuses"])) {
      const labels = { namespace, pod: name, uid, container: textOf(state["name"]) };
      containerState(state, labels, `${prefix}_container`, families);
    }
    for (const each of objectsIn(spec[isInit ? "initContainers" : "containers"])) {
      const resources = objectIn(each["resources"]);
      for (const what of ["requests", "limits"] as const) {
        for (const [resource, quantity] of Object.entries(objectIn(resources[what]))) {
          const amount = amountOf(resource, quantity);
          families.add(
            `${prefix}_container_resource_${what}`,
            `The number of ${what === "requests" ? "requested request" : "requested limit"} resource by a container.`,
            {
              ...{ namespace, pod: name, uid, container: textOf(each["name"]), node: textOf(spec["nodeName"]) },
              ...{ resource: amount.resource, unit: amount.unit },
            },
            amount.value,
          );
        }
      }
    }
  }
}

function containerState(
  container: JsonObject,
  labels: Record<string, string>,
  prefix: string,
  families: Families,
): void {
  const [state, last] = [objectIn(container["state"]), objectIn(container["lastState"])];
  const [running, waiting, terminated] = [
    objectIn(state["running"]),
    objectIn(state["waiting"]),
    objectIn(state["terminated"]),
  ];
  const lastTerminated = objectIn(last["terminated"]);
  const isOf = (key: string) => Number(state[key] !== undefined);
  const image = {
    image: textOf(container["image"]),
    image_id: textOf(container["imageID"]),
    container_id: textOf(container["containerID"]),
  };
  families.add(`${prefix}_info`, "Information about a container in a pod.", { ...labels, ...image }, 1);
  families.add(
    `${prefix}_status_ready`,
    "Describes whether the containers readiness check succeeded.",
    labels,
    Number(container["ready"] === true),
  );
  families.add(
    `${prefix}_status_restarts_total`,
    "The number of container restarts per container.",
    labels,
    container["restartCount"],
    "counter",
  );
  families.add(
    `${prefix}_status_running`,
    "Describes whether the container is currently in running state.",
    labels,
    isOf("running"),
  );
  families.add(
    `${prefix}_status_terminated`,
    "Describes whether the container is currently in terminated state.",
    labels,
    isOf("terminated"),
  );
  families.add(
    `${prefix}_status_waiting`,
    "Describes whether the container is currently in waiting state.",
    labels,
    isOf("waiting"),
  );
  families.add(
    `${prefix}_state_started`,
    "Start time in unix timestamp for a pod container.",
    labels,
    secondsOf(running["startedAt"]),
  );
  const reasons: readonly (readonly [string, string, JsonObject])[] = [
    ["status_waiting_reason", "Describes the reason the container is currently in waiting state.", waiting],
    ["status_terminated_reason", "Describes the reason the container is currently in terminated state.", terminated],
    [
      "status_last_terminated_reason",
      "Describes the last reason the container was in terminated state.",
      lastTerminated,
    ],
  ];
  for (const [name, help, { reason }] of reasons) {
    if (reason !== undefined) families.add(`${prefix}_${name}`, help, { ...labels, reason: textOf(reason) }, 1);
  }
  families.add(
    `${prefix}_status_last_terminated_exitcode`,
    "Describes the exit code for the last container in terminated state.",
    labels,
    lastTerminated["exitCode"],
  );
}
