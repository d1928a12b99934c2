/** An image may hold a program that is not written here. It must say so. */
import { expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, containerOf, podWith } from "./clusters.ts";

it("a program that is not written refuses with a line, and does not claim a missing right", () => {
  // ptx is a program of coreutils.
  const cluster = clusterWith({}, podWith("p", { image: "debian", command: ["ptx", "x"] }, { restartPolicy: "Never" }));
  cluster.advance(30_000);
  expect(containerOf(cluster).state.terminated).toMatchObject({ exitCode: 69, reason: "Error" });
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const log = cluster.write((tx) => containerAccess.readLog(tx, target, { previous: false, timestamps: false }));
  expect(log.text).toBe("ptx: this cluster simulates containers, and this program cannot run in it\n");
});
