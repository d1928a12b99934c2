/** The organization and admin stores over plain maps. */

import { MAX_IMAGES } from "../../lib/container-limits.ts";
import { COLD_PAGE_BYTES, IDEMPOTENCY_TTL_MS, MAX_API_KEYS, MAX_CLUSTERS, MAX_CREDENTIALS } from "../../lib/limits.ts";
import type {
  AdminStore,
  ApiKeyRow,
  ClusterSummary,
  ClusterUpdate,
  Created,
  CreationPlace,
  CredentialRow,
  ImageRow,
  LabelRequirement,
  NewCluster,
  OrganizationRow,
  OrganizationStore,
  Page,
  PageRequest,
  StoredIdempotency,
} from "../store.ts";
import { imageSummary, showImages, summaryOf, takenTag } from "./images.ts";
import {
  bytesOf,
  type IdempotencyRecords,
  type MemoryCluster,
  type MemoryOrganization,
  type MemoryState,
  organizationOfKey,
  updateSince,
} from "./state.ts";

export interface MemoryOrganizationOptions {
  now: () => number;
  onRoundTrip: (operation: string) => void;
}

export function memoryAdminStore(state: MemoryState, options: MemoryOrganizationOptions): AdminStore {
  return {
    async createOrganization(organization, firstKey, idempotency) {
      options.onRoundTrip("createOrganization");
      const create = (): Created<OrganizationRow> => {
        state.organizations.set(organization.id, {
          row: { ...organization },
          apiKeys: new Map([[firstKey.id, { ...firstKey }]]),
          idempotency: new Map(),
          images: new Map(),
        });
        return { outcome: "created", value: { ...organization } };
      };
      // The answer shows the organization and its first key. Only the key can have been deleted since.
      const exists = (id: string) => [...state.organizations.values()].some(({ apiKeys }) => apiKeys.has(id));
      return createOnce(state.adminIdempotency, idempotency, options.now(), { id: firstKey.id, create, exists });
    },
  };
}

export function memoryOrganizationStore(
  state: MemoryState,
  keyHash: string,
  options: MemoryOrganizationOptions,
): OrganizationStore {
  const open = (operation: string) => {
    options.onRoundTrip(operation);
    return organizationOfKey(state, keyHash);
  };
  const own = (organization: MemoryOrganization, clusterId: string) => {
    const cluster = state.clusters.get(clusterId);
    return cluster?.row.organizationId === organization.row.id ? cluster : null;
  };

  return {
    async organization() {
      const organization = open("organization");
      return organization && { ...organization.row };
    },

    async listApiKeys(page) {
      const organization = open("listApiKeys");
      return organization && pageOf([...organization.apiKeys.values()].map(publicKey), page);
    },

    async createApiKey(key, idempotency) {
      const organization = open("createApiKey");
      if (!organization) return { outcome: "unauthorized" };
      return createOnce(organization.idempotency, idempotency, options.now(), {
        id: key.id,
        exists: (id) => organization.apiKeys.has(id),
        create: () => {
          if (organization.apiKeys.size >= MAX_API_KEYS) return { outcome: "limit", limit: `${MAX_API_KEYS} API keys` };
          organization.apiKeys.set(key.id, { ...key });
          return { outcome: "created", value: publicKey(key) };
        },
      });
    },

    async deleteApiKey(id) {
      const organization = open("deleteApiKey");
      if (!organization) return null;
      if (!organization.apiKeys.has(id)) return "not-found";
      if (organization.apiKeys.size === 1) return "last";
      organization.apiKeys.delete(id);
      return "deleted";
    },

    async createCluster(cluster, idempotency) {
      const organization = open("createCluster");
      if (!organization) return { outcome: "unauthorized" };
      return createOnce(organization.idempotency, idempotency, options.now(), {
        id: cluster.id,
        exists: (id) => own(organization, id) !== null,
        create: () => {
          const owned = [...state.clusters.values()].filter(({ row }) => row.organizationId === organization.row.id);
          if (owned.length >= MAX_CLUSTERS) return { outcome: "limit", limit: `${MAX_CLUSTERS} clusters` };
          if (!state.bases.has(cluster.baseId)) state.bases.set(cluster.baseId, cluster.baseBody);
          const created = newCluster(cluster, organization);
          state.clusters.set(cluster.id, created);
          return { outcome: "created", value: summary(created) };
        },
      });
    },

    async getCluster(id) {
      const organization = open("getCluster");
      if (!organization) return null;
      const cluster = own(organization, id);
      return cluster ? summary(cluster) : "not-found";
    },

    async listClusters({ selector, afterId = "", limit }) {
      const organization = open("listClusters");
      if (!organization) return null;
      const matching = [...state.clusters.values()]
        .filter(({ row }) => row.organizationId === organization.row.id && row.id > afterId)
        .filter(({ labels }) => selector.every((requirement) => matches(labels, requirement)))
        .sort((a, b) => (a.row.id < b.row.id ? -1 : 1));
      return { clusters: matching.slice(0, limit).map(summary), more: matching.length > limit };
    },

    async syncClusters(clusters) {
      const organization = open("syncClusters");
      if (!organization) return null;
      const updates = new Map<string, ClusterUpdate>();
      let read = 0;
      for (let bytes = 0; read < clusters.length && (read === 0 || bytes < COLD_PAGE_BYTES); read++) {
        const { id, known } = clusters[read]!;
        const cluster = own(organization, id);
        if (!cluster) continue;
        const update = updateSince(cluster, known);
        updates.set(id, update);
        bytes += bytesOf(update.rows) + bytesOf(update.log);
      }
      return { updates, read };
    },

    async deleteCluster(id) {
      const organization = open("deleteCluster");
      if (!organization) return null;
      if (!own(organization, id)) return "not-found";
      state.clusters.delete(id);
      return "deleted";
    },

    async createCredential(credential, idempotency) {
      const organization = open("createCredential");
      if (!organization) return { outcome: "unauthorized" };
      return createOnce<CredentialRow>(organization.idempotency, idempotency, options.now(), {
        id: credential.id,
        exists: (id) => own(organization, credential.clusterId)?.credentials.has(id) ?? false,
        create: () => {
          const cluster = own(organization, credential.clusterId);
          if (!cluster) return { outcome: "not-found" };
          forgetExpired(cluster, options.now());
          if (cluster.credentials.size >= MAX_CREDENTIALS) {
            return { outcome: "limit", limit: `${MAX_CREDENTIALS} credentials per cluster` };
          }
          cluster.credentials.set(credential.id, { ...credential });
          return { outcome: "created", value: publicCredential(credential) };
        },
      });
    },

    async listCredentials(clusterId, page) {
      const organization = open("listCredentials");
      if (!organization) return null;
      const cluster = own(organization, clusterId);
      if (!cluster) return "not-found";
      return pageOf([...cluster.credentials.values()].map(publicCredential), page);
    },

    async revokeCredential(clusterId, id) {
      const organization = open("revokeCredential");
      if (!organization) return null;
      return own(organization, clusterId)?.credentials.delete(id) ? "deleted" : "not-found";
    },

    async createImage(image, idempotency) {
      const organization = open("createImage");
      if (!organization) return { outcome: "unauthorized" };
      const { images } = organization;
      return createOnce<ImageRow, { outcome: "taken"; tag: string }>(
        organization.idempotency,
        idempotency,
        options.now(),
        {
          id: image.id,
          exists: (id) => images.has(id),
          create: () => {
            if (images.size >= MAX_IMAGES) return { outcome: "limit", limit: `${MAX_IMAGES} images` };
            const tag = takenTag(organization, image);
            if (tag !== undefined) return { outcome: "taken", tag };
            images.set(image.id, { ...image, updatedAtMs: image.createdAtMs });
            showImages(state, organization);
            return { outcome: "created", value: { ...image } };
          },
        },
      );
    },

    async listImages(page) {
      const organization = open("listImages");
      return organization && pageOf([...organization.images.values()].map(imageSummary), page);
    },

    async getImage(id) {
      const organization = open("getImage");
      if (!organization) return null;
      const image = organization.images.get(id);
      return image ? { ...image } : "not-found";
    },

    async replaceImage(image, expectedVersion) {
      const organization = open("replaceImage");
      if (!organization) return { outcome: "unauthorized" };
      const present = organization.images.get(image.id);
      if (!present) return { outcome: "not-found" };
      if (expectedVersion !== null && present.version !== expectedVersion) return { outcome: "changed" };
      const tag = takenTag(organization, image);
      if (tag !== undefined) return { outcome: "taken", tag };
      organization.images.set(image.id, { ...image, createdAtMs: present.createdAtMs });
      showImages(state, organization);
      return { outcome: "stored" };
    },

    async deleteImage(id, expectedVersion) {
      const organization = open("deleteImage");
      if (!organization) return null;
      const present = organization.images.get(id);
      if (!present) return "not-found";
      if (expectedVersion !== null && present.version !== expectedVersion) return "changed";
      organization.images.delete(id);
      showImages(state, organization);
      return "deleted";
    },
  };
}

/** Removes expired credentials: they do not count against the limit. */
function forgetExpired({ credentials }: MemoryCluster, nowMs: number): void {
  for (const { id, expiresAtMs } of [...credentials.values()]) {
    if (expiresAtMs !== null && expiresAtMs <= nowMs) credentials.delete(id);
  }
}

interface Creation<T, R> {
  /** Of the created object. */
  id: string;
  create(): Created<T> | R;
  /** Whether the object with this id still exists. */
  exists(id: string): boolean;
}

/** Runs `create` unless its Idempotency-Key was used within the last day. Only successful creations are remembered. */
function createOnce<T, R extends { outcome: string } = never>(
  records: IdempotencyRecords,
  idempotency: StoredIdempotency | null,
  nowMs: number,
  { id, create, exists }: Creation<T, R>,
): Created<T> | R {
  const earlier = idempotency && records.get(idempotency.key);
  if (idempotency && earlier && earlier.createdAtMs > nowMs - IDEMPOTENCY_TTL_MS) {
    if (earlier.requestHash !== idempotency.requestHash) return { outcome: "mismatch" };
    if (!exists(earlier.id)) return { outcome: "gone", id: earlier.id };
    return { outcome: "replayed", response: earlier.response };
  }
  const result = create();
  if (idempotency && result.outcome === "created") {
    const { key, requestHash, response } = idempotency;
    records.set(key, { requestHash, response, createdAtMs: nowMs, id });
  }
  return result;
}

function newCluster(cluster: NewCluster, organization: MemoryOrganization): MemoryCluster {
  const organizationId = organization.row.id;
  const { id, name, labels, settings, seed, createdAtMs, baseId, revision, nextDueAtMs, counters } = cluster;
  return {
    row: {
      ...{ id, organizationId, version: 1, revision, compactedRevision: 0, timeMs: createdAtMs, offsetMs: 0 },
      ...{ nextDueAtMs, baseId, seed, createdAtMs, counters, settings, images: summaryOf(organization) },
    },
    name,
    labels: { ...labels },
    index: new Map(),
    log: new Map(),
    revisionsByKey: new Map(),
    removed: new Map(),
    commits: new Map([[id, { version: 1, revision, logBytes: 0 }]]),
    logBytes: 0,
    compactedLogBytes: 0,
    credentials: new Map(),
    issuers: new Map(),
  };
}

function summary({ row, name, labels }: MemoryCluster): ClusterSummary {
  const { id, createdAtMs, settings, revision, version, timeMs, offsetMs } = row;
  return { id, name, labels: { ...labels }, createdAtMs, settings, revision, version, timeMs, offsetMs };
}

function publicKey({ id, name, prefix, createdAtMs }: ApiKeyRow): ApiKeyRow {
  return { id, name, prefix, createdAtMs };
}

function publicCredential({ id, clusterId, user, groups, createdAtMs, expiresAtMs }: CredentialRow): CredentialRow {
  return { id, clusterId, user, groups: [...groups], createdAtMs, expiresAtMs };
}

function pageOf<T extends CreationPlace>(rows: T[], { after, limit }: PageRequest): Page<T> {
  const following = rows.filter((row) => !after || compareCreation(row, after) > 0).sort(compareCreation);
  return { rows: following.slice(0, limit), more: following.length > limit };
}

function compareCreation(a: CreationPlace, b: CreationPlace): number {
  if (a.createdAtMs !== b.createdAtMs) return a.createdAtMs - b.createdAtMs;
  return a.id === b.id ? 0 : a.id < b.id ? -1 : 1;
}

/** As Kubernetes' selectors: `notin` also holds where the label is absent. */
function matches(labels: Readonly<Record<string, string>>, { key, operator, values }: LabelRequirement): boolean {
  const value = Object.hasOwn(labels, key) ? labels[key] : undefined;
  switch (operator) {
    case "exists":
      return value !== undefined;
    case "!":
      return value === undefined;
    case "in":
      return value !== undefined && values.includes(value);
    case "notin":
      return value === undefined || !values.includes(value);
  }
}
