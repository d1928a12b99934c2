/** Pods that use more of their node's disk than they may. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import type { Container } from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";
import { clusterWith, podWith } from "./clusters.ts";
import { inFiles } from "./files-of-pods.ts";

const SECOND = 1000;
const LIMITED = { resources: { limits: { "ephemeral-storage": "2Ki" } } };

describe("a pod that fills the disk", () => {
  it("is evicted for an emptyDir above its limit", () => {
    const cluster = running({}, "1Ki");
    inFiles(cluster, (files) => files.write("/data/a", "x".repeat(1025)));
    look(cluster);
    cluster.advance(5 * SECOND);
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Running");
    cluster.advance(20 * SECOND);
    const message = 'Usage of EmptyDir volume "v" exceeds the limit "1Ki". ';
    expect(cluster.get(podKind, "p")!.status).toMatchObject({ phase: "Failed", reason: "Evicted", message });
    expect(cluster.events()).toContain(`Warning Evicted Pod/p x1: ${message}`);
  });

  it("is evicted for the sum of its files above the limits of its containers", () => {
    const cluster = running(LIMITED);
    inFiles(cluster, (files) => files.write("/data/a", "x".repeat(2049)));
    look(cluster);
    cluster.advance(20 * SECOND);
    expect(cluster.get(podKind, "p")!.status).toMatchObject({
      reason: "Evicted",
      message: "Pod ephemeral local storage usage exceeds the total limit of containers 2Ki. ",
    });
  });

  it("stays while it uses no more than it may", () => {
    const cluster = running(LIMITED, "1Ki");
    inFiles(cluster, (files) => files.write("/data/a", "x".repeat(1024)));
    look(cluster);
    cluster.advance(60 * SECOND);
    expect(cluster.get(podKind, "p")!.status.phase).toBe("Running");
  });
});

function running(container: Partial<Container>, sizeLimit?: string): TestCluster {
  const volumes = [{ name: "v", emptyDir: sizeLimit === undefined ? {} : { sizeLimit } }];
  const pod = podWith("p", { volumeMounts: [{ name: "v", mountPath: "/data" }], ...container }, { volumes });
  const cluster = clusterWith({}, pod);
  cluster.advance(20 * SECOND);
  return cluster;
}

/** The kubelet looks at the pod, as after every change by a process. */
function look(cluster: TestCluster): void {
  cluster.update(podKind, cluster.get(podKind, "p")!, ({ spec }) => {
    spec.activeDeadlineSeconds = 3600;
  });
}
