/** Role `service`: a target for each port of each Service. Source: discovery/kubernetes/service.go */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import type { Labels } from "../promql/syntax.ts";
import { META, metadataLabels, nameOf, namespaceOf, type Role, SERVICES, textIn } from "./role.ts";

export const serviceRole: Role = {
  resources: [SERVICES],
  targets: (found) => (found.get(SERVICES.resource) ?? []).flatMap(targetsOfService),
};

function targetsOfService(service: JsonObject): Labels[] {
  const spec = objectIn(service["spec"]);
  const isExternal = spec["type"] === "ExternalName";
  const reached: Labels = isExternal
    ? { [`${META}service_external_name`]: textIn(spec, "externalName") }
    : { [`${META}service_cluster_ip`]: textIn(spec, "clusterIP") };
  return objectsIn(spec["ports"]).map((port) => ({
    ...serviceLabels(service),
    ...reached,
    [`${META}service_type`]: textIn(spec, "type"),
    [`${META}service_port_name`]: textIn(port, "name"),
    [`${META}service_port_number`]: textIn(port, "port"),
    [`${META}service_port_protocol`]: textIn(port, "protocol") || "TCP",
    __address__: `${nameOf(service)}.${namespaceOf(service)}.svc:${textIn(port, "port")}`,
  }));
}

export function serviceLabels(service: JsonObject): Labels {
  return {
    [`${META}namespace`]: namespaceOf(service),
    [`${META}service_name`]: nameOf(service),
    ...metadataLabels(service, "service"),
  };
}
