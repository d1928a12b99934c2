/**
 * Labels and annotations of a pod in its files. The kubelet writes them again soon after they changed.
 * Kubernetes: pkg/volume/downwardapi/downwardapi.go, pkg/kubelet/kubelet.go (`HandlePodUpdates`)
 */
import { equalJson } from "../../lib/json.ts";
import type { DownwardAPIVolumeFile, Pod, Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import type { ShownFiles } from "../state.ts";

type Metadata = NonNullable<ShownFiles["metadata"]>;

/** The metadata that the pod's files show; undefined if no file shows any that can change. */
export function metadataToShow(pod: Pod): Metadata | undefined {
  if (!pod.spec.volumes?.some(showsMetadata)) return undefined;
  const { labels = {}, annotations = {} } = pod.metadata;
  return { labels, annotations };
}

export function isMetadataOutdated({ pod, state }: Pick<PodContext, "pod" | "state">): boolean {
  const shown = state.files?.metadata;
  return shown !== undefined && !equalJson(shown, metadataToShow(pod) ?? {});
}

/** Shows the present metadata. Returns the names of the volumes that were written again. */
export function showMetadata({ pod, state }: PodContext): string[] {
  if (!state.files || !isMetadataOutdated({ pod, state })) return [];
  state.files = { ...state.files, metadata: metadataToShow(pod)! };
  return pod.spec.volumes!.filter(showsMetadata).map(({ name }) => name);
}

/** The pod with the metadata that its files show. */
export function asShown({ pod, state }: Pick<PodContext, "pod" | "state">): Pod {
  const { metadata } = state.files ?? {};
  return metadata ? { ...pod, metadata: { ...pod.metadata, ...metadata } } : pod;
}

function showsMetadata({ downwardAPI, projected }: Volume): boolean {
  const items = [...(downwardAPI?.items ?? []), ...(projected?.sources ?? []).flatMap(itemsOf)];
  return items.some(({ fieldRef }) => /^metadata\.(labels|annotations)/.test(fieldRef?.fieldPath ?? ""));
}

function itemsOf({ downwardAPI }: { downwardAPI?: { items?: DownwardAPIVolumeFile[] } }): DownwardAPIVolumeFile[] {
  return downwardAPI?.items ?? [];
}
