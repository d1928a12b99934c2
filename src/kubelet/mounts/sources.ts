/**
 * The versions of ConfigMaps and Secrets that the volumes of pods show. A kubelet sees a change at the pod's next sync,
 * so the data before the change is kept for as long as a pod shows it.
 * Kubernetes: pkg/kubelet/configmap/configmap_manager.go, pkg/kubelet/kubelet.go (`syncPod`)
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { configMapKind } from "../../kinds/core/config-map.ts";
import { podKind } from "../../kinds/core/pod.ts";
import { secretKind } from "../../kinds/core/secret.ts";
import { type ObjectKey, objectKey } from "../../kinds/kind.ts";
import { stringifyJson } from "../../lib/json.ts";
import { hash32 } from "../../lib/prng.ts";
import type { ConfigMap, KubernetesObject, Pod, Secret } from "../../schema/index.ts";
import { KUBELET, type PodState } from "../state.ts";

export type SourceKind = "configmaps" | "secrets";

export interface Source {
  kind: SourceKind;
  name: string;
  /** No volume of the pod needs it. Once it is removed, its files disappear. */
  isOptional?: boolean;
}

/** The part of a ConfigMap or Secret that its files show. Values of Secrets and of `binaryData` are base64. */
export type SourceData = Pick<ConfigMap & Secret, "data" | "binaryData" | "immutable">;

/** Stands for a source that does not exist. */
export const ABSENT = "";

interface Kept {
  data: SourceData;
  /** When the object changed, ms. */
  replacedAtMs: number;
}

/** Versions that are not the object's any more, by their digest. */
type KeptVersions = Readonly<Record<string, Kept>>;

const OWNER = "files";

export function sourceName({ kind, name }: Source): string {
  return `${kind}/${name}`;
}

export function currentSource(tx: Transaction, namespace: string, { kind, name }: Source) {
  const source: (SourceData & Pick<ConfigMap, "metadata">) | undefined =
    kind === "configmaps" ? tx.get(configMapKind, namespace, name) : tx.get(secretKind, namespace, name);
  return source;
}

const digests = new WeakMap<object, string>();

/** Equal for equal data. */
export function versionOf(data: SourceData | undefined): string {
  if (!data) return ABSENT;
  const known = digests.get(data);
  if (known !== undefined) return known;
  const text = stringifyJson([data.data ?? {}, data.binaryData ?? {}]);
  const digest = hash32(text).toString(36) + hash32(text, text.length).toString(36);
  digests.set(data, digest);
  return digest;
}

/** The data of a version that a pod shows; the present data if that version is not known any more. */
export function sourceAt(tx: Transaction, namespace: string, source: Source, version: string): SourceData | undefined {
  if (version === ABSENT) return undefined;
  const current = currentSource(tx, namespace, source);
  if (versionOf(current) === version) return current;
  return keptVersions(tx, namespace, source)[version]?.data ?? current;
}

/** When a version was replaced, ms; undefined if it is the present one, or if its time is not known. */
export function replacedAtMs(tx: Transaction, namespace: string, source: Source, version: string): number | undefined {
  return keptVersions(tx, namespace, source)[version]?.replacedAtMs;
}

function keptVersions(tx: Transaction, namespace: string, source: Source): KeptVersions {
  return tx.privateState<KeptVersions>(keptKey(namespace, source), OWNER) ?? {};
}

/** Keeps the data before a change if a pod shows it. Returns the keys of these pods. */
export function keepVersion(tx: Transaction, namespace: string, source: Source, before: SourceData): ObjectKey[] {
  const version = versionOf(before);
  const users = usersOf(tx, namespace, source).filter(({ shows }) => shows.includes(version));
  if (users.length === 0) return [];
  const { data, binaryData, immutable } = before;
  const kept: Kept = {
    data: { ...(data && { data }), ...(binaryData && { binaryData }), ...(immutable !== undefined && { immutable }) },
    replacedAtMs: tx.nowMs,
  };
  const versions = { ...keptVersions(tx, namespace, source), [version]: kept };
  tx.setPrivateState(keptKey(namespace, source), OWNER, versions);
  return users.map(({ key }) => key);
}

/** Keys of the pods whose volumes show a source, or will show it once it exists. */
export function podsShowing(tx: Transaction, namespace: string, source: Source): ObjectKey[] {
  return usersOf(tx, namespace, source)
    .filter(({ shows }) => shows.length > 0)
    .map(({ key }) => key);
}

/** Removes the versions that no pod shows. `own` is a pod whose state is not stored yet. */
export function pruneVersions(
  tx: Transaction,
  namespace: string,
  source: Source,
  own?: { pod: Pod; state: Pick<PodState, "files"> },
): void {
  const versions = keptVersions(tx, namespace, source);
  if (Object.keys(versions).length === 0) return;
  const users = usersOf(tx, namespace, source).filter(({ uid }) => uid !== own?.pod.metadata.uid);
  const shown = new Set([...versionsShown(own?.state, source), ...users.flatMap(({ shows }) => shows)]);
  const left = Object.entries(versions).filter(([version]) => shown.has(version));
  const next = left.length === 0 ? undefined : Object.fromEntries(left);
  if (left.length < Object.keys(versions).length) tx.setPrivateState(keptKey(namespace, source), OWNER, next);
}

/** The pods of the namespace whose volumes show a source, with the versions that they show. */
function usersOf(tx: Transaction, namespace: string, source: Source) {
  const wanted = sourceName(source);
  return tx
    .list(podKind, namespace)
    .filter((pod) => sourcesOf(pod).some((one) => sourceName(one) === wanted))
    .map(({ metadata }) => {
      const key = objectKey(podKind, namespace, metadata.name ?? "");
      return { key, uid: metadata.uid, shows: versionsShown(tx.privateState<PodState>(key, KUBELET), source) };
    });
}

function versionsShown(state: Pick<PodState, "files"> | undefined, source: Source): string[] {
  const all = [state?.files, ...Object.values(state?.files?.pinned ?? {})];
  return all.flatMap((files) => files?.shows[sourceName(source)] ?? []);
}

/** The sources of a pod's volumes, each once. */
export function sourcesOf(pod: Pick<Pod, "spec">): Source[] {
  const sources = (pod.spec.volumes ?? []).flatMap(({ configMap, secret, projected }): Source[] => [
    ...named("configmaps", configMap?.name, configMap),
    ...named("secrets", secret?.secretName, secret),
    ...(projected?.sources ?? []).flatMap((source) => [
      ...named("configmaps", source.configMap?.name, source.configMap),
      ...named("secrets", source.secret?.name, source.secret),
    ]),
  ]);
  const byName = new Map<string, Source>();
  for (const source of sources) {
    const known = byName.get(sourceName(source));
    byName.set(sourceName(source), known?.isOptional === false ? known : source);
  }
  return [...byName.values()];
}

function named(kind: SourceKind, name: string | undefined, reference: { optional?: boolean } | undefined): Source[] {
  return name ? [{ kind, name, isOptional: reference?.optional === true }] : [];
}

function keptKey(namespace: string, { kind, name }: Source): ObjectKey {
  return `sandbar/mounted-${kind}/${namespace}/${name}`;
}

/** The data of a changed object. */
export function dataOf(object: KubernetesObject): SourceData {
  return object as KubernetesObject & SourceData;
}
