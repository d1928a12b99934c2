/**
 * Writes the rules of ClusterRoles with an aggregation rule: the rules of all selected roles.
 * Kubernetes: pkg/controller/clusterroleaggregation/clusterroleaggregation_controller.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { type KindDefinition, objectKey } from "../kinds/kind.ts";
import { clusterRoleKind } from "../kinds/rbac/cluster-role.ts";
import { cloneJson, equalJson } from "../lib/json.ts";
import { matchesLabelSelector } from "../lib/selectors.ts";
import type { ClusterRole, PolicyRule } from "../schema/index.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { Controller } from "./controller.ts";

const NAME = "clusterrole-aggregation-controller";

export const clusterRoleAggregation: Controller = {
  name: NAME,
  manager: NAME,
  watches: [
    {
      resource: "rbac.authorization.k8s.io/clusterroles",
      // Any role may be selected by any aggregating role.
      map: (_change, tx) => aggregating(tx).map(({ metadata }) => objectKey(clusterRoleKind, "", metadata.name ?? "")),
    },
  ],

  reconcile(tx, key) {
    const role = tx.getByKey(key) as (ClusterRole & KubernetesObject) | undefined;
    if (!role?.aggregationRule || role.metadata.deletionTimestamp) return;
    const rules = rulesFor(tx, role);
    if (equalJson(rules, role.rules ?? [])) return;
    // As in Kubernetes, a forced apply: the controller becomes the manager of the rules.
    const next = cloneJson(role) as ClusterRole & KubernetesObject;
    next.rules = rules;
    const kind = clusterRoleKind as unknown as KindDefinition;
    tx.replaceObject(kind, next, { manager: NAME, operation: "Apply" });
  },
};

function aggregating(tx: Transaction): readonly (ClusterRole & KubernetesObject)[] {
  return tx.derived(`${NAME}/aggregating`, [clusterRoleKind], () =>
    tx.list(clusterRoleKind).filter(({ aggregationRule }) => aggregationRule),
  ) as readonly (ClusterRole & KubernetesObject)[];
}

/** The rules in the order of the selectors, then of the roles' names, without duplicates. */
function rulesFor(tx: Transaction, { metadata, aggregationRule }: ClusterRole & KubernetesObject): PolicyRule[] {
  const rules: PolicyRule[] = [];
  for (const selector of aggregationRule?.clusterRoleSelectors ?? []) {
    for (const role of tx.list(clusterRoleKind)) {
      if (role.metadata.name === metadata.name || !matchesLabelSelector(selector, role.metadata.labels)) continue;
      for (const rule of role.rules ?? []) {
        if (!rules.some((present) => equalJson(present, rule))) rules.push(rule);
      }
    }
  }
  return rules;
}
