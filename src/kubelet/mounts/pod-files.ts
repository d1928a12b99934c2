/**
 * Files that kubelet and runtime make for a pod: /etc/hosts, /etc/resolv.conf, /etc/hostname, /dev/shm, and a file for
 * each container's termination message.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`managedHostsFileContent`, `nodeHostsFileContent`),
 * pkg/kubelet/network/dns/dns.go, pkg/kubelet/kuberuntime/kuberuntime_container.go (`makeMounts`)
 */
import type { BaseEntries, Bytes, FileEntry } from "../../files/entry.ts";
import type { Mount } from "../../files/mount.ts";
import type { LayerTree } from "../../files/tree.ts";
import type { HostAlias } from "../../schema/index.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { kernelHostname, podDomain, podHostname } from "./hostname.ts";
import { podFilesKey } from "./keys.ts";
import { diskOf, nodeHosts } from "./node-disk.ts";
import { resolverFile } from "./resolver-file.ts";
import type { OpenContext } from "./volume-type.ts";

const HOSTS_HEADER = "# Kubernetes-managed hosts file.\n";
const HOSTS_HEADER_WITH_HOST_NETWORK = "# Kubernetes-managed hosts file (host network).\n";
const LOCAL_HOSTS =
  "127.0.0.1\tlocalhost\n::1\tlocalhost ip6-localhost ip6-loopback\nfe00::0\tip6-localnet\n" +
  "fe00::0\tip6-mcastprefix\nfe00::1\tip6-allnodes\nfe00::2\tip6-allrouters\n";
const DEFAULT_MESSAGE_PATH = "/dev/termination-log";
const SHARED_MEMORY_BYTES = 64 * 1024 * 1024;

/** The mounts of these files in a container. */
export function podFileMounts(open: OpenContext, { spec, record }: PodContainer): Mount[] {
  const { pod, node, state } = open.context;
  const tree = podFiles(open);
  const readOnly = spec.securityContext?.readOnlyRootFilesystem === true;
  const disk = diskOf(node, tree);
  const file = (path: string, subPath: string): Mount => ({ path, tree, subPath, ...disk });
  const message = messageFile(tree, spec.name, record.starts);
  const hasOwnHosts = spec.volumeMounts?.some(({ mountPath }) => mountPath === "/etc/hosts");
  const hasAddress = state.podIp !== undefined || pod.spec.hostNetwork === true;
  return [
    ...(hasOwnHosts || !hasAddress ? [] : [file("/etc/hosts", "/etc-hosts")]),
    file(spec.terminationMessagePath || DEFAULT_MESSAGE_PATH, message),
    { ...file("/etc/hostname", "/hostname"), readOnly },
    { ...file("/etc/resolv.conf", "/resolv.conf"), readOnly },
    {
      path: "/dev/shm",
      tree,
      subPath: "/shm",
      ...{ fileSystemType: "tmpfs", source: "shm", shows: { sizeBytes: SHARED_MEMORY_BYTES, usedBytes: 0 } },
    },
  ];
}

/** The content of a container's termination message file since its present start. */
export function terminationMessage(open: OpenContext, { spec, record }: PodContainer): Bytes {
  const tree = podFiles(open);
  const entry = tree.find(messageFile(tree, spec.name, record.starts));
  return entry?.type === "file" ? entry.content : "";
}

/** The tree of a pod's own files. */
export function podFiles({ context, trees }: OpenContext): LayerTree {
  return trees.open(podFilesKey(context.pod), filesOf(context));
}

function filesOf(context: PodContext): BaseEntries {
  const attributes = { uid: 0, gid: 0, modifiedAtMs: context.state.acceptedAtMs };
  const file = (content: Bytes): FileEntry => ({ type: "file", mode: 0o644, content, ...attributes });
  return {
    "/etc-hosts": file(hostsFile(context)),
    "/hostname": file(`${kernelHostname(context.pod, context.node)}\n`),
    "/resolv.conf": file(resolverFile(context.pod)),
    "/shm": { type: "directory", mode: 0o1777, ...attributes },
  };
}

/** The path of the file for this start; that of an earlier start is removed. */
function messageFile(tree: LayerTree, container: string, start: number): string {
  const path = `/termination-${container}-${start}`;
  const earlier = `/termination-${container}-${start - 2}`;
  if (tree.find(earlier)) tree.remove(earlier);
  tree.imply(path, { type: "file", mode: 0o666, content: "", uid: 0, gid: 0, modifiedAtMs: 0 });
  return path;
}

function hostsFile({ pod, node, state }: PodContext): Bytes {
  const aliases = aliasLines(pod.spec.hostAliases ?? []);
  if (pod.spec.hostNetwork) return HOSTS_HEADER_WITH_HOST_NETWORK + nodeHosts(node.metadata.name ?? "") + aliases;
  const hostname = podHostname(pod, node);
  const domain = podDomain(pod);
  const names = domain === "" ? hostname : `${hostname}.${domain}\t${hostname}`;
  return HOSTS_HEADER + LOCAL_HOSTS + (state.podIp === undefined ? "" : `${state.podIp}\t${names}\n`) + aliases;
}

function aliasLines(aliases: readonly HostAlias[]): string {
  if (aliases.length === 0) return "";
  const lines = aliases.map(({ ip, hostnames = [] }) => `${ip}\t${hostnames.join("\t")}\n`);
  return `\n# Entries added by HostAliases.\n${lines.join("")}`;
}
