/**
 * The container that a request for a log or a session means, and the way to its kubelet.
 *
 * Kubernetes: pkg/registry/core/pod/strategy.go (`validateContainer`, `streamLocation`), pkg/kubelet/client.
 */
import { notFound } from "../../cluster/refusals.ts";
import type { Transaction } from "../../cluster/transaction.ts";
import { nodeKind } from "../../kinds/core/node.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { faultOf } from "../../kinds/faults.ts";
import type { ObjectKey } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import type { Pod } from "../../schema/index.ts";
import type { VerbContext } from "../context.ts";
import { requestedKey } from "../verbs/get.ts";

export const KUBELET_PORT = 10250;

/** Throws NotFound. */
export function requestedPod(context: VerbContext): Pod {
  const pod = context.tx.getByKey(requestedKey(context));
  if (!pod) throw notFound(context.kind, context.info.name);
  return pod as Pod;
}

/** The present state of a pod that a stream belongs to. Throws NotFound when it was deleted, or replaced by another one. */
export function presentPod(tx: Transaction, key: ObjectKey, { metadata }: Pod): Pod {
  const pod = tx.getByKey(key);
  if (pod?.metadata.uid !== metadata.uid) throw notFound(podKind as never, metadata.name ?? "");
  return pod as Pod;
}

/** The name of the container: the asked one, or the only one. Throws BadRequest. */
export function chosenContainer({ metadata, spec }: Pod, asked: string): string {
  const { containers, initContainers = [], ephemeralContainers = [] } = spec;
  const names = [...initContainers, ...containers, ...ephemeralContainers].map(({ name }) => name);
  if (asked !== "") {
    if (names.includes(asked)) return asked;
    throw new ApiError("BadRequest", `container ${asked} is not valid for pod ${metadata.name}`);
  }
  if (containers.length === 1) return containers[0]!.name;
  const choice = `choose one of: [${names.join(" ")}]`;
  throw new ApiError("BadRequest", `a container name must be specified for pod ${metadata.name}, ${choice}`);
}

/** Throws NotFound when the pod's node was deleted. */
export function refuseMissingNode(tx: Transaction, { spec }: Pod): void {
  const { nodeName = "" } = spec;
  if (!tx.get(nodeKind, "", nodeName)) throw notFound(nodeKind as never, nodeName);
}

/** The API server's request to the kubelet, for the message when the kubelet does not answer. */
export interface KubeletRequest {
  method: string;
  path: string;
  query: URLSearchParams;
}

/** The error of a connection to the kubelet of a node that is down; undefined if the kubelet answers. */
export function connectionError(tx: Transaction, { spec }: Pod, request: KubeletRequest): string | undefined {
  const { nodeName = "" } = spec;
  if (!faultOf(tx, nodeName)) return undefined;
  const addresses = tx.get(nodeKind, "", nodeName)?.status.addresses ?? [];
  const address = addresses.find(({ type }) => type === "InternalIP")?.address ?? nodeName;
  const host = `${address}:${KUBELET_PORT}`;
  request.query.sort();
  const query = request.query.size > 0 ? `?${request.query}` : "";
  const url = JSON.stringify(`https://${host}${request.path}${query}`);
  return `${request.method} ${url}: dial tcp ${host}: connect: no route to host`;
}
