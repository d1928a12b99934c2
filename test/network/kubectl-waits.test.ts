/** Commands of kubectl in a container that wait: they wake by watch events, and an idle cluster has no due work. */
import { describe, expect, it } from "vitest";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { podWith } from "../kubelet/clusters.ts";
import { asAdministrator, type Cluster, logOf, newCluster, run, start } from "./kubectl-pods.ts";

function expectIdle(cluster: Cluster): void {
  expect(cluster.nextDueAtMs ?? Number.POSITIVE_INFINITY).toBeGreaterThan(cluster.nowMs + 5_000);
}

function configMap(cluster: Cluster, name: string, finalizers: string[] = []): void {
  cluster.create(configMapKind, { metadata: { name, namespace: "default", finalizers } } as never);
}

/** Removes the finalizers, so that a deletion ends. */
function release(cluster: Cluster, name: string): void {
  cluster.write((tx) =>
    tx.update(configMapKind, cluster.get(configMapKind, name)!, (draft) => {
      delete draft.metadata.finalizers;
    }),
  );
  cluster.advance(1_000);
}

describe("kubectl rollout status in a pod", () => {
  it("prints a line for each change, and ends with the rollout", () => {
    const script = `kubectl create deployment web --image=nginx --replicas=1 >/dev/null
      kubectl rollout pause deployment web >/dev/null; kubectl set image deployment web nginx=nginx:1.28 >/dev/null
      kubectl rollout status deployment web; echo $?`;
    const cluster = asAdministrator(newCluster());
    const waiting = 'Waiting for deployment "web" rollout to finish: 0 out of 1 new replicas have been updated...\n';
    expect(run(cluster, script)).toContain(waiting);
    expectIdle(cluster);
    cluster.write((tx) => {
      tx.update(deploymentKind, cluster.get(deploymentKind, "web")!, ({ spec }) => {
        spec.paused = false;
      });
    });
    cluster.advance(10_000);
    expect(logOf(cluster)).toMatch(
      /1 old replicas are pending termination\.\.\.\ndeployment "web" successfully rolled out\n0\n$/,
    );
  });

  it("ends with an error when the object is deleted, and after its time", () => {
    const cluster = asAdministrator(newCluster());
    const script = `kubectl create deployment web --image=myrepo/doesnotexist >/dev/null
      kubectl rollout status deployment web --timeout=5s; echo $?; kubectl rollout status deployment web; echo $?`;
    expect(run(cluster, script)).toContain("error: timed out waiting for the condition\n1\n");
    cluster.write((tx) => tx.delete(deploymentKind, cluster.get(deploymentKind, "web")!));
    cluster.advance(5_000);
    expect(logOf(cluster)).toMatch(/\nerror: object has been deleted\n1\n$/);
  });
});

describe("kubectl delete in a pod", () => {
  it("waits until the object is gone", () => {
    const cluster = asAdministrator(newCluster());
    configMap(cluster, "kept", ["example.com/keep"]);
    const deleted = 'configmap "kept" deleted from default namespace\n';
    expect(run(cluster, "kubectl delete configmap kept; echo $?")).toBe(deleted);
    expectIdle(cluster);
    release(cluster, "kept");
    expect(logOf(cluster)).toBe(`${deleted}0\n`);
  });

  it("gives up after its time", () => {
    const cluster = asAdministrator(newCluster());
    configMap(cluster, "kept", ["example.com/keep"]);
    expect(run(cluster, "kubectl delete configmap kept --timeout=20s; echo $?")).toBe(
      'configmap "kept" deleted from default namespace\nerror: timed out waiting for the condition on configmaps/kept\n1\n',
    );
  });
});

describe("kubectl replace --force in a pod", () => {
  it("waits for the end of the old object", () => {
    const cluster = asAdministrator(newCluster());
    configMap(cluster, "kept", ["example.com/keep"]);
    const script =
      "kubectl create configmap kept --from-literal=a=b --dry-run=client -o yaml | kubectl replace --force -f -";
    expect(run(cluster, script)).toBe('configmap "kept" deleted from default namespace\n');
    expectIdle(cluster);
    release(cluster, "kept");
    expect(logOf(cluster)).toContain("configmap/kept replaced\n");
    expect(cluster.get(configMapKind, "kept")?.data).toEqual({ a: "b" });
  });
});

describe("kubectl wait in a pod", () => {
  it("waits for an object that does not exist yet", () => {
    const cluster = asAdministrator(newCluster());
    const script = "kubectl wait --for=create configmap/late --timeout=1h; echo $?";
    expect(run(cluster, script)).toBe("");
    expectIdle(cluster);
    configMap(cluster, "late");
    cluster.advance(1_000);
    expect(logOf(cluster)).toBe("configmap/late condition met\n0\n");
  });

  it("waits for a condition, and for the end of an object", () => {
    const cluster = asAdministrator(newCluster());
    start(cluster, "web", { image: "busybox", command: ["sh", "-c", "mkfifo /p; cat /p"] });
    const script = `kubectl wait --for=condition=Ready pod/web; kubectl wait --for=delete pod/web --timeout=1h; echo $?`;
    expect(run(cluster, script)).toBe("pod/web condition met\n");
    expectIdle(cluster);
    cluster.write((tx) => tx.delete(podKind, cluster.get(podKind, "web")!));
    cluster.advance(60_000);
    expect(logOf(cluster)).toBe("pod/web condition met\npod/web condition met\n0\n");
  });
});

describe("kubectl drain in a pod", () => {
  it("removes all pods at the same time, and wakes when they are gone", () => {
    const cluster = asAdministrator(newCluster());
    for (const name of ["a", "b"]) {
      // Without a handler for SIGTERM process 1 uses the whole grace period.
      const pod = podWith(name, { image: "busybox", command: ["sleep", "100000"] }, { nodeName: "node-2" });
      cluster.create(podKind, pod);
    }
    cluster.advance(5_000);
    const script = "kubectl drain node-2 --force --ignore-daemonsets; echo $?";
    start(
      cluster,
      "client",
      { image: "bitnami/kubectl", command: ["sh", "-c", `exec 2>&1; ${script}`] },
      { nodeName: "node-1" },
    );
    expect(logOf(cluster)).toMatch(/evicting pod default\/a\nevicting pod default\/b\n(?!.*\/[ab] evicted)/);
    cluster.advance(40_000);
    expect(logOf(cluster)).toMatch(/\npod\/a evicted\npod\/b evicted\nnode\/node-2 drained\n0\n$/);
  });
});
