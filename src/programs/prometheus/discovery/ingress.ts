/** Role `ingress`: a target for each path of each rule. Source: discovery/kubernetes/ingress.go */
import { objectIn, objectsIn } from "../../kubectl/core/parts.ts";
import { INGRESSES, META, metadataLabels, nameOf, namespaceOf, type Role, textIn } from "./role.ts";

export const ingressRole: Role = {
  resources: [INGRESSES],
  targets: (found) =>
    (found.get(INGRESSES.resource) ?? []).flatMap((ingress) => {
      const spec = objectIn(ingress["spec"]);
      const secured = objectsIn(spec["tls"]).flatMap(({ hosts }) => (Array.isArray(hosts) ? hosts.map(String) : []));
      return objectsIn(spec["rules"]).flatMap((rule) => {
        const host = textIn(rule, "host");
        const paths = objectsIn(objectIn(rule["http"])["paths"]).map((each) => textIn(each, "path") || "/");
        return (paths.length > 0 ? paths : ["/"]).map((path) => ({
          [`${META}namespace`]: namespaceOf(ingress),
          [`${META}ingress_name`]: nameOf(ingress),
          [`${META}ingress_class_name`]: textIn(spec, "ingressClassName"),
          [`${META}ingress_scheme`]: secured.includes(host) ? "https" : "http",
          [`${META}ingress_host`]: host,
          [`${META}ingress_path`]: path,
          ...metadataLabels(ingress, "ingress"),
          __address__: host,
        }));
      });
    }),
};
