/** Access: a valid credential opens its own cluster, an API key its organization's clusters, and nothing else does. */

import { describe, expect, test } from "vitest";
import { MAX_ISSUERS } from "../../src/lib/limits.ts";
import type { ClusterAccess, ClusterStore } from "../../src/storage/store.ts";
import { newCluster, newTenant, START_MS, type StoreHarness, Writer } from "./fixtures.ts";

/** Every operation is refused without a reason. */
async function expectShut(store: ClusterStore): Promise<void> {
  const writer = new Writer(store);
  expect(await store.sync(null)).toEqual({ outcome: "unauthorized" });
  expect(await store.sync({ version: 1, revision: 100 })).toEqual({ outcome: "unauthorized" });
  expect(await store.loadPage("")).toBeNull();
  expect(await store.commit(writer.commitOf([{ key: "/pods/shop/web" }]))).toEqual({ outcome: "unauthorized" });
  expect(await store.commit({ ...writer.commitOf([]), expectedVersion: 99 })).toEqual({ outcome: "unauthorized" });
  expect(await store.findCommit("any")).toBeNull();
  expect(await store.history({ afterRevision: 0, maxBytes: 1000 })).toBeNull();
  expect(await store.stateAt({ revision: 1000, keyPrefix: "", maxRows: 10 })).toBeNull();
  expect(await store.loadBase("base-1")).toBeNull();
  expect(await store.findImages("docker.io/library/nginx")).toBeNull();
}

export function describeAccess(open: StoreHarness["open"]): void {
  describe("access", () => {
    test("a credential says who the caller is; an API key of the organization is the platform", async () => {
      const stores = open({ now: () => START_MS });
      const { store, tenant, clusterId, credentialId } = await newCluster(stores);
      const student = await store.sync(null);
      expect(student).toMatchObject({
        outcome: "ok",
        caller: { type: "user", user: "student", groups: ["system:masters"], credentialId },
      });
      const platform = stores.cluster({ via: "apiKey", clusterId, keyHash: tenant.keyHash });
      expect(await platform.sync(null)).toMatchObject({ outcome: "ok", caller: { type: "platform" } });
      expect(await new Writer(platform).write([{ key: "/pods/shop/web" }])).toMatchObject({ outcome: "applied" });
      expect(await platform.loadBase("base-1")).toBe('{"objects":[]}');
      expect(await store.loadBase("base-1")).toBe('{"objects":[]}');
      expect(await store.loadBase("base-2")).toBeNull();
    });

    test("an issuer opens only its own cluster, has no user, is not listed, and is deleted with the cluster", async () => {
      const stores = open({ now: () => START_MS });
      const { store, tenant, clusterId } = await newCluster(stores);
      const foreign = await newCluster(stores);
      const tokenHash = `issuer of ${clusterId}`;
      const guesses: ClusterAccess[] = [
        { via: "credential", clusterId, tokenHash: "guess" },
        { via: "apiKey", clusterId, keyHash: foreign.tenant.keyHash },
      ];
      for (const guess of guesses) expect(await stores.cluster(guess).addIssuer(tokenHash)).toBe("unauthorized");
      await expectShut(stores.cluster({ via: "credential", clusterId, tokenHash }));

      expect(await store.addIssuer(tokenHash)).toBe("added");
      const issuer = stores.cluster({ via: "credential", clusterId, tokenHash });
      const proof = await issuer.sync(null);
      expect(proof).toMatchObject({ outcome: "ok", caller: { type: "issuer", issuerId: "issuer-1" } });
      expect(await new Writer(issuer).write([{ key: "/pods/shop/web" }])).toMatchObject({ outcome: "applied" });
      await expectShut(stores.cluster({ via: "credential", clusterId: foreign.clusterId, tokenHash }));
      expect(await stores.organization(tenant.keyHash).listCredentials(clusterId, { limit: 2 })).toMatchObject({
        rows: [{}],
      });

      for (let i = 1; i < MAX_ISSUERS; i++) expect(await issuer.addIssuer(`${tokenHash} ${i}`)).toBe("added");
      expect(await issuer.addIssuer("one too many")).toBe("limit");
      await stores.organization(tenant.keyHash).deleteCluster(clusterId);
      await expectShut(issuer);
    });

    test("a credential opens no other cluster, an API key no other organization's", async () => {
      const stores = open({ now: () => START_MS });
      const mine = await newCluster(stores);
      const sibling = await newCluster(stores, mine.tenant);
      const foreign = await newCluster(stores);
      await new Writer(sibling.store).write([{ key: "/secrets/a/sibling" }]);
      await new Writer(foreign.store).write([{ key: "/secrets/a/foreign" }]);

      const { tokenHash, tenant } = mine;
      const attempts: ClusterAccess[] = [
        { via: "credential", clusterId: sibling.clusterId, tokenHash },
        { via: "credential", clusterId: foreign.clusterId, tokenHash },
        { via: "credential", clusterId: "no-such-cluster", tokenHash },
        { via: "credential", clusterId: mine.clusterId, tokenHash: "guess" },
        { via: "credential", clusterId: mine.clusterId, tokenHash: "" },
        { via: "credential", clusterId: mine.clusterId, tokenHash: tenant.keyHash },
        { via: "apiKey", clusterId: foreign.clusterId, keyHash: tenant.keyHash },
        { via: "apiKey", clusterId: mine.clusterId, keyHash: foreign.tenant.keyHash },
        { via: "apiKey", clusterId: mine.clusterId, keyHash: tokenHash },
        { via: "apiKey", clusterId: "", keyHash: tenant.keyHash },
      ];
      for (const attempt of attempts) await expectShut(stores.cluster(attempt));
      expect(await foreign.store.sync(null)).toMatchObject({ outcome: "ok", update: { cluster: { version: 2 } } });
    });

    test("a credential ends at its expiry, at once when revoked, and with its cluster", async () => {
      let now = START_MS;
      const stores = open({ now: () => now });
      const { tenant, clusterId, store, credentialId } = await newCluster(stores);
      await tenant.organization.createCredential(
        {
          ...{ id: "short", clusterId, user: "guest", groups: [], createdAtMs: START_MS },
          ...{ expiresAtMs: START_MS + 1000, tokenHash: `short-${clusterId}` },
        },
        null,
      );
      const guest = stores.cluster({ via: "credential", clusterId, tokenHash: `short-${clusterId}` });
      now = START_MS + 999;
      expect(await guest.sync(null)).toMatchObject({
        outcome: "ok",
        caller: { type: "user", user: "guest", groups: [] },
      });
      now = START_MS + 1000;
      await expectShut(guest);

      expect(await store.sync(null)).toMatchObject({ outcome: "ok" });
      expect(await tenant.organization.revokeCredential(clusterId, credentialId)).toBe("deleted");
      await expectShut(store);

      const platform = stores.cluster({ via: "apiKey", clusterId, keyHash: tenant.keyHash });
      expect(await platform.sync(null)).toMatchObject({ outcome: "ok" });
      expect(await tenant.organization.deleteCluster(clusterId)).toBe("deleted");
      await expectShut(platform);
    });

    test("a deleted API key opens nothing any more", async () => {
      const stores = open({ now: () => START_MS });
      const tenant = await newTenant(stores);
      const { clusterId } = await newCluster(stores, tenant);
      const other = { id: `${tenant.keyId}-2`, name: "second", prefix: "sk_2", createdAtMs: START_MS };
      const otherHash = `hash-of-${other.id}`;
      await tenant.organization.createApiKey({ ...other, keyHash: otherHash }, null);
      expect(await stores.organization(otherHash).deleteApiKey(tenant.keyId)).toBe("deleted");
      await expectShut(stores.cluster({ via: "apiKey", clusterId, keyHash: tenant.keyHash }));
      expect(await tenant.organization.organization()).toBeNull();
      expect(await tenant.organization.listClusters({ selector: [], limit: 10 })).toBeNull();
    });
  });
}
