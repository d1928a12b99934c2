/**
 * /sys/fs/cgroup of a container: control groups version 2.
 * Kubernetes: pkg/kubelet/cm/cgroup_v2_manager_linux.go
 */
import { type VirtualNode, virtualDirectory } from "../../files/virtual-tree.ts";
import type { CpuTimes } from "../../shell/load.ts";
import type { SystemFacts } from "./system-facts.ts";

const CPU_PERIOD_US = 100_000;
const MIN_QUOTA_US = 1000;
const PAGE_BYTES = 4096;

export function cgroupFiles(facts: SystemFacts): VirtualNode {
  const { host, ownProcesses: processes = facts.processes } = facts;
  const file = (content: () => string): VirtualNode => ({ type: "file", content, mode: 0o644 });
  const limit = host.memoryLimitBytes;
  const { cpuLimit } = host;
  const quota = cpuLimit === undefined ? "max" : Math.max(MIN_QUOTA_US, Math.round(cpuLimit * CPU_PERIOD_US));
  const files: Record<string, VirtualNode> = {
    "cgroup.controllers": file(() => "cpuset cpu io memory hugetlb pids rdma misc\n"),
    "cgroup.procs": file(() => lines(processes().map(({ pid }) => String(pid)))),
    "cgroup.type": file(() => "domain\n"),
    "cpu.max": file(() => `${quota} ${CPU_PERIOD_US}\n`),
    "cpu.stat": file(() => cpuStat(cpuTimeOf(facts))),
    "cpu.weight": file(() => `${cpuWeight(host.cpuRequest ?? 0)}\n`),
    "cpuset.cpus.effective": file(() => `${range(host.cpus)}\n`),
    "memory.current": file(() => `${pages(memoryOf(facts))}\n`),
    "memory.events": file(() => "low 0\nhigh 0\nmax 0\noom 0\noom_kill 0\noom_group_kill 0\n"),
    "memory.high": file(() => "max\n"),
    "memory.max": file(() => `${limit === undefined ? "max" : pages(limit)}\n`),
    "memory.min": file(() => "0\n"),
    "memory.peak": file(() => `${pages(memoryOf(facts))}\n`),
    "memory.stat": file(() => `anon ${pages(memoryOf(facts))}\nfile 0\nkernel 0\n`),
    "memory.swap.current": file(() => "0\n"),
    "memory.swap.max": file(() => "0\n"),
    "pids.current": file(() => `${processes().length}\n`),
    "pids.max": file(() => "max\n"),
  };
  return virtualDirectory(files);
}

function memoryOf({ processes, ownProcesses = processes }: SystemFacts): number {
  return ownProcesses().reduce((total, { memoryBytes }) => total + memoryBytes, 0);
}

function cpuTimeOf({ cpuTime, processes, ownProcesses = processes }: SystemFacts): CpuTimes {
  if (cpuTime) return cpuTime();
  const usedMs = ownProcesses().reduce((total, { cpuMs }) => total + cpuMs, 0);
  return { usedMs, activeMs: 0, throttledMs: 0, lostMs: 0 };
}

/** Periods are counted while processes want CPU under a limit. */
function cpuStat({ usedMs, activeMs, throttledMs, lostMs }: CpuTimes): string {
  const us = Math.round(usedMs * 1000);
  const usage = `usage_usec ${us}\nuser_usec ${us}\nsystem_usec 0\n`;
  const periods = (ms: number) => Math.ceil((ms * 1000) / CPU_PERIOD_US);
  const throttled = `nr_periods ${periods(activeMs)}\nnr_throttled ${periods(throttledMs)}\n`;
  return `${usage}${throttled}throttled_usec ${Math.round(lostMs * 1000)}\nnr_bursts 0\nburst_usec 0\n`;
}

const MIN_SHARES = 2;
const SHARES_PER_CPU = 1024;

/** The shares of control groups version 1 as a weight. opencontainers/cgroups: utils.go (`ConvertCPUSharesToCgroupV2Value`) */
function cpuWeight(cpuRequest: number): number {
  const shares = Math.max(MIN_SHARES, Math.floor(cpuRequest * SHARES_PER_CPU));
  if (shares <= MIN_SHARES) return 1;
  const power = Math.log2(shares);
  return Math.ceil(10 ** ((power * power + 125 * power) / 612 - 7 / 34));
}

/** Memory is counted in whole pages. */
function pages(bytes: number): number {
  return Math.floor(bytes / PAGE_BYTES) * PAGE_BYTES;
}

/** `0-3` */
function range(count: number): string {
  return count <= 1 ? "0" : `0-${count - 1}`;
}

function lines(texts: readonly string[]): string {
  return texts.map((text) => `${text}\n`).join("");
}
