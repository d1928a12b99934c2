/**
 * /proc/sys: settings of the kernel, and the settings that the pod makes for its namespaces.
 * Kubernetes: pkg/kubelet/sysctl/allowlist.go, pkg/apis/core (`PodSecurityContext.Sysctls`)
 */
import type { Bytes } from "../../files/entry.ts";
import { type VirtualNode, virtualDirectory } from "../../files/virtual-tree.ts";
import { textOfBytes } from "../../lib/bytes.ts";
import { digestOf } from "../../lib/hash.ts";
import type { KernelSettings } from "./kernel-settings.ts";
import type { SystemFacts } from "./system-facts.ts";

interface Folder {
  [name: string]: Folder | string;
}

export function sysctlFiles(facts: SystemFacts): VirtualNode {
  const root: Folder = {};
  const all = { ...defaults(facts), ...facts.sysctls };
  for (const [name, value] of Object.entries(all)) place(root, sysctlPath(name), value);
  return node(root, "", facts.kernel);
}

/** `kernel/shmmax` of `kernel.shmmax`. A name with a slash is a path already. */
function sysctlPath(name: string): string {
  return /^[^.]*\//.test(name) ? name : name.replace(/[./]/g, (sign) => (sign === "." ? "/" : "."));
}

function place(root: Folder, path: string, value: string): void {
  const names = path.split("/");
  const last = names.pop() ?? "";
  let folder = root;
  for (const name of names) {
    const next = folder[name];
    const inner = typeof next === "object" ? next : {};
    folder[name] = inner;
    folder = inner;
  }
  folder[last] = value;
}

function node(entry: Folder | string, path: string, kernel: KernelSettings | undefined): VirtualNode {
  if (typeof entry === "string") return setting(entry, path, kernel);
  const inside = (name: string) => (path === "" ? name : `${path}/${name}`);
  const entries = Object.fromEntries(
    Object.entries(entry).map(([name, inner]) => [name, node(inner, inside(name), kernel)]),
  );
  return virtualDirectory(entries);
}

function setting(initial: string, path: string, kernel: KernelSettings | undefined): VirtualNode {
  const value = () => kernel?.changed(path) ?? initial;
  const { change } = kernel ?? {};
  const write =
    change &&
    ((content: Bytes) => {
      const written = lastLine(textOfBytes(content));
      if (written !== undefined) change(path, initial, written);
    });
  return { type: "file", content: () => `${value()}\n`, write, mode: 0o644 };
}

/** Each write sets a value, also at an offset; opening with truncation writes nothing and sets none. */
function lastLine(content: string): string | undefined {
  return content
    .split("\n")
    .filter((line) => line !== "")
    .at(-1);
}

/** By name: the values of a node that no one has tuned. */
function defaults({ host }: SystemFacts): Record<string, string> {
  return {
    "fs.file-max": "9223372036854775807",
    "fs.inotify.max_user_instances": "128",
    "fs.inotify.max_user_watches": "65536",
    "fs.mqueue.msg_max": "10",
    "fs.mqueue.queues_max": "256",
    "fs.nr_open": "1048576",
    "kernel.domainname": "(none)",
    "kernel.hostname": host.hostname,
    "kernel.msgmax": "8192",
    "kernel.msgmnb": "16384",
    "kernel.msgmni": "32000",
    "kernel.osrelease": host.kernelRelease,
    "kernel.ostype": "Linux",
    "kernel.pid_max": "4194304",
    "kernel.random.boot_id": bootId(host.nodeName),
    "kernel.random.entropy_avail": "256",
    "kernel.sem": "32000\t1024000000\t500\t32000",
    "kernel.shm_rmid_forced": "0",
    "kernel.shmall": "18446744073692774399",
    "kernel.shmmax": "18446744073692774399",
    "kernel.shmmni": "4096",
    "kernel.threads-max": "127000",
    "kernel.version": host.kernelVersion,
    "net.core.somaxconn": "4096",
    "net.ipv4.ip_forward": "1",
    "net.ipv4.ip_local_port_range": "32768\t60999",
    "net.ipv4.ip_local_reserved_ports": "",
    "net.ipv4.ip_unprivileged_port_start": "0",
    "net.ipv4.ping_group_range": "0\t2147483647",
    "net.ipv4.tcp_fin_timeout": "60",
    "net.ipv4.tcp_keepalive_intvl": "75",
    "net.ipv4.tcp_keepalive_probes": "9",
    "net.ipv4.tcp_keepalive_time": "7200",
    "net.ipv4.tcp_rmem": "4096\t131072\t6291456",
    "net.ipv4.tcp_syncookies": "1",
    "net.ipv4.tcp_wmem": "4096\t16384\t4194304",
    "vm.max_map_count": "1048576",
    "vm.overcommit_memory": "1",
    "vm.swappiness": "60",
  };
}

function bootId(nodeName: string): string {
  const digits = digestOf(`boot/${nodeName}`);
  const parts = [0, 8, 12, 16].map((at, i) => digits.slice(at, [8, 12, 16, 20][i]));
  return [...parts, digits.slice(20, 32)].join("-");
}
