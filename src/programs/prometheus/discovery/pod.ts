/** Role `pod`: a target for each declared port of each container. Source: discovery/kubernetes/pod.go */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Labels } from "../promql/syntax.ts";
import { META, metadataLabels, nameOf, namespaceOf, PODS, type Role, textIn } from "./role.ts";

export const podRole: Role = {
  resources: [PODS],
  targets: (found) => (found.get(PODS.resource) ?? []).flatMap(targetsOfPod),
};

function targetsOfPod(pod: JsonObject): Labels[] {
  const ip = textIn(objectIn(pod["status"]), "podIP");
  if (ip === "") return [];
  const common = podLabels(pod);
  return containersOf(pod).flatMap(({ container, isInit }) => {
    const own = { ...common, ...containerLabels(container, isInit) };
    const ports = objectsIn(container["ports"]);
    if (ports.length === 0) return [{ ...own, __address__: ip }];
    return ports.map((port) => ({
      ...own,
      ...portLabels(port),
      __address__: `${ip}:${textIn(port, "containerPort")}`,
    }));
  });
}

export function containersOf(pod: JsonObject): { container: JsonObject; isInit: boolean }[] {
  const spec = objectIn(pod["spec"]);
  const of = (key: string, isInit: boolean) => objectsIn(spec[key]).map((container) => ({ container, isInit }));
  return [...of("containers", false), ...of("initContainers", true)];
}

export function containerLabels(container: JsonObject, isInit: boolean): Labels {
  return {
    [`${META}pod_container_name`]: textIn(container, "name"),
    [`${META}pod_container_image`]: textIn(container, "image"),
    [`${META}pod_container_init`]: String(isInit),
  };
}

export function portLabels(port: JsonObject): Labels {
  return {
    [`${META}pod_container_port_name`]: textIn(port, "name"),
    [`${META}pod_container_port_number`]: textIn(port, "containerPort"),
    [`${META}pod_container_port_protocol`]: textIn(port, "protocol") || "TCP",
  };
}

/** The labels that all targets of a pod have. */
export function podLabels(pod: JsonObject): Labels {
  const [metadata, status, spec] = [objectIn(pod["metadata"]), objectIn(pod["status"]), objectIn(pod["spec"])];
  const ready = objectsIn(status["conditions"]).find(({ type }) => type === "Ready");
  const controller = objectsIn(metadata["ownerReferences"]).find((owner) => owner["controller"] === true);
  return {
    [`${META}namespace`]: namespaceOf(pod),
    [`${META}pod_name`]: nameOf(pod),
    [`${META}pod_ip`]: textIn(status, "podIP"),
    [`${META}pod_ready`]: (textIn(ready ?? {}, "status") || "unknown").toLowerCase(),
    [`${META}pod_phase`]: textIn(status, "phase"),
    [`${META}pod_node_name`]: textIn(spec, "nodeName"),
    [`${META}pod_host_ip`]: textIn(status, "hostIP"),
    [`${META}pod_uid`]: textIn(metadata, "uid"),
    ...(controller && {
      [`${META}pod_controller_kind`]: textIn(controller, "kind"),
      [`${META}pod_controller_name`]: textIn(controller, "name"),
    }),
    ...metadataLabels(pod, "pod"),
  };
}
