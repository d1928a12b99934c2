/** Updates: allowed changes, and the messages of refused ones. */
import { describe, expect, test } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { namespaceKind } from "../../src/kinds/core/namespace.ts";
import { nodeKind } from "../../src/kinds/core/node.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { roleBindingKind } from "../../src/kinds/rbac/role-binding.ts";
import type { KubernetesObject } from "../../src/schema/types.ts";
import { contextOver, create, lines, update } from "./strategies.ts";

describe("a pod", () => {
  const pod = existing(podKind, { metadata: { name: "p" }, spec: { containers: [{ name: "c", image: "nginx" }] } });

  test("may get a new image", () => {
    const { object, errors } = update(podKind, pod, (draft) => {
      draft.spec.containers[0]!.image = "nginx:2";
    });
    expect(errors).toEqual([]);
    expect(object.spec.containers[0]?.image).toBe("nginx:2");
  });

  test("may get further tolerations, but keeps the existing ones", () => {
    const tolerant = update(podKind, pod, (draft) => {
      draft.spec.tolerations = [{ key: "a", operator: "Exists" }];
    });
    expect(tolerant.errors).toEqual([]);
    const { errors } = update(podKind, tolerant.object, (draft) => {
      draft.spec.tolerations = [];
    });
    expect(lines(errors)).toEqual([
      "spec.tolerations: Forbidden: existing toleration can not be modified except its tolerationSeconds",
    ]);
  });

  test("keeps its node selector, and the refusal names the mutable fields", () => {
    const { errors } = update(podKind, pod, (draft) => {
      draft.spec.nodeSelector = { x: "y" };
    });
    expect(lines(errors)[0]).toMatch(
      /^spec: Forbidden: pod updates may not change fields other than `spec\.containers\[\*\]\.image`,`spec\.init/,
    );
  });

  test("neither gains nor loses containers", () => {
    const { errors } = update(podKind, pod, (draft) => {
      draft.spec.containers.push({ name: "d", image: "redis", resources: {} });
    });
    expect(lines(errors)).toContain("spec.containers: Forbidden: pod updates may not add or remove containers");
  });

  test("does not let a client write its status", () => {
    const { object } = update(podKind, pod, (draft) => {
      draft.status = { phase: "Running" };
    });
    expect(object.status).toEqual(pod.status);
  });
});

describe("grace", () => {
  const spec = { containers: [{ name: "c", image: "nginx" }], nodeName: "node-1", terminationGracePeriodSeconds: 20 };
  const bound = existing(podKind, { metadata: { name: "p" }, spec });
  const seconds = podKind.strategy?.gracePeriodSeconds;

  test("is the pod's own unless the client sets it", () => {
    expect(seconds?.(bound, undefined)).toBe(20);
    expect(seconds?.(bound, 5)).toBe(5);
    expect(seconds?.(bound, -1)).toBe(1);
  });

  test("is zero for a pod without a node and for an ended pod", () => {
    expect(seconds?.({ ...bound, spec: { ...bound.spec, nodeName: "" } }, undefined)).toBe(0);
    expect(seconds?.({ ...bound, status: { phase: "Succeeded" } }, 30)).toBe(0);
  });
});

test("a deployment's selector is immutable, and annotations raise its generation", () => {
  const labels = { app: "a" };
  const template = {
    metadata: { labels: { app: "a", tier: "b" } },
    spec: { containers: [{ name: "c", image: "nginx" }] },
  };
  const deployment = existing(deploymentKind, {
    metadata: { name: "d" },
    spec: { selector: { matchLabels: labels }, template },
  });
  const changed = update(deploymentKind, deployment, (draft) => {
    draft.spec.selector = { matchLabels: { tier: "b" } };
  });
  expect(lines(changed.errors)).toEqual([
    'spec.selector: Invalid value: {"matchLabels":{"tier":"b"}}: field is immutable',
  ]);
  const annotated = update(deploymentKind, deployment, (draft) => {
    draft.metadata.annotations = { "kubernetes.io/change-cause": "x" };
  });
  expect(annotated.object.metadata.generation).toBe(2);
});

test("immutable ConfigMaps and Secrets stay as they are, and a Secret keeps its type", () => {
  const frozen = existing(configMapKind, { metadata: { name: "c" }, data: { a: "1" }, immutable: true });
  const thawed = update(configMapKind, frozen, (draft) => {
    draft.data = { a: "2" };
    delete draft.immutable;
  });
  expect(lines(thawed.errors)).toEqual([
    "immutable: Forbidden: field is immutable when `immutable` is set",
    "data: Forbidden: field is immutable when `immutable` is set",
  ]);

  const secret = existing(secretKind, { metadata: { name: "s" }, stringData: { a: "b" }, immutable: true });
  const written = update(secretKind, secret, (draft) => {
    draft.stringData = { a: "c" };
  });
  expect(lines(written.errors)).toEqual(["data: Forbidden: field is immutable when `immutable` is set"]);
  const retyped = update(secretKind, secret, (draft) => {
    draft.type = "x";
  });
  expect(lines(retyped.errors)).toEqual(['type: Invalid value: "x": field is immutable']);
});

test("a node keeps its pod network", () => {
  const node = existing(nodeKind, {
    metadata: { name: "node-1" },
    spec: { podCIDR: "10.244.1.0/24", podCIDRs: ["10.244.1.0/24"] },
  });
  const { errors } = update(nodeKind, node, (draft) => {
    draft.spec.podCIDRs = ["1.2.3.0/24"];
  });
  expect(lines(errors)).toEqual([
    'spec.podCIDRs: Forbidden: node updates may not change podCIDR except from "" to valid',
  ]);
});

test("a binding keeps its role", () => {
  const binding = existing(roleBindingKind, {
    metadata: { name: "rb" },
    roleRef: { apiGroup: "rbac.authorization.k8s.io", kind: "Role", name: "a" },
  });
  const { errors } = update(roleBindingKind, binding, (draft) => {
    draft.roleRef.name = "b";
  });
  expect(lines(errors)).toEqual([
    'roleRef: Invalid value: {"APIGroup":"rbac.authorization.k8s.io","Kind":"Role","Name":"b"}: cannot change roleRef',
  ]);
});

test("a terminating object gets no further finalizers", () => {
  const held = existing(configMapKind, { metadata: { name: "c", finalizers: ["a.example.com/x"] } });
  held.metadata.deletionTimestamp = "2026-11-22T11:32:00Z";
  const { errors } = update(configMapKind, held, (draft) => {
    draft.metadata.finalizers = ["a.example.com/x", "a.example.com/y"];
  });
  expect(lines(errors)).toEqual([
    'metadata.finalizers: Forbidden: no new finalizers can be added if the object is being deleted, found new finalizers []string{"a.example.com/y"}',
  ]);
});

test("a namespace with contents exists until the controller removes its finalizer", () => {
  const namespace = existing(namespaceKind, { metadata: { name: "shop" } });
  expect(namespace.metadata.labels).toEqual({ "kubernetes.io/metadata.name": "shop" });
  expect(namespaceKind.strategy?.holdsDeletion?.(namespace)).toBe(true);
  namespaceKind.strategy?.beforeDelete?.(namespace, contextOver());
  expect(namespace.status.phase).toBe("Terminating");
  const { object } = update(namespaceKind, namespace, (draft) => {
    draft.spec.finalizers = [];
  });
  expect(object.spec.finalizers).toEqual(["kubernetes"]);
});

/** The object as it is stored after its creation. */
function existing<T extends KubernetesObject>(kind: KindDefinition<T>, input: unknown): T {
  const { object, errors } = create(
    kind as unknown as KindDefinition,
    input,
    kind.namespaced ? { namespace: "shop" } : {},
  );
  expect(errors).toEqual([]);
  return object as T;
}

test("the containers of a StatefulSet may mount claims that only its pods have", () => {
  const { errors } = create(statefulSetKind, {
    metadata: { name: "db", namespace: "default" },
    spec: {
      serviceName: "db",
      selector: { matchLabels: { app: "db" } },
      template: {
        metadata: { labels: { app: "db" } },
        spec: { containers: [{ name: "c", image: "postgres", volumeMounts: [{ name: "data", mountPath: "/data" }] }] },
      },
      volumeClaimTemplates: [
        {
          metadata: { name: "data" },
          spec: { accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "1Gi" } } },
        },
      ],
    },
  });
  expect(lines(errors)).toEqual([]);
});
