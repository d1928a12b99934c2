/**
 * Publishes the certificate by which pods verify the API, as ConfigMap `kube-root-ca.crt` in every active namespace.
 * Kubernetes: pkg/controller/certificates/rootcacertpublisher/publisher.go
 */
import { configMapKind } from "../kinds/core/config-map.ts";
import { namespaceKind } from "../kinds/core/namespace.ts";
import { parseKey } from "../kinds/kind.ts";
import { equalJson } from "../lib/json.ts";
import { type Controller, self } from "./controller.ts";
import { ofNamespace } from "./lib/namespaces.ts";

const NAME = "kube-root-ca.crt";
const DESCRIPTION = "kubernetes.io/description";
const DESCRIPTION_TEXT =
  "Contains a CA bundle that can be used to verify the kube-apiserver when using internal endpoints such as the internal service IP or kubernetes.default.svc. No other usage is guaranteed across distributions of Kubernetes clusters.";

export const rootCaController: Controller = {
  name: "root-ca-certificate-publisher-controller",
  manager: "kube-controller-manager",
  watches: [self(namespaceKind), ofNamespace(configMapKind, NAME)],

  reconcile(tx, key) {
    const namespace = tx.get(namespaceKind, "", parseKey(key).name);
    if (!namespace || namespace.metadata.deletionTimestamp || namespace.status.phase === "Terminating") return;
    const name = namespace.metadata.name ?? "";
    const data = { "ca.crt": tx.settings.caCertificate };
    const present = tx.get(configMapKind, name, NAME);
    if (!present) {
      tx.create(configMapKind, {
        kind: "ConfigMap",
        apiVersion: "v1",
        metadata: { name: NAME, namespace: name, annotations: { [DESCRIPTION]: DESCRIPTION_TEXT } },
        data,
      });
      return;
    }
    const isDescribed = (present.metadata.annotations?.[DESCRIPTION] ?? "") !== "";
    if (isDescribed && equalJson(present.data, data)) return;
    tx.update(configMapKind, present, (draft) => {
      draft.data = data;
      draft.metadata.annotations = { ...draft.metadata.annotations, [DESCRIPTION]: DESCRIPTION_TEXT };
    });
  },
};
