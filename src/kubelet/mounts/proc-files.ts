/**
 * /proc of a container, as far as programs read it.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go; Linux: fs/proc
 */
import { virtualDirectory as directory, type VirtualNode } from "../../files/virtual-tree.ts";
import type { ProcessFacts } from "../../shell/program.ts";
import { capabilityMask } from "./capability-mask.ts";
import { sysctlFiles } from "./sysctl-files.ts";
import type { SystemFacts } from "./system-facts.ts";

type Nodes = Readonly<Record<string, VirtualNode>>;

const CLOCK_TICKS_PER_SECOND = 100;

export function procFiles(facts: SystemFacts): VirtualNode {
  const { host, processes, nowMs } = facts;
  let sysctls: VirtualNode | undefined;
  const fixed: Nodes = {
    cmdline: file(() => "BOOT_IMAGE=/boot/vmlinuz root=/dev/vda1 ro\n"),
    cpuinfo: file(() => cpuInfo(host.cpus)),
    diskstats: file(() => " 252       0 vda 0 0 0 0 0 0 0 0 0 0 0\n"),
    filesystems: file(() => "nodev\tsysfs\nnodev\ttmpfs\nnodev\tproc\nnodev\tcgroup2\nnodev\toverlay\n\text4\n"),
    loadavg: file(() => loadAverage(processes())),
    meminfo: file(() => memoryInfo(host.memoryBytes)),
    mounts: { type: "link", target: () => "self/mounts" },
    net: { type: "link", target: () => "self/net" },
    partitions: file(
      () => "major minor  #blocks  name\n\n 252        0  104857600 vda\n 252        1  104856576 vda1\n",
    ),
    self: { type: "link", target: String },
    stat: file(() => systemStat(facts)),
    swaps: file(() => "Filename\t\t\t\tType\t\tSize\t\tUsed\t\tPriority\n"),
    get sys() {
      sysctls ??= sysctlFiles(facts);
      return sysctls;
    },
    "thread-self": { type: "link", target: (pid) => `${pid}/task/${pid}` },
    uptime: file(() => uptime(nowMs() - host.bootedAtMs, host.cpus)),
    version: file(() => `Linux version ${host.kernelRelease} (builder@build) (gcc 14.2.0) ${host.kernelVersion}\n`),
  };
  const processNamed = (name: string) => {
    const process = /^\d+$/.test(name) ? processes().find(({ pid }) => String(pid) === name) : undefined;
    return process && processFiles(process, facts);
  };
  return {
    type: "directory",
    names: () => [...Object.keys(fixed), ...processes().map(({ pid }) => String(pid))],
    entry: (name) => (Object.hasOwn(fixed, name) ? fixed[name] : processNamed(name)),
  };
}

function processFiles(process: ProcessFacts, facts: SystemFacts): VirtualNode {
  const { pid, argv } = process;
  const name = commandName(process);
  const own: Nodes = {
    attr: directory({ current: file(() => confinement(process)) }),
    cgroup: file(() => "0::/\n"),
    cmdline: file(() => argv.map((word) => `${word}\0`).join("")),
    comm: file(() => `${name}\n`),
    cwd: { type: "link", target: () => process.cwd ?? "/" },
    gid_map: file(() => idMap(facts)),
    uid_map: file(() => idMap(facts)),
    environ: { type: "file", content: () => environment(process), mode: 0o400, uid: process.uid },
    fd: directory({}),
    limits: file(() => LIMITS),
    mountinfo: file(() => ""),
    mounts: file(() => facts.mountLines?.() ?? ""),
    net: directory({ dev: file(() => NETWORK_DEVICES) }),
    oom_score: file(() => "0\n"),
    oom_score_adj: file(() => `${facts.host.oomScoreAdjustment ?? 0}\n`),
    root: { type: "link", target: () => "/" },
    stat: file(() => processStat(process, facts)),
    statm: file(() => `${Math.ceil(process.memoryBytes / 4096)} ${Math.ceil(process.memoryBytes / 4096)} 0 0 0 0 0\n`),
    status: file(() => processStatus(process, facts)),
    task: directory({ [String(pid)]: directory({ comm: file(() => `${name}\n`) }) }),
  };
  return directory(own);
}

/** User ids or group ids: the first one in the container, the first one on the node, and their number. */
function idMap({ host: { firstUserId } }: SystemFacts): string {
  const range = firstUserId === undefined ? [0, 0, 2 ** 32 - 1] : [0, firstUserId, 65_536];
  return `${range.map((number) => String(number).padStart(10)).join(" ")}\n`;
}

/** The profile of AppArmor, as the kernel names it. */
function confinement({ credentials }: ProcessFacts): string {
  return credentials?.isUnconfined ? "unconfined\n" : "cri-containerd.apparmor.d (enforce)\n";
}

function environment({ env = {} }: ProcessFacts): string {
  return Object.entries(env)
    .map(([name, value]) => `${name}=${value}\0`)
    .join("");
}

/** At most 15 characters, as in Linux. */
function commandName({ argv }: ProcessFacts): string {
  const [title = ""] = argv;
  // Servers that name themselves: `nginx: worker process`.
  const command = title.replace(/: .*$/, "");
  return command.slice(command.lastIndexOf("/") + 1).slice(0, 15);
}

const STATES = { R: "R (running)", S: "S (sleeping)", T: "T (stopped)", Z: "Z (zombie)" } as const;

function processStatus(process: ProcessFacts, { host }: SystemFacts): string {
  const { pid, parentPid, uid, memoryBytes, state, credentials } = process;
  const { gid = uid, groups = [], capabilities = [] } = credentials ?? {};
  const kilobytes = Math.ceil(memoryBytes / 1024);
  return [
    `Name:\t${commandName(process)}`,
    "Umask:\t0022",
    `State:\t${STATES[state]}`,
    `Tgid:\t${pid}`,
    `Pid:\t${pid}`,
    `PPid:\t${parentPid}`,
    `Uid:\t${uid}\t${uid}\t${uid}\t${uid}`,
    `Gid:\t${gid}\t${gid}\t${gid}\t${gid}`,
    `Groups:\t${groups.map((group) => `${group} `).join("")}`,
    `VmSize:\t${kilobytes} kB`,
    `VmRSS:\t${kilobytes} kB`,
    "Threads:\t1",
    `CapInh:\t${capabilityMask([])}`,
    `CapPrm:\t${capabilityMask(capabilities)}`,
    `CapEff:\t${capabilityMask(capabilities)}`,
    `CapBnd:\t${capabilityMask(credentials?.boundingCapabilities ?? capabilities)}`,
    `CapAmb:\t${capabilityMask([])}`,
    `NoNewPrivs:\t${credentials?.hasNoNewPrivileges ? 1 : 0}`,
    `Seccomp:\t${credentials?.isFiltered ? 2 : 0}`,
    `Seccomp_filters:\t${credentials?.isFiltered ? 1 : 0}`,
    `Cpus_allowed:\t${(2 ** Math.min(host.cpus, 32) - 1).toString(16)}`,
    `Cpus_allowed_list:\t${host.cpus <= 1 ? "0" : `0-${host.cpus - 1}`}`,
    "",
  ].join("\n");
}

function processStat(process: ProcessFacts, { host }: SystemFacts): string {
  const { pid, parentPid, state, cpuMs, startedAtMs, memoryBytes } = process;
  const ticks = (ms: number) => Math.max(0, Math.floor((ms / 1000) * CLOCK_TICKS_PER_SECOND));
  const head = `${pid} (${commandName(process)}) ${state} ${parentPid} ${pid} ${pid} 0 -1 4194560 0 0 0 0`;
  const times = `${ticks(cpuMs)} 0 0 0 20 0 1 0 ${ticks(startedAtMs - host.bootedAtMs)}`;
  return `${head} ${times} ${memoryBytes} ${Math.ceil(memoryBytes / 4096)} ${"0 ".repeat(27)}0\n`;
}

function cpuInfo(cpus: number): string {
  const one = (index: number) =>
    [
      `processor\t: ${index}`,
      "vendor_id\t: GenuineIntel",
      "cpu family\t: 6",
      "model\t\t: 85",
      "model name\t: Intel(R) Xeon(R) Processor @ 2.60GHz",
      "cpu MHz\t\t: 2600.000",
      "cache size\t: 16384 KB",
      `cpu cores\t: ${cpus}`,
      "bogomips\t: 5200.00",
      "",
      "",
    ].join("\n");
  return Array.from({ length: cpus }, (_, index) => one(index)).join("");
}

function memoryInfo(totalBytes: number): string {
  const total = Math.floor(totalBytes / 1024);
  const rows = {
    MemTotal: total,
    MemFree: Math.floor(total * 0.6),
    MemAvailable: Math.floor(total * 0.85),
    Buffers: Math.floor(total * 0.02),
    Cached: Math.floor(total * 0.25),
    SwapCached: 0,
    SwapTotal: 0,
    SwapFree: 0,
  };
  return Object.entries(rows)
    .map(([name, kilobytes]) => `${`${name}:`.padEnd(16)}${String(kilobytes).padStart(8)} kB\n`)
    .join("");
}

function loadAverage(processes: readonly ProcessFacts[]): string {
  const running = processes.filter(({ state }) => state === "R").length;
  const last = Math.max(1, ...processes.map(({ pid }) => pid));
  return `${running}.00 ${running}.00 ${running}.00 ${Math.max(1, running)}/${processes.length} ${last}\n`;
}

function uptime(ms: number, cpus: number): string {
  const seconds = Math.max(0, ms) / 1000;
  return `${seconds.toFixed(2)} ${(seconds * cpus * 0.9).toFixed(2)}\n`;
}

function systemStat({ host, processes, nowMs }: SystemFacts): string {
  const idle = Math.max(0, Math.floor(((nowMs() - host.bootedAtMs) / 1000) * CLOCK_TICKS_PER_SECOND));
  const cpu = (name: string, factor: number) => `${name} 0 0 0 ${idle * factor} 0 0 0 0 0 0\n`;
  const each = Array.from({ length: host.cpus }, (_, index) => cpu(`cpu${index}`, 1)).join("");
  const running = processes().filter(({ state }) => state === "R").length;
  const bootedAt = Math.floor(host.bootedAtMs / 1000);
  return `${cpu("cpu ", host.cpus)}${each}ctxt 0\nbtime ${bootedAt}\nprocesses ${processes().length}\nprocs_running ${running}\nprocs_blocked 0\n`;
}

const LIMITS =
  "Limit                     Soft Limit           Hard Limit           Units     \n" +
  "Max processes             unlimited            unlimited            processes \n" +
  "Max open files            1048576              1048576              files     \n";

const NETWORK_DEVICES =
  "Inter-|   Receive                                                |  Transmit\n" +
  " face |bytes    packets errs drop fifo frame compressed multicast|bytes    packets errs drop fifo colls carrier compressed\n" +
  "    lo:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n" +
  "  eth0:       0       0    0    0    0     0          0         0        0       0    0    0    0     0       0          0\n";

function file(content: () => string): VirtualNode {
  return { type: "file", content };
}
