/**
 * Changes that may concern Gateways and routes. Clusters without the Gateway API pay next to nothing for them.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gateway_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { owningGateway } from "../../edge/data-plane.ts";
import { GATEWAY_CLASSES, GATEWAYS, gatewayKind, REFERENCE_GRANTS, ROUTE_KINDS } from "../../edge/gateway-store.ts";
import { isGatewayController, isReady } from "../../edge/installed.ts";
import { RIGHTS } from "../../edge/permissions.ts";
import { deploymentKind } from "../../kinds/apps/deployment.ts";
import { namespaceKind } from "../../kinds/core/namespace.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { serviceKind } from "../../kinds/core/service.ts";
import { type ObjectKey, objectKey, resourceId, type Stored } from "../../kinds/kind.ts";
import { equalJson } from "../../lib/json.ts";
import type { KubernetesObject, Pod, Service } from "../../schema/index.ts";
import type { Watch } from "../controller.ts";

/** The keys of all objects of a kind of the Gateway API. */
function allOf(tx: Transaction, kind: Stored): ObjectKey[] {
  const definition = gatewayKind(tx, kind);
  const objects = definition ? tx.list(definition) : [];
  return objects.map(({ metadata }) => objectKey(kind, metadata.namespace ?? "", metadata.name ?? ""));
}

/** Every change of `source` wakes all objects of `target`. */
function wakesAll(source: Stored, target: Stored): Watch {
  return { resource: resourceId(source), map: (_change, tx) => allOf(tx, target) };
}

/** Changes of readiness of a controller's pods, and of rights. */
export function onGatewayControllers(target: Stored): Watch[] {
  const onPods: Watch = {
    resource: resourceId(podKind),
    map: ({ before, after }, tx) => {
      const [old, pod] = [before as Pod | undefined, after as Pod | undefined];
      if (!isGatewayController((pod ?? old)!)) return [];
      const isSame = old !== undefined && pod !== undefined && isReady(old) === isReady(pod);
      return isSame ? [] : allOf(tx, target);
    },
  };
  return [onPods, ...RIGHTS.map((kind) => wakesAll(kind, target))];
}

/** Objects that decide which references are valid: Services, Secrets, grants, labels of namespaces. */
export function onReferences(target: Stored): Watch[] {
  const onChangeOf = (kind: Stored, facts: (object: KubernetesObject) => unknown): Watch => ({
    resource: resourceId(kind),
    map: ({ before, after }, tx) => {
      const isSame = equalJson(before && facts(before), after && facts(after));
      return isSame ? [] : allOf(tx, target);
    },
  });
  return [
    onChangeOf(serviceKind, (service) => [(service as Service).spec.ports, (service as Service).spec.type]),
    onChangeOf(secretKind, (secret) => (secret as { data?: unknown }).data),
    onChangeOf(namespaceKind, ({ metadata }) => metadata.labels),
    wakesAll(REFERENCE_GRANTS, target),
    wakesAll(GATEWAY_CLASSES, target),
  ];
}

/** A route's Gateways count it. */
export function gatewaysOfRoutes(): Watch[] {
  return ROUTE_KINDS.map(({ resource }) => ({
    resource: resourceId(resource),
    map: ({ before, after }) => {
      const keys = new Set<ObjectKey>();
      for (const object of [before, after]) {
        const route = object && resource.read(object);
        for (const { name, namespace = route?.metadata.namespace ?? "" } of route?.spec.parentRefs ?? []) {
          keys.add(objectKey(GATEWAYS, namespace, name));
        }
      }
      return keys;
    },
  }));
}

/** Routes of a kind depend on the listeners of Gateways. */
export function routesOfGateways(routes: Stored): Watch {
  return {
    resource: resourceId(GATEWAYS),
    map: ({ before, after }, tx) => {
      const isSame = before && after && before.metadata.generation === after.metadata.generation;
      return isSame ? [] : allOf(tx, routes);
    },
  };
}

/** The Deployment and the Service of a data plane. */
export function gatewaysOfDataPlanes(): Watch[] {
  return [deploymentKind, serviceKind].map((kind) => ({
    resource: resourceId(kind),
    map: ({ before, after }) => {
      const owner = owningGateway((after ?? before)!);
      return owner ? [objectKey(GATEWAYS, owner.namespace, owner.name)] : [];
    },
  }));
}
