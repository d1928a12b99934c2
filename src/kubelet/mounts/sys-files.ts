/**
 * /sys of a container, as far as programs read it.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container_linux.go
 */
import { virtualDirectory as directory, type VirtualNode } from "../../files/virtual-tree.ts";
import type { SystemFacts } from "./system-facts.ts";

export function sysFiles({ host }: SystemFacts): VirtualNode {
  const file = (content: string): VirtualNode => ({ type: "file", content: () => content, shownSizeBytes: 4096 });
  const online = host.cpus <= 1 ? "0\n" : `0-${host.cpus - 1}\n`;
  const cpus = Object.fromEntries(Array.from({ length: host.cpus }, (_, index) => [`cpu${index}`, directory({})]));
  const network = (mtu: number) => directory({ mtu: file(`${mtu}\n`), operstate: file("up\n") });
  return directory({
    class: directory({ net: directory({ lo: network(65_536), eth0: network(1450) }) }),
    devices: directory({
      system: directory({
        cpu: directory({ ...cpus, online: file(online), possible: file(online), present: file(online) }),
      }),
    }),
    // Agents mount the node's folder here.
    module: directory({}),
    fs: directory({ bpf: directory({}), cgroup: directory({}) }),
    kernel: directory({
      debug: directory({}),
      mm: directory({ transparent_hugepage: directory({ enabled: file("always [madvise] never\n") }) }),
    }),
  });
}
