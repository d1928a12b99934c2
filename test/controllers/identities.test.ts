/** The controllers for aggregated roles and for ServiceAccount tokens. */
import { expect, test } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { verifyToken } from "../../src/cluster/issuer/service-account-tokens.ts";
import { clusterRoleAggregation } from "../../src/controllers/cluster-role-aggregation.ts";
import { serviceAccountTokens } from "../../src/controllers/service-account-tokens.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { serviceAccountKind } from "../../src/kinds/core/service-account.ts";
import { clusterRoleKind } from "../../src/kinds/rbac/cluster-role.ts";
import type { ClusterRole, Secret, ServiceAccount } from "../../src/schema/index.ts";
import { TestCluster } from "../support/cluster.ts";

const KEY = { keyId: "test.0123456789ABCDEFGHIJKLMNO", privateKey: "1".repeat(64) };

function role(name: string, more: Partial<ClusterRole>): ClusterRole {
  return { kind: "ClusterRole", apiVersion: "rbac.authorization.k8s.io/v1", metadata: { name }, rules: [], ...more };
}

test("a role with an aggregation rule has the rules of all selected roles, each once, and follows their changes", () => {
  const cluster = new TestCluster({ controllers: [clusterRoleAggregation] });
  const get = (name: string) => cluster.get(clusterRoleKind, name)!;
  const edit = get("edit").rules?.length ?? 0;
  const rule = { apiGroups: ["shop.example.com"], resources: ["orders"], verbs: ["get"] };
  const labels = { "rbac.authorization.k8s.io/aggregate-to-edit": "true" };
  cluster.create(clusterRoleKind, role("orders", { metadata: { name: "orders", labels }, rules: [rule] }));
  cluster.create(clusterRoleKind, role("orders-too", { metadata: { name: "orders-too", labels }, rules: [rule] }));
  cluster.advance(1_000);

  expect(get("edit").rules?.filter(({ resources }) => resources?.includes("orders"))).toHaveLength(1);
  expect(get("edit").rules).toHaveLength(edit + 1);
  expect(
    get("edit").metadata.managedFields?.filter(({ manager }) => manager === clusterRoleAggregation.name),
  ).toMatchObject([{ operation: "Apply", fieldsV1: { "f:rules": {} } }]);
  cluster.delete(clusterRoleKind, get("orders"));
  cluster.delete(clusterRoleKind, get("orders-too"));
  cluster.advance(1_000);
  expect(get("edit").rules).toHaveLength(edit);
});

test("a Secret of a ServiceAccount gets a token that is valid while both exist", () => {
  const cluster = new TestCluster({ controllers: [serviceAccountTokens] });
  cluster.write((tx) => installSigningKey(tx, KEY));
  const metadata = { name: "builder", namespace: "default" };
  cluster.create<ServiceAccount>(serviceAccountKind, { kind: "ServiceAccount", apiVersion: "v1", metadata });
  const annotations = { "kubernetes.io/service-account.name": "builder" };
  const type = "kubernetes.io/service-account-token";
  const secret = { kind: "Secret", apiVersion: "v1", type, metadata: { name: "t", namespace: "default", annotations } };
  cluster.create<Secret>(secretKind, secret);
  cluster.advance(1_000);

  const filled = cluster.get(secretKind, "t")!;
  expect(Object.keys(filled.data ?? {}).toSorted()).toEqual(["ca.crt", "namespace", "token"]);
  expect(filled.metadata.annotations?.["kubernetes.io/service-account.uid"]).toBe(
    cluster.get(serviceAccountKind, "builder")?.metadata.uid,
  );
  const token = atob(filled.data?.["token"] ?? "");
  expect(cluster.write((tx) => verifyToken(tx, token))).toMatchObject({
    user: { name: "system:serviceaccount:default:builder" },
  });

  cluster.delete(serviceAccountKind, cluster.get(serviceAccountKind, "builder")!);
  cluster.advance(1_000);
  expect(cluster.get(secretKind, "t")).toBeUndefined();
  expect(cluster.write((tx) => verifyToken(tx, token))).toEqual({
    error: "service account token has been invalidated",
  });
});
