/**
 * Images of the organization on the cluster's nodes. A pull copies the document into the cluster's state, so a container
 * keeps the image that it was created from, also after a change or a deletion of the document.
 * Kubernetes: pkg/kubelet/images/image_manager.go
 */
import type { Transaction } from "../cluster/transaction.ts";
import { catalogueImage, denied, notFound } from "../images/find.ts";
import type { ImageConfig } from "../images/image.ts";
import { ownImage, selectImage } from "../images/own.ts";
import { fullName, type ImageReference } from "../images/reference.ts";
import { nodeKind } from "../kinds/core/node.ts";
import { podKind } from "../kinds/core/pod.ts";
import { type ObjectKey, objectKey } from "../kinds/kind.ts";
import { MAX_SMALL_FILES_SHARE } from "../lib/container-limits.ts";
import type { ImageDocument, OwnImage } from "../lib/image-document.ts";
import { MAX_CLUSTER_BYTES } from "../lib/limits.ts";
import type { PodContext } from "./context.ts";
import { ownDigestsOn } from "./node-state.ts";
import { hasLogin } from "./pull-secrets.ts";
import { KUBELET, type PodState } from "./state.ts";

/** Digests of all documents in the cluster's state: their rows belong to no object and cannot be listed. */
const LIST_KEY: ObjectKey = "sandbar/image-list//all";

function imageKey(digest: string): ObjectKey {
  return `sandbar/images//${digest}`;
}

/**
 * The document that a pull of this name gets, or the runtime's error. Undefined: the organization has no such image, and
 * the catalogue decides. Throws `Needed` until the runtime has provided the documents of the repository.
 */
export function findOwnImage(
  context: Pick<PodContext, "tx" | "pod">,
  reference: ImageReference,
): OwnImage | { problem: string } | undefined {
  const images = context.tx.images.of(reference.repository);
  if (images.length === 0) return undefined;
  const registry = reference.repository.slice(0, reference.repository.indexOf("/"));
  const visible = images.filter(({ accessHash }) => accessHash === null || hasLogin(context, registry, accessHash));
  const found = selectImage(visible, reference);
  if (found) return hasRoom(context.tx, found) ? found : { problem: noRoom(reference) };
  if (catalogueImage(reference)) return undefined;
  return { problem: visible.length === 0 ? denied(fullName(reference)) : notFound(fullName(reference)) };
}

/** Stores a document that was pulled. Removes documents that no node, container or volume uses any more. */
export function keepImage({ tx, state }: PodContext, { digest, document }: OwnImage): void {
  if (tx.privateState(imageKey(digest), KUBELET)) return;
  const used = new Set([...usedDigests(tx), ...digestsOf(state)]);
  const kept = (tx.privateState<string[]>(LIST_KEY, KUBELET) ?? []).filter((known) => {
    if (!used.has(known)) tx.setPrivateState(imageKey(known), KUBELET, undefined);
    return used.has(known);
  });
  tx.setPrivateState(imageKey(digest), KUBELET, document);
  tx.setPrivateState(LIST_KEY, KUBELET, [...kept, digest]);
}

/** The image of a document that was pulled before. */
export function keptImage(
  tx: Transaction,
  { repository }: ImageReference,
  digest: string | undefined,
): ImageConfig | undefined {
  const document = digest === undefined ? undefined : tx.privateState<ImageDocument>(imageKey(digest), KUBELET);
  return document && ownImage(repository, { digest: digest!, document });
}

function usedDigests(tx: Transaction): Set<string> {
  const used = new Set<string>();
  for (const node of tx.list(nodeKind)) for (const digest of ownDigestsOn(tx, node)) used.add(digest);
  for (const { metadata } of tx.list(podKind)) {
    const key = objectKey(podKind, metadata.namespace ?? "", metadata.name ?? "");
    const state = tx.privateState<PodState>(key, KUBELET);
    if (state) for (const digest of digestsOf(state)) used.add(digest);
  }
  return used;
}

function digestsOf({ work, containers, volumeImages = {} }: PodState): string[] {
  const pulled = work?.kind === "pull" ? [work.ownImage] : [];
  const all = [
    ...pulled,
    ...Object.values(containers).map((record) => record.ownImage),
    ...Object.values(volumeImages),
  ];
  return all.filter((digest) => digest !== undefined);
}

/** A full cluster keeps room for its objects. */
function hasRoom(tx: Transaction, { digest, document }: OwnImage): boolean {
  if (tx.privateState(imageKey(digest), KUBELET)) return true;
  return tx.storedBytes + JSON.stringify(document).length <= MAX_CLUSTER_BYTES * MAX_SMALL_FILES_SHARE;
}

function noRoom(reference: ImageReference): string {
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${fullName(reference)}": failed to extract layer: no space left on device`;
}
