/**
 * The kubelet's state of a node: the images on it, and the addresses that it gave to pods.
 * Kubernetes: pkg/kubelet/images/image_manager.go, pkg/kubelet/kuberuntime/kuberuntime_sandbox.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { fullName, parseImage } from "../images/reference.ts";
import { podKind } from "../kinds/core/pod.ts";
import { nodeKeyOf } from "../kinds/faults.ts";
import { objectKey } from "../kinds/kind.ts";
import { digestOf } from "../lib/hash.ts";
import { MAX_NODE_IMAGES, MAX_REMEMBERED_IMAGE_LENGTH } from "../lib/limits.ts";
import { hash32 } from "../lib/prng.ts";
import type { Node } from "../schema/index.ts";
import type { PodState } from "./state.ts";
import { KUBELET } from "./state.ts";

interface NodeState {
  /** Last byte of the address that was allocated last. */
  lastHost: number;
  /** The range is exhausted once: addresses may be in use when their turn comes again. */
  hasWrapped: boolean;
  /** Full names, and since when the image is on the node, ms (in the future while it is being pulled). */
  images: Record<string, number>;
  /** Digests of images of the organization, by the same names. */
  own?: Record<string, string>;
}

const FIRST_HOST = 2;
const LAST_HOST = 254;

/** When the image is (or will be) on the node, ms; undefined if no pod needed it yet. */
export function imagePresentAtMs(tx: Transaction, node: Node, image: string): number | undefined {
  return stateOf(tx, node).images[rememberedName(image)];
}

export function recordImage(tx: Transaction, node: Node, image: string, presentAtMs: number): void {
  const state = stateOf(tx, node);
  const name = rememberedName(image);
  if ((state.images[name] ?? Number.POSITIVE_INFINITY) <= presentAtMs) return;
  const newest = Object.entries(state.images).slice(1 - MAX_NODE_IMAGES);
  const images: NodeState["images"] = { ...Object.fromEntries(newest), [name]: presentAtMs };
  const own = Object.entries(state.own ?? {}).filter(([each]) => Object.hasOwn(images, each));
  write(tx, node, withOwn({ ...state, images }, Object.fromEntries(own)));
}

/** Forgets the images that no container of the node has, so that they are pulled again. */
export function removeUnusedImages(tx: Transaction, node: Node): void {
  const state = stateOf(tx, node);
  const used = imagesInUse(tx, node);
  const isKept = ([name, presentAtMs]: [string, number]) => Object.hasOwn(used, name) || presentAtMs > tx.nowMs;
  const images = Object.fromEntries(Object.entries(state.images).filter(isKept));
  if (Object.keys(images).length === Object.keys(state.images).length) return;
  const own = Object.entries(state.own ?? {}).filter(([name]) => Object.hasOwn(images, name));
  write(tx, node, withOwn({ ...state, images }, Object.fromEntries(own)));
}

/** The digest of the organization's image that the node has under this name. */
export function ownDigestOn(tx: Transaction, node: Node, image: string): string | undefined {
  return stateOf(tx, node).own?.[rememberedName(image)];
}

/** Digests of all images of the organization on the node. */
export function ownDigestsOn(tx: Transaction, node: Node): string[] {
  return Object.values(stateOf(tx, node).own ?? {});
}

/** A pull has ended: the name means this document on the node from now on, or an image of the catalogue. */
export function recordOwnDigest(tx: Transaction, node: Node, image: string, digest: string | undefined): void {
  const state = stateOf(tx, node);
  const name = rememberedName(image);
  if (state.own?.[name] === digest) return;
  const { [name]: _replaced, ...others } = state.own ?? {};
  write(tx, node, withOwn(state, digest === undefined ? others : { ...others, [name]: digest }));
}

function withOwn({ own: _own, ...state }: NodeState, own: Record<string, string>): NodeState {
  return Object.keys(own).length > 0 ? { ...state, own } : state;
}

/** Long names are stored as a digest, which bounds the size of the state. */
function rememberedName(image: string): string {
  return image.length <= MAX_REMEMBERED_IMAGE_LENGTH ? image : digestOf(image);
}

/**
 * An address of the node's range that no pod on it has; undefined when all are in use. Addresses are allocated in turn,
 * as the runtime does, so a freed address is not reused soon.
 */
export function allocateAddress(tx: Transaction, node: Node): string | undefined {
  const state = stateOf(tx, node);
  const prefix = prefixOf(node);
  if (!state.hasWrapped && state.lastHost < LAST_HOST) {
    write(tx, node, { ...state, lastHost: state.lastHost + 1 });
    return prefix + (state.lastHost + 1);
  }
  const taken = addressesOn(tx, node);
  const count = LAST_HOST - FIRST_HOST + 1;
  for (let offset = 1; offset <= count; offset++) {
    const host = FIRST_HOST + ((state.lastHost - FIRST_HOST + offset) % count);
    if (taken.has(prefix + host)) continue;
    write(tx, node, { ...state, lastHost: host, hasWrapped: true });
    return prefix + host;
  }
  return undefined;
}

function stateOf(tx: Transaction, node: Node): NodeState {
  const state = tx.privateState<NodeState>(nodeKeyOf(node.metadata.name ?? ""), KUBELET);
  if (state) return state;
  const hosts = [...addressesOn(tx, node)].map((address) => Number(address.slice(address.lastIndexOf(".") + 1)));
  return { lastHost: Math.max(FIRST_HOST - 1, ...hosts), hasWrapped: false, images: imagesInUse(tx, node) };
}

/** Images of the pods that already run on the node when its state is created. */
function imagesInUse(tx: Transaction, node: Node): Record<string, number> {
  const images: Record<string, number> = {};
  for (const { spec, status } of tx.list(podKind)) {
    if (spec.nodeName !== node.metadata.name) continue;
    for (const { image, containerID } of status.containerStatuses ?? []) {
      const reference = parseImage(image);
      if (containerID && !("problem" in reference)) images[rememberedName(fullName(reference))] = 0;
    }
  }
  return images;
}

function write(tx: Transaction, node: Node, state: NodeState): void {
  tx.setPrivateState(nodeKeyOf(node.metadata.name ?? ""), KUBELET, state);
}

/** `10.244.1.` of 10.244.1.0/24. A node without a range gets one that the cluster's own nodes rarely reach. */
function prefixOf({ metadata, spec }: Node): string {
  const range = spec.podCIDR ?? `10.244.${128 + (hash32(metadata.name ?? "") % 127)}.0/24`;
  return range.slice(0, range.lastIndexOf(".") + 1);
}

function addressesOn(tx: Transaction, node: Node): Set<string> {
  const addresses = new Set<string>();
  for (const pod of tx.list(podKind)) {
    if (pod.spec.nodeName !== node.metadata.name || pod.spec.hostNetwork) continue;
    const key = objectKey(podKind, pod.metadata.namespace ?? "", pod.metadata.name ?? "");
    const state = tx.privateState<PodState>(key, KUBELET);
    if (state?.isFinished) continue;
    const address = state?.podIp ?? pod.status.podIP;
    if (address) addresses.add(address);
  }
  return addresses;
}
