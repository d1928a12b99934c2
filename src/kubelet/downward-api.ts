/**
 * Fields of a pod and resources of its containers, as variables and files show them.
 * Kubernetes: pkg/fieldpath/fieldpath.go, pkg/api/v1/resource/helpers.go,
 * pkg/kubelet/kubelet_pods.go (`podFieldSelectorRuntimeValue`), pkg/kubelet/kubelet_resources.go
 */
import { goQuote } from "../lib/go-quote.ts";
import { quantityMilliValue, quantityValue } from "../lib/quantity.ts";
import type { Container, EphemeralContainer, Node, Pod, ResourceFieldSelector } from "../schema/index.ts";

export interface PodFacts {
  pod: Pod;
  node: Node;
  /** Empty before the sandbox exists. */
  podIps: readonly string[];
}

/** The value of a `fieldRef`. Validation has refused unknown paths. */
export function podField({ pod, node, podIps }: PodFacts, fieldPath: string): string {
  const { metadata, spec } = pod;
  const subscript = /^metadata\.(annotations|labels)\['(.*)'\]$/.exec(fieldPath);
  if (subscript) return metadata[subscript[1] as "annotations" | "labels"]?.[subscript[2]!] ?? "";
  const hostIps = hostAddresses(node);
  const fields: Record<string, string | undefined> = {
    "metadata.name": metadata.name,
    "metadata.namespace": metadata.namespace,
    "metadata.uid": metadata.uid,
    "metadata.labels": formatMap(metadata.labels ?? {}),
    "metadata.annotations": formatMap(metadata.annotations ?? {}),
    "spec.nodeName": spec.nodeName,
    "spec.serviceAccountName": spec.serviceAccountName,
    "status.hostIP": hostIps[0],
    "status.hostIPs": hostIps.join(","),
    "status.podIP": podIps[0],
    "status.podIPs": podIps.join(","),
  };
  return fields[fieldPath] ?? "";
}

/** `key="value"`, one a line, sorted by key. */
function formatMap(map: Readonly<Record<string, string>>): string {
  return Object.keys(map)
    .sort()
    .map((key) => `${key}=${goQuote(map[key]!)}`)
    .join("\n");
}

function hostAddresses(node: Node): string[] {
  const { addresses = [] } = node.status;
  return addresses.filter(({ type }) => type === "InternalIP").map(({ address }) => address);
}

/**
 * The value of a `resourceFieldRef`, in units of its divisor, rounded up. A limit that is not set is that of the pod, or
 * what the node can allocate. `own` is the container that `containerName` may leave out.
 */
export function resourceField(
  { pod, node }: PodFacts,
  { containerName, resource, divisor }: ResourceFieldSelector,
  own?: Container | EphemeralContainer,
): string {
  const container = containerName ? containerNamed(pod, containerName) : own;
  const [list = "", ...rest] = resource.split(".");
  const name = rest.join(".");
  const limits = { ...defaultLimits(pod, node), ...container?.resources?.limits };
  const amount = (list === "limits" ? limits : (container?.resources?.requests ?? {}))[name] ?? "0";
  const unit = divisor === undefined || divisor === "0" ? "1" : divisor;
  const count =
    name === "cpu"
      ? quantityMilliValue(amount) / quantityMilliValue(unit)
      : quantityValue(amount) / quantityValue(unit);
  return String(Math.ceil(count));
}

function containerNamed({ spec }: Pod, name: string): Container | EphemeralContainer | undefined {
  const all = [...spec.containers, ...(spec.initContainers ?? []), ...(spec.ephemeralContainers ?? [])];
  return all.find((container) => container.name === name);
}

/** Only these limits have a default. */
function defaultLimits(pod: Pod, node: Node): Record<string, string> {
  const known = { ...node.status.allocatable, ...pod.spec.resources?.limits };
  const names = ["cpu", "memory", "ephemeral-storage"].filter((name) => known[name] !== undefined);
  return Object.fromEntries(names.map((name) => [name, known[name]!]));
}
