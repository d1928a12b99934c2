/**
 * What each source of a projected volume writes; volumes of one source are written the same way.
 * Kubernetes: pkg/volume/projected/projected.go, pkg/volume/configmap/configmap.go, pkg/volume/secret/secret.go,
 * pkg/volume/downwardapi/downwardapi.go
 */

import type { Bytes } from "../../files/entry.ts";
import { bytesOfBase64, bytesOfText } from "../../lib/bytes.ts";
import type { DownwardAPIVolumeFile, KeyToPath, Volume } from "../../schema/index.ts";
import type { PodContext } from "../context.ts";
import { type PodFacts, podField, resourceField } from "../downward-api.ts";
import { podAddresses } from "../pod-addresses.ts";
import type { PayloadFile } from "./payload.ts";
import { tokenProblem, tokenReader } from "./service-account-token.ts";
import { asShown } from "./shown-metadata.ts";
import type { Source, SourceData, SourceKind } from "./sources.ts";

/** Selected keys of a ConfigMap or Secret. */
interface KeysProjection {
  type: "keys";
  source: Source;
  items: readonly KeyToPath[];
  optional: boolean;
}

type Projection =
  | KeysProjection
  | { type: "fields"; items: readonly DownwardAPIVolumeFile[] }
  | { type: "token"; path: string; audience: string; expirationSeconds: number };

export interface Projected {
  projections: readonly Projection[];
  defaultMode: number;
}

const DEFAULT_MODE = 0o644;
const DEFAULT_TOKEN_SECONDS = 3600;

/** The sources that a volume shows; undefined for volumes of other types. */
export function projectedOf({ configMap, secret, downwardAPI, projected }: Volume): Projected | undefined {
  if (configMap) return one(configMap.defaultMode, keysOf("configmaps", configMap.name, configMap));
  if (secret) return one(secret.defaultMode, keysOf("secrets", secret.secretName, secret));
  if (downwardAPI) return one(downwardAPI.defaultMode, { type: "fields", items: downwardAPI.items ?? [] });
  if (!projected) return undefined;
  const projections = (projected.sources ?? []).flatMap((source): Projection[] => {
    if (source.configMap) return [keysOf("configmaps", source.configMap.name, source.configMap)];
    if (source.secret) return [keysOf("secrets", source.secret.name, source.secret)];
    if (source.downwardAPI) return [{ type: "fields", items: source.downwardAPI.items ?? [] }];
    const { path, audience = "", expirationSeconds = DEFAULT_TOKEN_SECONDS } = source.serviceAccountToken ?? {};
    return path === undefined ? [] : [{ type: "token", path, audience, expirationSeconds }];
  });
  return { projections, defaultMode: projected.defaultMode ?? DEFAULT_MODE };
}

function one(defaultMode: number | undefined, projection: Projection): Projected {
  return { projections: [projection], defaultMode: defaultMode ?? DEFAULT_MODE };
}

function keysOf(
  kind: SourceKind,
  name: string | undefined,
  { items, optional }: { items?: KeyToPath[]; optional?: boolean },
): KeysProjection {
  return { type: "keys", source: { kind, name: name ?? "" }, items: items ?? [], optional: optional ?? false };
}

export interface PayloadContext {
  context: PodContext;
  /** The data of a source as the volume shows it. */
  find: (source: Source) => SourceData | undefined;
  nowMs: () => number;
}

/** The files of a volume. Of two sources for one path the later one counts; missing keys are left out. */
export function payloadOf({ projections, defaultMode }: Projected, options: PayloadContext): Map<string, PayloadFile> {
  const files = projections.flatMap((projection) => filesOf(projection, defaultMode, options));
  return new Map(files);
}

function filesOf(
  projection: Projection,
  defaultMode: number,
  { context, find, nowMs }: PayloadContext,
): [string, PayloadFile][] {
  switch (projection.type) {
    case "keys":
      return keyFiles(projection, defaultMode, find(projection.source));
    case "fields":
      return projection.items.map((item) => [
        item.path,
        { content: () => fieldContent(factsOf(context), item), mode: item.mode ?? defaultMode },
      ]);
    case "token": {
      const { mode, uid } = tokenAccess(context, defaultMode);
      const content = tokenReader(context, projection, nowMs);
      return [[projection.path, { content, mode, ...(uid !== undefined && { uid }) }]];
    }
  }
}

function keyFiles(
  { source, items }: KeysProjection,
  defaultMode: number,
  data: SourceData | undefined,
): [string, PayloadFile][] {
  if (!data) return [];
  const chosen: readonly KeyToPath[] = items.length > 0 ? items : keysIn(data).map((key) => ({ key, path: key }));
  return chosen
    .filter(({ key }) => hasKey(data, key))
    .map(({ key, path, mode }) => [
      path,
      { content: () => valueAt(source.kind, data, key), mode: mode ?? defaultMode },
    ]);
}

function keysIn({ data, binaryData }: SourceData): string[] {
  return [...Object.keys(data ?? {}), ...Object.keys(binaryData ?? {})].sort();
}

function hasKey({ data, binaryData }: SourceData, key: string): boolean {
  return Object.hasOwn(data ?? {}, key) || Object.hasOwn(binaryData ?? {}, key);
}

function valueAt(kind: SourceKind, { data, binaryData }: SourceData, key: string): Bytes {
  const text = data?.[key];
  if (text === undefined) return bytesOfBase64(binaryData?.[key] ?? "");
  return kind === "secrets" ? bytesOfBase64(text) : bytesOfText(text);
}

function factsOf({ pod, node, state }: PodContext): PodFacts {
  return { pod: asShown({ pod, state }), node, podIps: podAddresses({ pod, node, state }) };
}

function fieldContent(facts: PodFacts, { fieldRef, resourceFieldRef }: DownwardAPIVolumeFile): Bytes {
  if (fieldRef) return bytesOfText(podField(facts, fieldRef.fieldPath));
  return resourceFieldRef ? resourceField(facts, resourceFieldRef) : "";
}

/** A token belongs to the user that all containers have, if there is one. It is not readable for others then. */
function tokenAccess({ pod }: PodContext, defaultMode: number): { mode: number; uid?: number } {
  const { spec } = pod;
  const shared = spec.securityContext ?? {};
  const users = [...(spec.initContainers ?? []), ...spec.containers].map(
    ({ securityContext }) => securityContext?.runAsUser ?? shared.runAsUser,
  );
  const isOneUser = users.every((user) => user !== undefined && user === users[0]);
  if (isOneUser) return { mode: 0o600, uid: users[0]! };
  return { mode: shared.fsGroup === undefined ? defaultMode : 0o600 };
}

/** Why the kubelet cannot write the volume now; undefined if it can. */
export function projectionProblem(context: PodContext, projected: Projected, find: PayloadContext["find"]) {
  const problems = projected.projections.flatMap((projection) => problemOf(context, projection, find) ?? []);
  return problems.length > 1 ? `[${problems.join(", ")}]` : problems[0];
}

const KINDS: Readonly<Record<SourceKind, { name: string; key: string }>> = {
  configmaps: { name: "configmap", key: "config" },
  secrets: { name: "secret", key: "secret" },
};

function problemOf(context: PodContext, projection: Projection, find: PayloadContext["find"]): string | undefined {
  if (projection.type === "token") return tokenProblem(context);
  if (projection.type === "fields") return undefined;
  const { source, items, optional } = projection;
  const data = find(source);
  const { name, key } = KINDS[source.kind];
  if (optional) return undefined;
  if (!data) return `${name} "${source.name}" not found`;
  const missing = items.find((item) => !hasKey(data, item.key));
  return missing && `references non-existent ${key} key: ${missing.key}`;
}
