/**
 * Roles `endpoints` and `endpointslice`: a target for each address and port, and for each other port of its pod.
 * Source: discovery/kubernetes/endpoints.go, endpointslice.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Labels } from "../promql/syntax.ts";
import { containerLabels, containersOf, podLabels, portLabels } from "./pod.ts";
import {
  ENDPOINT_SLICES,
  ENDPOINTS,
  type Found,
  META,
  metadataLabels,
  nameOf,
  namespaceOf,
  PODS,
  type Role,
  SERVICES,
  textIn,
} from "./role.ts";
import { serviceLabels } from "./service.ts";

/** One address with one port of an Endpoints object or an EndpointSlice. */
interface Endpoint {
  address: string;
  port: JsonObject;
  isReady: boolean;
  target: JsonObject;
  labels: Labels;
}

export const endpointsRole: Role = {
  resources: [ENDPOINTS, SERVICES, PODS],
  targets: (found) =>
    (found.get(ENDPOINTS.resource) ?? []).flatMap((object) => {
      const common = { [`${META}endpoints_name`]: nameOf(object), ...metadataLabels(object, "endpoints") };
      return targetsOf(found, object, nameOf(object), { common, endpoints: endpointsOf(object) });
    }),
};

export const endpointSliceRole: Role = {
  resources: [ENDPOINT_SLICES, SERVICES, PODS],
  targets: (found) =>
    (found.get(ENDPOINT_SLICES.resource) ?? []).flatMap((object) => {
      const common = {
        [`${META}endpointslice_name`]: nameOf(object),
        [`${META}endpointslice_address_type`]: textIn(object, "addressType"),
        ...metadataLabels(object, "endpointslice"),
      };
      const labels = objectIn(objectIn(object["metadata"])["labels"]);
      const service = textIn(labels, "kubernetes.io/service-name");
      return targetsOf(found, object, service, { common, endpoints: endpointsOfSlice(object) });
    }),
};

function endpointsOf(object: JsonObject): Endpoint[] {
  return objectsIn(object["subsets"]).flatMap((subset) =>
    objectsIn(subset["ports"]).flatMap((port) =>
      [true, false].flatMap((isReady) =>
        objectsIn(subset[isReady ? "addresses" : "notReadyAddresses"]).map((each): Endpoint => {
          const target = objectIn(each["targetRef"]);
          const labels = {
            [`${META}endpoint_port_name`]: textIn(port, "name"),
            [`${META}endpoint_port_protocol`]: textIn(port, "protocol"),
            [`${META}endpoint_ready`]: String(isReady),
            ...(each["nodeName"] && { [`${META}endpoint_node_name`]: textIn(each, "nodeName") }),
            ...(each["hostname"] && { [`${META}endpoint_hostname`]: textIn(each, "hostname") }),
            ...targetLabels(target, "endpoint"),
          };
          return { address: textIn(each, "ip"), port, isReady, target, labels };
        }),
      ),
    ),
  );
}

function endpointsOfSlice(object: JsonObject): Endpoint[] {
  return objectsIn(object["ports"]).flatMap((port) =>
    objectsIn(object["endpoints"]).flatMap((each) => {
      const conditions = objectIn(each["conditions"]);
      const target = objectIn(each["targetRef"]);
      const labels: Labels = {
        [`${META}endpointslice_port`]: textIn(port, "port"),
        [`${META}endpointslice_port_name`]: textIn(port, "name"),
        [`${META}endpointslice_port_protocol`]: textIn(port, "protocol"),
        [`${META}endpointslice_endpoint_conditions_ready`]: textIn(conditions, "ready"),
        [`${META}endpointslice_endpoint_conditions_serving`]: textIn(conditions, "serving"),
        [`${META}endpointslice_endpoint_conditions_terminating`]: textIn(conditions, "terminating"),
        [`${META}endpointslice_endpoint_node_name`]: textIn(each, "nodeName"),
        ...targetLabels(target, "endpointslice"),
      };
      const addresses = Array.isArray(each["addresses"]) ? each["addresses"].map(String) : [];
      return addresses.map(
        (address): Endpoint => ({ address, port, isReady: conditions["ready"] !== false, target, labels }),
      );
    }),
  );
}

function targetLabels(target: JsonObject, prefix: string): Labels {
  if (target["kind"] === undefined) return {};
  return {
    [`${META}${prefix}_address_target_kind`]: textIn(target, "kind"),
    [`${META}${prefix}_address_target_name`]: textIn(target, "name"),
  };
}

function targetsOf(
  found: Found,
  object: JsonObject,
  serviceName: string,
  { common, endpoints }: { common: Labels; endpoints: readonly Endpoint[] },
): Labels[] {
  const namespace = namespaceOf(object);
  const named = (resource: string, name: string) =>
    (found.get(resource) ?? []).find((each) => nameOf(each) === name && namespaceOf(each) === namespace);
  const service = named(SERVICES.resource, serviceName);
  const shared = { [`${META}namespace`]: namespace, ...common, ...(service && serviceLabels(service)) };
  const podsSeen = new Map<string, { pod: JsonObject; ports: Set<string> }>();
  const targets = endpoints.map(({ address, port, target, labels }): Labels => {
    const number = textIn(port, "port");
    const own = { ...shared, ...labels, __address__: `${address}:${number}` };
    const pod = target["kind"] === "Pod" ? named(PODS.resource, textIn(target, "name")) : undefined;
    if (!pod) return own;
    const seen = podsSeen.get(nameOf(pod)) ?? { pod, ports: new Set<string>() };
    seen.ports.add(number);
    podsSeen.set(nameOf(pod), seen);
    return { ...own, ...podLabels(pod), ...labelsOfPort(pod, number) };
  });
  const others = [...podsSeen.values()].flatMap(({ pod, ports }) => otherPorts(pod, ports, shared));
  return [...targets, ...others];
}

function labelsOfPort(pod: JsonObject, number: string): Labels {
  for (const { container, isInit } of containersOf(pod)) {
    const port = objectsIn(container["ports"]).find((each) => textIn(each, "containerPort") === number);
    if (port) return { ...containerLabels(container, isInit), ...portLabels(port) };
  }
  return {};
}

/** Ports of a pod that the Service does not lead to. */
function otherPorts(pod: JsonObject, known: ReadonlySet<string>, shared: Labels): Labels[] {
  const ip = textIn(objectIn(pod["status"]), "podIP");
  return containersOf(pod).flatMap(({ container, isInit }) =>
    objectsIn(container["ports"])
      .filter((port) => !known.has(textIn(port, "containerPort")))
      .map((port) => ({
        ...shared,
        ...podLabels(pod),
        ...containerLabels(container, isInit),
        ...portLabels(port),
        __address__: `${ip}:${textIn(port, "containerPort")}`,
      })),
  );
}
