/** Organizations, their keys, clusters and credentials. */

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { IDEMPOTENCY_TTL_MS, MAX_API_KEYS } from "../../src/lib/limits.ts";
import type { CredentialRow, Page, PageRequest } from "../../src/storage/store.ts";
import { clusterOf, newCluster, newTenant, START_MS, type StoreHarness, type Tenant, Writer } from "./fixtures.ts";

/** Larger than the lists of these tests. */
const PAGE: PageRequest = { limit: 100 };

const keyOf = (id: string) => ({ id, name: id, prefix: "sk_2", createdAtMs: START_MS + 1, keyHash: `hash-of-${id}` });

/** Every method of the organization store, called with an unknown key. */
async function expectNothing({ organization }: Pick<Tenant, "organization">, clusterId: string): Promise<void> {
  expect(await organization.organization()).toBeNull();
  expect(await organization.listApiKeys(PAGE)).toBeNull();
  expect(await organization.createApiKey(keyOf(randomUUID()), null)).toEqual({ outcome: "unauthorized" });
  expect(await organization.deleteApiKey("any")).toBeNull();
  expect(await organization.createCluster(clusterOf(), null)).toEqual({ outcome: "unauthorized" });
  expect(await organization.getCluster(clusterId)).toBeNull();
  expect(await organization.listClusters({ selector: [], limit: 10 })).toBeNull();
  expect(await organization.deleteCluster(clusterId)).toBeNull();
  expect(await organization.createCredential(credentialOf(clusterId, "x"), null)).toEqual({ outcome: "unauthorized" });
  expect(await organization.listCredentials(clusterId, PAGE)).toBeNull();
  expect(await organization.revokeCredential(clusterId, "cred-1")).toBeNull();
}

function credentialOf(clusterId: string, id: string) {
  const tokenHash = `hash-${id}-${randomUUID()}`;
  return {
    id,
    clusterId,
    user: "ta",
    groups: ["b", "a"],
    createdAtMs: START_MS + 1,
    expiresAtMs: START_MS + 9,
    tokenHash,
  };
}

export function describeOrganizations(open: StoreHarness["open"]): void {
  describe("organizations", () => {
    test("an organization has its name, and keys that are listed without their hash", async () => {
      const stores = open({ now: () => START_MS });
      const { organization, id, keyId } = await newTenant(stores);
      expect(await organization.organization()).toEqual({ id, name: "School", createdAtMs: START_MS });
      const second = keyOf(`key-${randomUUID()}`);
      const { keyHash, ...shown } = second;
      expect(await organization.createApiKey(second, null)).toEqual({ outcome: "created", value: shown });
      const first = { id: keyId, name: "first", prefix: "sk_1", createdAtMs: START_MS };
      expect(await organization.listApiKeys(PAGE)).toEqual({ rows: [first, shown], more: false });
      expect(await stores.organization(keyHash).organization()).toMatchObject({ id });
      expect(await organization.deleteApiKey(second.id)).toBe("deleted");
      expect(await organization.deleteApiKey(second.id)).toBe("not-found");
      expect(await stores.organization(keyHash).organization()).toBeNull();
    });

    test("clusters are created, listed by label and page, and deleted", async () => {
      const { organization } = await newTenant(open({ now: () => START_MS }));
      const ids = ["a", "b", "c", "d"].map((letter) => `${letter}-${randomUUID()}`);
      const labels: Record<string, string>[] = [
        { course: "k8s", year: "2026" },
        { course: "k8s" },
        { course: "sql", year: "2026" },
        {},
      ];
      for (const [i, id] of ids.entries()) {
        const cluster = clusterOf({ id, name: `cluster ${i}`, labels: labels[i]! });
        expect(await organization.createCluster(cluster, null)).toEqual({
          outcome: "created",
          value: {
            ...{ id, name: `cluster ${i}`, labels: labels[i], createdAtMs: START_MS, settings: cluster.settings },
            ...{ revision: 100, version: 1, timeMs: START_MS, offsetMs: 0 },
          },
        });
      }
      type Requirement = { key: string; operator: "in" | "notin" | "exists" | "!"; values: string[] };
      const list = async (...selector: Requirement[]) => {
        const found = await organization.listClusters({ selector, limit: 10 });
        return found!.clusters.map((cluster) => cluster.id[0]).join("");
      };
      expect(await list()).toBe("abcd");
      expect(await list({ key: "course", operator: "in", values: ["k8s"] })).toBe("ab");
      expect(await list({ key: "course", operator: "in", values: ["k8s", "sql"] })).toBe("abc");
      expect(await list({ key: "course", operator: "in", values: [] })).toBe("");
      expect(await list({ key: "course", operator: "notin", values: ["k8s"] })).toBe("cd");
      expect(await list({ key: "year", operator: "exists", values: [] })).toBe("ac");
      expect(await list({ key: "year", operator: "!", values: [] })).toBe("bd");
      const both: Requirement = { key: "year", operator: "in", values: ["2026"] };
      expect(await list({ key: "course", operator: "notin", values: ["sql"] }, both)).toBe("a");
      expect(await list({ key: "x' OR true --", operator: "in", values: ["' OR '1'='1"] })).toBe("");

      const first = (await organization.listClusters({ selector: [], limit: 3 }))!;
      expect([first.clusters.map((cluster) => cluster.id), first.more]).toEqual([ids.slice(0, 3), true]);
      const second = (await organization.listClusters({ selector: [], limit: 3, afterId: ids[2] }))!;
      expect([second.clusters.map((cluster) => cluster.id), second.more]).toEqual([[ids[3]], false]);

      expect(await organization.deleteCluster(ids[0]!)).toBe("deleted");
      expect(await organization.deleteCluster(ids[0]!)).toBe("not-found");
      expect(await organization.getCluster(ids[0]!)).toBe("not-found");
      expect(await organization.getCluster(ids[1]!)).toMatchObject({ id: ids[1], name: "cluster 1" });
    });

    test("API keys and credentials come in pages, ordered by creation and id", async () => {
      const { tenant, clusterId } = await newCluster(open({ now: () => START_MS }));
      const { organization } = tenant;
      for (const id of ["k3", "k1", "k2"]) await organization.createApiKey(keyOf(`${id}-${randomUUID()}`), null);
      for (const id of ["c3", "c1", "c2"]) await organization.createCredential(credentialOf(clusterId, id), null);
      const keys = (page: PageRequest) => organization.listApiKeys(page);
      const credentials = async (page: PageRequest) =>
        (await organization.listCredentials(clusterId, page)) as Page<CredentialRow>;
      for (const list of [keys, credentials]) {
        const all = (await list(PAGE))!;
        expect([all.rows.length, all.more]).toEqual([4, false]);
        const pages: string[][] = [];
        let page = (await list({ limit: 1 }))!;
        for (; page.more; page = (await list({ limit: 1, after: page.rows.at(-1)! }))!) {
          pages.push(page.rows.map(({ id }) => id));
        }
        pages.push(page.rows.map(({ id }) => id));
        expect(pages).toEqual(all.rows.map(({ id }) => [id]));
        expect(await list({ limit: 2, after: all.rows.at(-1)! })).toEqual({ rows: [], more: false });
      }
      expect((await credentials(PAGE)).rows.map(({ id }) => id)).toEqual(["cred-1", "c1", "c2", "c3"]);
    });

    test("a cluster's summary follows its commits", async () => {
      const { store, tenant, clusterId } = await newCluster(open({ now: () => START_MS }));
      await new Writer(store).write([{ key: "/pods/shop/a" }]);
      expect(await tenant.organization.getCluster(clusterId)).toMatchObject({ revision: 101, version: 2 });
    });

    test("a deleted cluster leaves no rows for a new cluster of the same id", async () => {
      const stores = open({ now: () => START_MS });
      const { store, tenant, clusterId } = await newCluster(stores);
      const writer = new Writer(store);
      await writer.write([{ key: "/pods/shop/a" }]);
      await writer.write([{ key: "/pods/shop/a", type: "DELETED" }]);
      await tenant.organization.deleteCluster(clusterId);
      await tenant.organization.createCluster(clusterOf({ id: clusterId }), null);
      expect(await tenant.organization.listCredentials(clusterId, PAGE)).toEqual({ rows: [], more: false });
      const platform = stores.cluster({ via: "apiKey", clusterId, keyHash: tenant.keyHash });
      expect(await platform.sync(null)).toMatchObject({ update: { rows: [], cluster: { version: 1 } } });
      expect(await platform.history({ afterRevision: 0, maxBytes: 1000 })).toMatchObject({ log: [] });
    });

    test("credentials are listed without their hash and revoked one by one", async () => {
      const { tenant, clusterId } = await newCluster(open({ now: () => START_MS }));
      const { tokenHash: _, ...shown } = credentialOf(clusterId, "second");
      const created = await tenant.organization.createCredential(credentialOf(clusterId, "second"), null);
      expect(created).toEqual({ outcome: "created", value: shown });
      const listed = await tenant.organization.listCredentials(clusterId, PAGE);
      const rows = [{ id: "cred-1", user: "student", expiresAtMs: null }, shown];
      expect(listed).toMatchObject({ rows, more: false });
      expect(JSON.stringify(listed)).not.toContain("hash");
      expect(await tenant.organization.revokeCredential(clusterId, "second")).toBe("deleted");
      expect(await tenant.organization.revokeCredential(clusterId, "second")).toBe("not-found");
      const nowhere = credentialOf("no-such-cluster", "third");
      expect(await tenant.organization.createCredential(nowhere, null)).toEqual({ outcome: "not-found" });
      expect(await tenant.organization.listCredentials("no-such-cluster", PAGE)).toBe("not-found");
    });

    test("an unknown key opens nothing, another organization's key only its own organization", async () => {
      const stores = open({ now: () => START_MS });
      const { tenant, clusterId, tokenHash } = await newCluster(stores);
      await expectNothing({ organization: stores.organization("guess") }, clusterId);
      await expectNothing({ organization: stores.organization("") }, clusterId);
      await expectNothing({ organization: stores.organization(tokenHash) }, clusterId);

      const { organization: other } = await newTenant(stores);
      expect(await other.getCluster(clusterId)).toBe("not-found");
      expect(await other.listClusters({ selector: [], limit: 10 })).toEqual({ clusters: [], more: false });
      expect(await other.deleteCluster(clusterId)).toBe("not-found");
      expect(await other.createCredential(credentialOf(clusterId, "x"), null)).toEqual({ outcome: "not-found" });
      expect(await other.listCredentials(clusterId, PAGE)).toBe("not-found");
      expect(await other.revokeCredential(clusterId, "cred-1")).toBe("not-found");
      expect(await other.deleteApiKey(tenant.keyId)).toBe("not-found");
      expect((await other.listApiKeys(PAGE))!.rows).toHaveLength(1);
      expect(await tenant.organization.listCredentials(clusterId, PAGE)).toMatchObject({ rows: [{}], more: false });
    });

    test("requests with one Idempotency-Key create once, for a day and within one organization", async () => {
      let now = START_MS;
      const stores = open({ now: () => now });
      const { organization } = await newTenant(stores);
      const { organization: other } = await newTenant(stores);
      const idempotency = { key: "retry-1", requestHash: "hash-of-request", response: '{"id":"first"}' };
      const create = (store: typeof organization, request = idempotency) => store.createCluster(clusterOf(), request);

      const answers = await Promise.all([create(organization), create(organization), create(organization)]);
      expect(answers.map((answer) => answer.outcome).sort()).toEqual(["created", "replayed", "replayed"]);
      const again = { ...idempotency, response: '{"id":"second"}' };
      expect(await create(organization, again)).toEqual({ outcome: "replayed", response: '{"id":"first"}' });
      expect(await create(organization, { ...again, requestHash: "other" })).toEqual({ outcome: "mismatch" });
      expect(await create(other, again)).toMatchObject({ outcome: "created" });
      expect((await organization.listClusters({ selector: [], limit: 10 }))!.clusters).toHaveLength(1);
      now += IDEMPOTENCY_TTL_MS;
      expect(await create(organization, again)).toMatchObject({ outcome: "created" });

      const key = { key: "retry-2", requestHash: "h", response: '{"key":"k"}' };
      expect(await organization.createApiKey(keyOf(randomUUID()), key)).toMatchObject({ outcome: "created" });
      expect(await organization.createApiKey(keyOf(randomUUID()), key)).toMatchObject({ outcome: "replayed" });
    });

    test("a retry after the created resource was deleted does not return it", async () => {
      const stores = open({ now: () => START_MS });
      const { organization } = await newTenant(stores);
      const remembered = () => ({ key: randomUUID(), requestHash: "h", response: "{}" });

      const cluster = clusterOf();
      const clusterRequest = remembered();
      await organization.createCluster(cluster, clusterRequest);
      const credential = credentialOf(cluster.id, "cred-9");
      const credentialRequest = remembered();
      await organization.createCredential(credential, credentialRequest);
      const key = keyOf(`key-${randomUUID()}`);
      const keyRequest = remembered();
      await organization.createApiKey(key, keyRequest);
      const again = async () => [
        await organization.createCluster(clusterOf(), clusterRequest),
        await organization.createCredential(credentialOf(cluster.id, "cred-10"), credentialRequest),
        await organization.createApiKey(keyOf(`key-${randomUUID()}`), keyRequest),
      ];
      expect((await again()).map(({ outcome }) => outcome)).toEqual(["replayed", "replayed", "replayed"]);

      await organization.revokeCredential(cluster.id, credential.id);
      await organization.deleteApiKey(key.id);
      const [present, ...gone] = await again();
      expect(present).toMatchObject({ outcome: "replayed" });
      expect(gone).toEqual([
        { outcome: "gone", id: credential.id },
        { outcome: "gone", id: key.id },
      ]);
      await organization.deleteCluster(cluster.id);
      expect((await again())[0]).toEqual({ outcome: "gone", id: cluster.id });
      expect(await organization.createCluster(clusterOf(), { ...clusterRequest, requestHash: "other" })).toEqual({
        outcome: "mismatch",
      });
      expect((await organization.listClusters({ selector: [], limit: 10 }))!.clusters).toEqual([]);

      const operator = { key: randomUUID(), requestHash: "h", response: "{}" };
      const first = keyOf(`key-${randomUUID()}`);
      const create = () => {
        const row = { id: randomUUID(), name: "School", createdAtMs: START_MS };
        return stores.admin().createOrganization(row, first, operator);
      };
      await create();
      const second = keyOf(`key-${randomUUID()}`);
      await stores.organization(first.keyHash).createApiKey(second, null);
      expect(await create()).toMatchObject({ outcome: "replayed" });
      await stores.organization(second.keyHash).deleteApiKey(first.id);
      expect(await create()).toEqual({ outcome: "gone", id: first.id });
    });

    test("the last API key cannot be deleted, also by concurrent callers", async () => {
      const stores = open({ now: () => START_MS });
      const { organization, keyId } = await newTenant(stores);
      expect(await organization.deleteApiKey(keyId)).toBe("last");
      expect(await organization.deleteApiKey("none")).toBe("not-found");
      expect((await organization.listApiKeys(PAGE))!.rows).toHaveLength(1);

      const second = keyOf(`key-${randomUUID()}`);
      await organization.createApiKey(second, null);
      const other = stores.organization(second.keyHash);
      const outcomes = await Promise.all([organization.deleteApiKey(keyId), other.deleteApiKey(second.id)]);
      expect(outcomes.filter((outcome) => outcome === "deleted")).toHaveLength(1);
      const left = (await organization.listApiKeys(PAGE)) ?? (await other.listApiKeys(PAGE));
      expect(left!.rows).toHaveLength(1);
    });

    test("the operator's creations are idempotent, too", async () => {
      const stores = open({ now: () => START_MS });
      const idempotency = { key: randomUUID(), requestHash: "h", response: '{"id":"o"}' };
      const create = (requestHash: string) => {
        const id = randomUUID();
        const row = { id, name: "School", createdAtMs: START_MS };
        return stores.admin().createOrganization(row, keyOf(id), { ...idempotency, requestHash });
      };
      expect(await create("h")).toMatchObject({ outcome: "created", value: { name: "School" } });
      expect(await create("h")).toEqual({ outcome: "replayed", response: '{"id":"o"}' });
      expect(await create("other")).toEqual({ outcome: "mismatch" });
    });

    test("a refused creation is not remembered, and a refusal names the limit", async () => {
      const { organization } = await newTenant(open({ now: () => START_MS }));
      const create = () =>
        organization.createApiKey(keyOf(randomUUID()), { key: "k", requestHash: "h", response: "r" });
      const plain = () => organization.createApiKey(keyOf(randomUUID()), null);
      for (let i = 1; i < MAX_API_KEYS; i++) expect(await plain()).toMatchObject({ outcome: "created" });
      expect(await create()).toEqual({ outcome: "limit", limit: `${MAX_API_KEYS} API keys` });
      const keys = (await organization.listApiKeys({ limit: MAX_API_KEYS }))!.rows;
      await organization.deleteApiKey(keys.at(-1)!.id);
      expect(await create()).toMatchObject({ outcome: "created" });
    });

    test("every method is one round trip", async () => {
      const operations: string[] = [];
      const stores = open({ now: () => START_MS, onRoundTrip: (operation) => operations.push(operation) });
      const { tenant, clusterId } = await newCluster(stores);
      const { organization } = tenant;
      operations.length = 0;
      await organization.organization();
      await organization.listApiKeys(PAGE);
      await organization.createCluster(clusterOf(), null);
      await organization.getCluster(clusterId);
      await organization.listClusters({ selector: [], limit: 1 });
      await organization.listCredentials(clusterId, PAGE);
      await organization.revokeCredential(clusterId, "cred-1");
      await organization.deleteCluster(clusterId);
      expect(operations).toHaveLength(8);
      expect(await stores.ping()).toBe(true);
    });
  });
}
