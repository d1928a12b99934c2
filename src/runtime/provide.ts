/**
 * Answers the needs of the pure core: past states (from memory where the recent log reaches back far enough, else from
 * the store), a new signing key, the user of a credential, request counts.
 */

import type { ProvidedAnswer, User } from "../apiserver/request.ts";
import { baseSource } from "../cluster/base-template.ts";
import type { Need, StateAtNeed } from "../cluster/needs.ts";
import type { Snapshot } from "../cluster/snapshot.ts";
import type { installPrograms } from "../control-plane/container-software.ts";
import type { ObjectKey } from "../kinds/kind.ts";
import { ApiError } from "../lib/api-error.ts";
import { toHex } from "../lib/encoding.ts";
import { MAX_CLUSTER_OBJECTS } from "../lib/limits.ts";
import { KEY_ID_SECRET_LENGTH, type SigningKey } from "../lib/signing/jwt.ts";
import { bytesOf, privateKeyFrom } from "../lib/signing/p256.ts";
import { sha256 } from "../lib/signing/sha256.ts";
import { parseObject } from "../schema/parse-object.ts";
import type { KubernetesObject } from "../schema/types.ts";
import type { ClusterStore } from "../storage/store.ts";
import type { RequestCounts } from "./request-counts.ts";

/** Objects by key. */
export type PastState = Map<ObjectKey, KubernetesObject>;

/** The largest number of rows of one call to the store. */
const PAGE_ROWS = 2_000;

/** Where the answers to needs come from. */
export interface Providers {
  snapshot: Snapshot;
  store: ClusterStore;
  requests: RequestCounts;
  /** The user of a credential of the cluster; null when it is unknown or no longer valid. */
  identify(token: string): Promise<User | null>;
  /** Installs a built-in OpenAPI document in this isolate. */
  loadDocument(name: string): Promise<void>;
  /** Commits a revision without a change, if this one is still the present one. */
  takeRevision(after: number): Promise<void>;
}

/** The answer to a need. */
export async function provide(
  need: Need,
  { snapshot, store, requests, identify, loadDocument, takeRevision }: Providers,
): Promise<ProvidedAnswer> {
  switch (need.type) {
    case "stateAt": {
      const state = await stateAt(need, snapshot, store);
      return state === "expired" ? state : [...inKeyOrder(state).values()];
    }
    case "newRevision":
      await takeRevision(need.after);
      return { type: "newRevision" };
    case "signingKey":
      return { type: "signingKey", key: await newSigningKey(snapshot.meta.id, store) };
    case "identity":
      return { type: "identity", user: await identify(need.token) };
    case "requestCounts":
      return { type: "requestCounts", counts: requests.list() };
    case "containers":
      await loadContainers(need.part);
      return { type: "containers" };
    case "document":
      await loadDocument(need.name);
      return { type: "document" };
    case "images":
      throw new Error("only due work asks for images, and the commit queue provides them");
  }
}

/** Parts of the container software that are loaded apart from the rest. */
const PARTS: Readonly<Record<string, () => Promise<{ programs: Parameters<typeof installPrograms>[0] }>>> = {
  javascript: () => import("../control-plane/software/javascript.ts"),
  keda: () => import("../control-plane/software/keda.ts"),
  kubectl: () => import("../control-plane/software/kubectl.ts"),
  kyverno: () => import("../control-plane/software/kyverno.ts"),
  minio: () => import("../control-plane/software/minio.ts"),
  prometheus: () => import("../control-plane/software/prometheus.ts"),
  python: () => import("../control-plane/software/python.ts"),
};

/** Loads the shell, the programs and the images of containers into this isolate, and one of the parts. */
export async function loadContainers(part?: string): Promise<void> {
  const software = await import("../control-plane/container-software.ts");
  software.installContainerSoftware();
  const load = part === undefined ? undefined : PARTS[part];
  if (load) software.installPrograms((await load()).programs);
}

/**
 * Its id opens the cluster's store to clients that show a token signed with it. The core verifies the tokens
 * themselves.
 */
export async function newSigningKey(clusterId: string, store: ClusterStore): Promise<SigningKey> {
  const keyId = newKeyId(clusterId);
  const privateKey = toHex(bytesOf(privateKeyFrom(crypto.getRandomValues(new Uint8Array(32)))));
  const outcome = await store.addIssuer(toHex(sha256(new TextEncoder().encode(keyId))));
  if (outcome !== "added") throw new ApiError("ServiceUnavailable", "no signing key could be made; please try again");
  return { keyId, privateKey };
}

function newKeyId(clusterId: string): string {
  const letters = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";
  const random = crypto.getRandomValues(new Uint32Array(KEY_ID_SECRET_LENGTH));
  return `${clusterId}.${Array.from(random, (word) => letters[word % letters.length]).join("")}`;
}

/** The objects under a prefix as they were at a revision; `expired` when the log does not reach back so far. */
export async function stateAt(
  need: Omit<StateAtNeed, "type">,
  snapshot: Snapshot,
  store: ClusterStore,
): Promise<PastState | "expired"> {
  if (need.revision < snapshot.meta.compactedRevision) return "expired";
  const recent = stateFromMemory(need, snapshot);
  if (recent) return recent;
  if (need.keptSinceMs !== undefined && (await wasReplaced(need.revision, need.keptSinceMs, store))) return "expired";
  return stateFromStore(need, snapshot, store);
}

/** True if the revision was followed by another one before that instant (real time, ms). */
async function wasReplaced(revision: number, beforeMs: number, store: ClusterStore): Promise<boolean> {
  const next = (await store.history({ afterRevision: revision, maxBytes: 1 }))?.log[0];
  return next !== undefined && next.realTimeMs < beforeMs;
}

/** The present state with all changes after the revision undone; null when memory does not reach back far enough. */
function stateFromMemory({ revision, keyPrefix }: Pick<StateAtNeed, "revision" | "keyPrefix">, snapshot: Snapshot) {
  const changes = snapshot.recent.since(revision);
  if (!changes) return null;
  const state: PastState = new Map();
  const [group, plural, namespace] = keyPrefix.split("/");
  for (const key of snapshot.index.keys(`${group}/${plural}`, namespace || undefined)) {
    const object = snapshot.entry(key)?.object;
    if (object) state.set(key, object);
  }
  for (const change of changes.toReversed()) {
    if (!change.key.startsWith(keyPrefix)) continue;
    if (change.before) state.set(change.key, change.before);
    else state.delete(change.key);
  }
  return state;
}

/** The base, overlaid by the newest log row of each key at the revision. */
async function stateFromStore(
  { revision, keyPrefix }: Pick<StateAtNeed, "revision" | "keyPrefix">,
  snapshot: Snapshot,
  store: ClusterStore,
): Promise<PastState | "expired"> {
  const state = baseState(snapshot, keyPrefix);
  let afterKey: string | undefined;
  for (let rows = 0; rows <= 2 * MAX_CLUSTER_OBJECTS; ) {
    const page = await store.stateAt({ revision, keyPrefix, maxRows: PAGE_ROWS, ...(afterKey && { afterKey }) });
    if (!page || page.compactedRevision > revision) return "expired";
    for (const row of page.log) {
      const key = row.key as ObjectKey;
      if (row.type === "DELETED") state.delete(key);
      else state.set(key, parseObject(row.body));
    }
    if (!page.more) return state;
    afterKey = page.log.at(-1)!.key;
    rows += page.log.length;
  }
  return "expired";
}

function baseState(snapshot: Snapshot, keyPrefix: string): PastState {
  const { seed, createdAtMs } = snapshot.meta;
  const values = { seed, createdAtMs, caCertificate: snapshot.settings.caCertificate };
  const state: PastState = new Map();
  snapshot.base.objects.forEach(({ key }, i) => {
    if (!key.startsWith(keyPrefix)) return;
    const body = baseSource(snapshot.base, i + 1, values).body();
    state.set(key, parseObject(body));
  });
  return state;
}

function inKeyOrder(state: PastState): PastState {
  return new Map([...state].sort(([a], [b]) => (a < b ? -1 : 1)));
}
