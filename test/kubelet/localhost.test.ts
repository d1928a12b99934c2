/** Processes of one pod that talk to each other. */
import { expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith, podWith } from "./clusters.ts";

const STREAMS = { stdin: false, stdout: true, stderr: true, tty: false };

it("a client in the server's own container gets its answer", () => {
  const cluster = clusterWith({}, podWith("p", { image: "redis" }));
  cluster.advance(60_000);
  const target = { pod: cluster.get(podKind, "p")!, container: "c" };
  const command = ["redis-cli", "SET", "greeting", "hello"];
  const session = cluster.write((tx) => containerAccess.exec(tx, target, { ...STREAMS, command }));
  cluster.advance(1000);
  const output = cluster.write((tx) => containerAccess.exchange(tx, target, session, {}));
  expect(output).toMatchObject({ stdout: "OK\n", exitCode: 0 });
});
