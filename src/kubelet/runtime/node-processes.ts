/** The processes of a node's system, which pods with `hostPID` see, and its root. */
import type { MountTable } from "../../files/walk.ts";
import { parseTime } from "../../lib/time.ts";
import type { Node } from "../../schema/index.ts";
import type { ProcessFacts } from "../../shell/program.ts";
import { diskOf, nodeTree } from "../mounts/node-disk.ts";
import type { VolumeTrees } from "../mounts/volume-trees.ts";

const MB = 1024 * 1024;

/** Pid, parent and memory of each; all of them run as root and sleep. */
const SYSTEM: readonly { pid: number; parentPid: number; memoryBytes: number; argv: readonly string[] }[] = [
  { pid: 1, parentPid: 0, memoryBytes: 12 * MB, argv: ["/sbin/init"] },
  { pid: 2, parentPid: 0, memoryBytes: 0, argv: ["[kthreadd]"] },
  { pid: 312, parentPid: 1, memoryBytes: 15 * MB, argv: ["/lib/systemd/systemd-journald"] },
  { pid: 348, parentPid: 1, memoryBytes: 6 * MB, argv: ["/lib/systemd/systemd-udevd"] },
  { pid: 655, parentPid: 1, memoryBytes: 60 * MB, argv: ["/usr/bin/containerd"] },
  {
    ...{ pid: 742, parentPid: 1, memoryBytes: 90 * MB },
    argv: [
      ...["/usr/bin/kubelet", "--kubeconfig=/etc/kubernetes/kubelet.conf", "--config=/var/lib/kubelet/config.yaml"],
      "--container-runtime-endpoint=unix:///var/run/containerd/containerd.sock",
    ],
  },
];

export function nodeProcesses({ metadata }: Node): ProcessFacts[] {
  const startedAtMs = parseTime(metadata.creationTimestamp ?? "1970-01-01T00:00:00Z");
  return SYSTEM.map((each) => ({ ...each, uid: 0, startedAtMs, cpuMs: 0, state: "S", cwd: "/", env: {} }));
}

/** The node's disk as process 1 sees it. */
export function nodeRoot(trees: VolumeTrees, node: Node): MountTable {
  const tree = nodeTree(trees, node);
  return new Map([["/", { path: "/", tree, ...diskOf(node, tree) }]]);
}
