/**
 * Creates the `default` ServiceAccount of every active namespace, again after it was deleted.
 * Kubernetes: pkg/controller/serviceaccount/serviceaccounts_controller.go
 */
import { namespaceKind } from "../kinds/core/namespace.ts";
import { serviceAccountKind } from "../kinds/core/service-account.ts";
import { parseKey } from "../kinds/kind.ts";
import { type Controller, self } from "./controller.ts";
import { ofNamespace } from "./lib/namespaces.ts";

const NAME = "default";

export const serviceAccountController: Controller = {
  name: "serviceaccount-controller",
  manager: "kube-controller-manager",
  watches: [self(namespaceKind), ofNamespace(serviceAccountKind, NAME)],

  reconcile(tx, key) {
    const namespace = tx.get(namespaceKind, "", parseKey(key).name);
    if (!namespace || namespace.metadata.deletionTimestamp || namespace.status.phase === "Terminating") return;
    const name = namespace.metadata.name ?? "";
    if (tx.get(serviceAccountKind, name, NAME)) return;
    tx.create(serviceAccountKind, {
      kind: "ServiceAccount",
      apiVersion: "v1",
      metadata: { name: NAME, namespace: name },
    });
  },
};
