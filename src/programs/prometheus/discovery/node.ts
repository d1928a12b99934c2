/** Role `node`: the kubelet of each node. Source: discovery/kubernetes/node.go */
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { META, metadataLabels, NODES, nameOf, type Role, textIn } from "./role.ts";

export const nodeRole: Role = {
  resources: [NODES],
  targets: (found) =>
    (found.get(NODES.resource) ?? []).flatMap((node) => {
      const status = objectIn(node["status"]);
      const addresses = objectsIn(status["addresses"]);
      const internal = addresses.find(({ type }) => type === "InternalIP");
      if (!internal) return [];
      const port = textIn(objectIn(objectIn(status["daemonEndpoints"])["kubeletEndpoint"]), "Port") || "10250";
      const byType = addresses.map((each) => [`${META}node_address_${textIn(each, "type")}`, textIn(each, "address")]);
      return [
        {
          [`${META}node_name`]: nameOf(node),
          [`${META}node_provider_id`]: textIn(objectIn(node["spec"]), "providerID"),
          ...metadataLabels(node, "node"),
          ...Object.fromEntries(byType),
          instance: nameOf(node),
          __address__: `${textIn(internal, "address")}:${port}`,
        },
      ];
    }),
};
