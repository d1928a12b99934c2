/**
 * What /proc and the control groups of a container show.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go (`generateLinuxContainerResources`)
 */
import type { CpuTimes } from "../../shell/load.ts";
import type { HostFacts, ProcessFacts } from "../../shell/program.ts";
import type { KernelSettings } from "./kernel-settings.ts";

export interface SystemFacts {
  host: HostFacts;
  nowMs: () => number;
  /** Processes that the container sees. */
  processes: () => readonly ProcessFacts[];
  /** Processes of the container itself, if it sees others too. */
  ownProcesses?: (() => readonly ProcessFacts[]) | undefined;
  /** Settings of the kernel that the pod sets, by name. */
  sysctls?: Readonly<Record<string, string>>;
  /** Settings of the kernel that containers have changed. Absent: none. */
  kernel?: KernelSettings;
  /** `/proc/mounts`. */
  mountLines?: () => string;
  /** CPU time of the container since its start. Absent: that of its present processes. */
  cpuTime?: (() => CpuTimes) | undefined;
}
