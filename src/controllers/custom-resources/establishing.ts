/**
 * Sets Established once the names of a definition are accepted, which serves its resources. Established stays set.
 * Kubernetes: staging/src/k8s.io/apiextensions-apiserver/pkg/controller/establish/establishing_controller.go
 */
import { isTrue, setCondition } from "../../kinds/apiextensions/conditions.ts";
import { customResourceDefinitionKind } from "../../kinds/apiextensions/custom-resource-definition.ts";
import { parseKey } from "../../kinds/kind.ts";
import { formatTime } from "../../lib/time.ts";
import { type Controller, self } from "../controller.ts";

export const customResourceEstablishing: Controller = {
  name: "crd-establishing",
  manager: "kube-apiserver",
  watches: [self(customResourceDefinitionKind)],

  reconcile(tx, key, nowMs) {
    const definition = tx.get(customResourceDefinitionKind, "", parseKey(key).name);
    if (!definition || !isTrue(definition, "NamesAccepted") || isTrue(definition, "Established")) return;
    tx.updateStatus(customResourceDefinitionKind, definition, (draft) => {
      const message = "the initial names have been accepted";
      const established = { type: "Established", status: "True", reason: "InitialNamesAccepted", message } as const;
      setCondition(draft, established, formatTime(nowMs));
    });
  },
};
