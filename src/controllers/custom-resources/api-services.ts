/**
 * Keeps an APIService for every served group version of custom resources.
 * Kubernetes: pkg/controlplane/controller/crdregistration/crdregistration_controller.go,
 * staging/src/k8s.io/kube-aggregator/pkg/controllers/autoregister/autoregister_controller.go
 */
import type { ObjectChange } from "../../cluster/object-change.ts";
import { customResourceDefinitionKind } from "../../kinds/apiextensions/custom-resource-definition.ts";
import { apiServiceKind } from "../../kinds/apiregistration/api-service.ts";
import { objectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import type { APIService, CustomResourceDefinition } from "../../schema/index.ts";
import { type Controller, self } from "../controller.ts";

const MANAGED_LABEL = "kube-aggregator.kubernetes.io/automanaged";
/** Custom resources come after the built-in groups, and are ordered by name and version. */
const GROUP_PRIORITY = 1000;
const VERSION_PRIORITY = 100;

export const customResourceApiServices: Controller = {
  name: "crd-autoregister",
  manager: "kube-apiserver",
  watches: [
    self(apiServiceKind),
    { resource: resourceId(customResourceDefinitionKind), map: (change) => new Set(servicesOf(change)) },
  ],

  reconcile(tx, key) {
    const { name } = parseKey(key);
    const present = tx.get(apiServiceKind, "", name);
    if (present && present.metadata.labels?.[MANAGED_LABEL] !== "true") return;
    const definitions = tx.list(customResourceDefinitionKind);
    const isServed = definitions.some((definition) => namesOf(definition).includes(name));
    if (present && !isServed) tx.delete(apiServiceKind, present);
    if (!present && isServed) tx.create(apiServiceKind, serviceFor(name));
  },
};

function* servicesOf({ before, after }: ObjectChange) {
  for (const definition of [before, after] as (CustomResourceDefinition | undefined)[]) {
    if (definition) for (const name of namesOf(definition)) yield objectKey(apiServiceKind, "", name);
  }
}

function namesOf({ spec: { group, versions } }: CustomResourceDefinition): string[] {
  return versions.filter(({ served }) => served).map(({ name }) => `${name}.${group}`);
}

function serviceFor(name: string): APIService {
  const dot = name.indexOf(".");
  return {
    kind: "APIService",
    apiVersion: "apiregistration.k8s.io/v1",
    metadata: { name, labels: { [MANAGED_LABEL]: "true" } },
    spec: {
      group: name.slice(dot + 1),
      version: name.slice(0, dot),
      groupPriorityMinimum: GROUP_PRIORITY,
      versionPriority: VERSION_PRIORITY,
    },
    status: {},
  };
}
