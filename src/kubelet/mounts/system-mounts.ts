/**
 * What the runtime mounts into every container: /proc, /dev, /sys and the control groups.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go; containerd: pkg/oci/mounts.go
 */
import { DEVICE_ENTRIES } from "../../files/devices.ts";
import type { Mount } from "../../files/mount.ts";
import { LayerTree } from "../../files/tree.ts";
import { virtualTree } from "../../files/virtual-tree.ts";
import { cgroupFiles } from "./cgroup-files.ts";
import { procFiles } from "./proc-files.ts";
import { sysFiles } from "./sys-files.ts";
import type { SystemFacts } from "./system-facts.ts";

export type { SystemFacts } from "./system-facts.ts";

export function systemMounts(facts: SystemFacts, { privileged }: { privileged: boolean }): Mount[] {
  const { bootedAtMs } = facts.host;
  const readOnly = !privileged;
  return [
    { path: "/proc", tree: virtualTree(procFiles(facts), bootedAtMs), fileSystemType: "proc", source: "proc" },
    { path: "/dev", tree: new LayerTree(DEVICE_ENTRIES), fileSystemType: "tmpfs", source: "tmpfs" },
    {
      path: "/sys",
      tree: virtualTree(sysFiles(facts), bootedAtMs),
      readOnly,
      fileSystemType: "sysfs",
      source: "sysfs",
    },
    {
      path: "/sys/fs/cgroup",
      tree: virtualTree(cgroupFiles(facts), bootedAtMs),
      ...{ readOnly, fileSystemType: "cgroup2", source: "cgroup" },
    },
  ];
}
