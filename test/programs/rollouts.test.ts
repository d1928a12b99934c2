/** argo-rollouts: canaries by steps, blue-green updates, and what users write into a Rollout. */
import { beforeEach, describe, expect, it } from "vitest";
import { installSigningKey } from "../../src/cluster/issuer/issuer.ts";
import { customResourceDefinitionKind } from "../../src/kinds/apiextensions/custom-resource-definition.ts";
import { replicaSetKind } from "../../src/kinds/apps/replica-set.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { serviceKind } from "../../src/kinds/core/service.ts";
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { clusterRoleBindingKind } from "../../src/kinds/rbac/cluster-role-binding.ts";
import { clusterWith, podWith } from "../kubelet/clusters.ts";

// biome-ignore lint/suspicious/noExplicitAny: custom objects have every shape
type Free = any;

let cluster: ReturnType<typeof clusterWith>;
let rollouts: KindDefinition<Free>;

beforeEach(() => {
  cluster = clusterWith({ latency: "instant" });
  cluster.write((tx) => installSigningKey(tx, { keyId: "test-key", privateKey: "1".padStart(64, "0") }));
  const subjects = [{ kind: "Group", name: "system:serviceaccounts", apiGroup: "rbac.authorization.k8s.io" }];
  const roleRef = { apiGroup: "rbac.authorization.k8s.io", kind: "ClusterRole", name: "cluster-admin" };
  cluster.create(clusterRoleBindingKind, { metadata: { name: "all" }, subjects, roleRef } as never);
  const openAPIV3Schema = { type: "object", "x-kubernetes-preserve-unknown-fields": true };
  const names = { kind: "Rollout", plural: "rollouts", singular: "rollout", listKind: "RolloutList" };
  const version = { name: "v1alpha1", served: true, storage: true, subresources: { status: {} } };
  cluster.create(customResourceDefinitionKind, {
    metadata: { name: "rollouts.argoproj.io" },
    spec: { group: "argoproj.io", scope: "Namespaced", names, versions: [{ ...version, schema: { openAPIV3Schema } }] },
  } as never);
  cluster.advance(5000);
  rollouts = cluster.write((tx) => tx.kinds.byResource("argoproj.io/rollouts")) as unknown as KindDefinition<Free>;
  const image = "quay.io/argoproj/argo-rollouts:v1.8.3";
  cluster.create(podKind, podWith("controller", { image, args: ["--leader-elect=false"] }));
  cluster.advance(5000);
});

const template = (tag: string) => ({
  metadata: { labels: { app: "demo" } },
  spec: { containers: [{ name: "c", image: `nginx:${tag}` }] },
});

function create(strategy: object, replicas = 5): void {
  cluster.create(rollouts, {
    ...{ apiVersion: "argoproj.io/v1alpha1", kind: "Rollout", metadata: { name: "demo", namespace: "default" } },
    spec: { replicas, selector: { matchLabels: { app: "demo" } }, template: template("1.27"), strategy },
  });
  cluster.advance(20_000);
}

function change(mutate: (draft: Free) => void, ms = 20_000): void {
  cluster.update(rollouts, cluster.get(rollouts, "demo"), mutate);
  cluster.advance(ms);
}

/** As `kubectl argo rollouts promote` and `abort` do. */
function changeStatus(mutate: (status: Free) => void, ms = 20_000): void {
  cluster.updateStatus(rollouts, cluster.get(rollouts, "demo"), (draft) => mutate(draft.status));
  cluster.advance(ms);
}

const resume = (draft: Free) => delete draft.pauseConditions;
const setImage = (tag: string) => change((draft) => Object.assign(draft.spec, { template: template(tag) }));
const status = () => cluster.get(rollouts, "demo").status;

/** The replicas of the ReplicaSets, the oldest revision first. */
function replicas(): number[] {
  const revision = (set: Free) => Number(set.metadata.annotations["rollout.argoproj.io/revision"]);
  const sets = cluster.list(replicaSetKind, "default").sort((a, b) => revision(a) - revision(b));
  return sets.map(({ spec }) => spec.replicas ?? 0);
}

const STEPS = [{ setWeight: 20 }, { pause: {} }, { setWeight: 60 }, { pause: { duration: "10m" } }];

describe("canary", () => {
  it("deploys the first version at once, and later ones by steps", () => {
    create({ canary: { steps: STEPS } });
    expect([replicas(), status().phase, status().currentStepIndex]).toEqual([[5], "Healthy", 4]);
    setImage("1.28");
    expect([replicas(), status().phase, status().message]).toEqual([[4, 1], "Paused", "CanaryPauseStep"]);
    changeStatus(resume);
    expect([replicas(), status().phase, status().currentStepIndex]).toEqual([[2, 3], "Paused", 3]);
    cluster.advance(600_000);
    expect([replicas(), status().phase, status().currentStepIndex]).toEqual([[0, 5], "Healthy", 4]);
    const events = cluster.events().join("\n");
    expect(events).toContain("Rollout step 1/4 completed (setWeight: 20)");
    expect(events).toContain("Rollout step 4/4 completed (pause: 10m)");
    expect(events).toContain(": Completed all 4 canary steps");
    const { commits } = cluster;
    cluster.advance(86_400_000);
    expect(cluster.commits - commits).toBeLessThanOrEqual(3);
  });

  it("goes back when it is aborted, and returns to the stable version without steps", () => {
    create({ canary: { steps: STEPS } });
    setImage("1.28");
    changeStatus((draft) => Object.assign(draft, { abort: true }));
    expect([replicas(), status().phase]).toEqual([[5, 0], "Degraded"]);
    expect(status().message).toBe("RolloutAborted: Rollout aborted update to revision 2");
    setImage("1.27");
    expect([replicas(), status().phase]).toEqual([[0, 5], "Healthy"]);
    expect(cluster.get(rollouts, "demo").metadata.annotations["rollout.argoproj.io/revision"]).toBe("3");
  });

  it("follows the number of replicas, and promotes at once when a user asks for it", () => {
    create({ canary: { steps: STEPS } });
    setImage("1.28");
    change((draft) => Object.assign(draft.spec, { replicas: 10 }));
    expect(replicas()).toEqual([8, 2]);
    changeStatus((draft) => Object.assign(draft, { promoteFull: true }));
    expect([replicas(), status().phase]).toEqual([[0, 10], "Healthy"]);
  });
});

describe("blue-green", () => {
  const service = (name: string) =>
    cluster.create(serviceKind, {
      metadata: { name, namespace: "default" },
      spec: { selector: { app: "demo" }, ports: [{ port: 80 }] },
    } as never);
  const selected = (name: string) => cluster.get(serviceKind, name)?.spec.selector?.["rollouts-pod-template-hash"];

  it("shows the new version by the preview Service, and changes over when a user promotes it", () => {
    service("active");
    service("preview");
    const blueGreen = { activeService: "active", previewService: "preview", autoPromotionEnabled: false };
    create({ blueGreen }, 2);
    const first = status().currentPodHash;
    expect([replicas(), status().phase, selected("active")]).toEqual([[2], "Healthy", first]);
    setImage("1.28");
    const second = status().currentPodHash;
    expect([replicas(), status().phase, status().message]).toEqual([[2, 2], "Paused", "BlueGreenPause"]);
    expect([selected("active"), selected("preview")]).toEqual([first, second]);
    changeStatus(resume, 10_000);
    expect([replicas(), status().phase, selected("active")]).toEqual([[2, 2], "Healthy", second]);
    cluster.advance(40_000);
    expect(replicas()).toEqual([0, 2]);
  });

  it("tells about a Service that is missing", () => {
    create({ blueGreen: { activeService: "nowhere" } }, 1);
    expect(status().phase).toBe("Degraded");
    expect(status().message).toContain('service "nowhere" not found');
    service("nowhere");
    cluster.advance(20_000);
    expect(status().phase).toBe("Healthy");
  });
});
