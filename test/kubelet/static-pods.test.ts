/** The control plane's own pods: their programs run and can be asked. */
import { describe, expect, it } from "vitest";
import { podKind } from "../../src/kinds/core/pod.ts";
import { containerAccess } from "../../src/kubelet/access.ts";
import { clusterWith } from "./clusters.ts";

const SECOND = 1000;

describe("static pods", () => {
  it.each([
    ["etcd", ["etcd", "--version"], "etcd Version: 3.6.6\n"],
    ["kube-apiserver", ["kube-apiserver", "--version"], "Kubernetes v1.36.2\n"],
    ["kube-controller-manager", ["kube-controller-manager", "--version"], "Kubernetes v1.36.2\n"],
    ["kube-scheduler", ["kube-scheduler", "--version"], "Kubernetes v1.36.2\n"],
  ])("answer their probes after a command ran in them: %s", (component, command, printed) => {
    const cluster = clusterWith({});
    const find = () => cluster.get(podKind, `${component}-node-1`, "kube-system")!;
    const target = { pod: find(), container: component };
    const streams = { stdin: false, stdout: true, stderr: true, tty: false };
    const id = cluster.write((tx) => containerAccess.exec(tx, target, { command, ...streams }));
    const { stdout } = cluster.write((tx) => containerAccess.exchange(tx, target, id, {}));
    expect(stdout).toContain(printed);
    cluster.advance(300 * SECOND);
    expect(find().status.containerStatuses).toMatchObject([{ ready: true, restartCount: 0 }]);
  });
});
