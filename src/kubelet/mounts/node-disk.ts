/**
 * The disk of a node, as df and mount show it, and the files that are on it from the start.
 * Kubernetes: pkg/kubelet/kubelet_getters.go (`getRootDir`)
 */
import { SYSTEM_DISK_BYTES } from "../../cluster/base/nodes.ts";
import { baseEntries, mergeEntries } from "../../files/base-entries.ts";
import type { BaseEntries } from "../../files/entry.ts";
import type { LayerTree } from "../../files/tree.ts";
import { debianFiles } from "../../images/bases/debian.ts";
import { BoundedCache } from "../../lib/bounded-cache.ts";
import { NODE_NAMESERVERS } from "../../lib/dns.ts";
import { quantityValue } from "../../lib/quantity.ts";
import type { Node } from "../../schema/index.ts";
import { nodeFilesKey } from "./keys.ts";
import type { VolumeTrees } from "./volume-trees.ts";

const DEVICE = "/dev/vda1";
const DEFAULT_BYTES = 100 * 1024 ** 3;

export function diskBytesOf({ status }: Node): number {
  return quantityValue(status.capacity?.["ephemeral-storage"] ?? String(DEFAULT_BYTES));
}

/** The columns of df for the files of a tree on a node's disk. */
export function diskOf(node: Node, tree: Pick<LayerTree, "usedBytes">) {
  return { fileSystemType: "ext4", source: DEVICE, shows: spaceOf(node, tree) };
}

/** Size and use of a node's disk with the files of a tree on it, as they are when they are read. */
export function spaceOf(node: Node, tree: Pick<LayerTree, "usedBytes">) {
  return {
    sizeBytes: diskBytesOf(node),
    get usedBytes() {
      return SYSTEM_DISK_BYTES + tree.usedBytes;
    },
  };
}

export const MEMORY_DISK = { fileSystemType: "tmpfs", source: "tmpfs" } as const;

/** The files of a node: its system below what pods wrote with hostPath. */
export function nodeTree(trees: VolumeTrees, node: Node): LayerTree {
  return trees.open(nodeFilesKey(node), nodeFiles(node));
}

const SYSTEM = `
  d /etc/kubernetes 0755
  d /etc/kubernetes/manifests 0755
  d /etc/kubernetes/pki 0755
  d /etc/cni/net.d 0755
  d /etc/ssl/certs 0755
  d /lib/modules 0755
  d /mnt 0755
  d /mnt/data 0755
  d /mnt/disks 0755
  d /media 0755
  d /opt/cni/bin 0755
  d /run 0755
  d /run/containerd 0755
  d /run/lock 1777
  d /run/log 0755
  d /sys 0555
  d /sys/fs 0755
  d /sys/fs/bpf 1777
  d /sys/fs/cgroup 0755
  d /sys/kernel 0755
  d /proc 0555
  d /tmp 1777
  d /var/lib/containerd 0711
  d /var/lib/kubelet 0700
  d /var/lib/kubelet/pods 0750
  d /var/lib/kubelet/plugins 0750
  d /var/log 0755
  d /var/log/containers 0755
  d /var/log/pods 0750
  d /var/log/journal 2755
  l /var/run /run
`;

/** Equal for all nodes of one name. */
const built = new BoundedCache<string, BaseEntries>(100);

function nodeFiles({ metadata, status }: Node): BaseEntries {
  const name = metadata.name ?? "";
  const known = built.get(name);
  if (known) return known;
  const own = baseEntries(SYSTEM, {
    "/etc/hostname": `${name}\n`,
    "/etc/hosts": nodeHosts(name),
    "/etc/machine-id": `${status.nodeInfo?.machineID ?? ""}\n`,
    "/etc/resolv.conf": NODE_RESOLV_CONF,
    "/var/lib/kubelet/config.yaml": "apiVersion: kubelet.config.k8s.io/v1beta1\nkind: KubeletConfiguration\n",
  });
  const socket = { type: "socket" as const, mode: 0o660, uid: 0, gid: 0, modifiedAtMs: 0 };
  const files = mergeEntries(debianFiles("trixie"), own, { "/run/containerd/containerd.sock": socket });
  built.set(name, files);
  return files;
}

/** The node's own /etc/hosts, which pods on the host's network see below a header. */
export function nodeHosts(name: string): string {
  return [
    "127.0.0.1\tlocalhost",
    `127.0.1.1\t${name}`,
    "",
    "# The following lines are desirable for IPv6 capable hosts",
    "::1     ip6-localhost ip6-loopback",
    "fe00::0 ip6-localnet",
    "ff00::0 ip6-mcastprefix",
    "ff02::1 ip6-allnodes",
    "ff02::2 ip6-allrouters",
    "",
  ].join("\n");
}

/** The node's resolver, which pods with `dnsPolicy: Default` use. */
const NODE_RESOLV_CONF = `nameserver ${NODE_NAMESERVERS[0]}\n`;
