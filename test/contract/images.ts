/** Organizations' own images: documents, tags, and what the clusters of the organization see of them. */

import { randomUUID } from "node:crypto";
import { describe, expect, test } from "vitest";
import { OwnImages, type ProvidedImages } from "../../src/cluster/own-images.ts";
import { MAX_IMAGES } from "../../src/lib/container-limits.ts";
import type { ImageRow } from "../../src/storage/store.ts";
import { newCluster, newTenant, START_MS, type StoreHarness, snapshotOf, Writer } from "./fixtures.ts";

const SHOP = "docker.io/library/shop";

function imageOf(overrides: Partial<ImageRow> = {}): ImageRow {
  return {
    id: `img-${randomUUID()}`,
    name: "shop",
    repository: SHOP,
    tags: ["1.0", "latest"],
    document: '{"base":"alpine","env":{"ÄÖ":"\\u0001"}}',
    digest: "sha256:1",
    username: null,
    accessHash: null,
    version: "v1",
    createdAtMs: START_MS,
    updatedAtMs: START_MS,
    ...overrides,
  };
}

/** Whether a cluster with this summary asks for the repository's documents. */
function asks(summary: string | null | undefined, repository: string): boolean {
  const images = new OwnImages(summary);
  images.provided = new Map() satisfies ProvidedImages;
  try {
    images.of(repository);
    return false;
  } catch {
    return true;
  }
}

export function describeImages(open: StoreHarness["open"]): void {
  describe("images", () => {
    test("a document is read, listed without its content, replaced and deleted", async () => {
      const { organization } = await newTenant(open({ now: () => START_MS }));
      const image = imageOf({ username: "bob", accessHash: "hash" });
      expect(await organization.createImage(image, null)).toEqual({ outcome: "created", value: image });
      const other = imageOf({ repository: "docker.io/library/cart", name: "cart", createdAtMs: START_MS + 1 });
      await organization.createImage({ ...other, updatedAtMs: START_MS + 1 }, null);
      const { repository: _r, document: _d, accessHash: _a, version: _v, ...summary } = image;
      expect(await organization.listImages({ limit: 1 })).toEqual({ rows: [summary], more: true });
      expect(await organization.listImages({ limit: 1, after: summary })).toMatchObject({
        rows: [{ id: other.id, name: "cart" }],
        more: false,
      });

      const next = imageOf({ id: image.id, tags: ["*"], version: "v2", createdAtMs: 7, updatedAtMs: START_MS + 5 });
      expect(await organization.replaceImage(next, "v0")).toEqual({ outcome: "changed" });
      expect(await organization.getImage(image.id)).toEqual(image);
      expect(await organization.replaceImage(next, "v1")).toEqual({ outcome: "stored" });
      expect(await organization.getImage(image.id)).toEqual({ ...next, createdAtMs: START_MS });
      expect(await organization.replaceImage({ ...next, version: "v3" }, null)).toEqual({ outcome: "stored" });
      expect(await organization.deleteImage(image.id, "v2")).toBe("changed");
      expect(await organization.deleteImage(image.id, "v3")).toBe("deleted");
      expect(await organization.deleteImage(image.id, null)).toBe("not-found");
      expect(await organization.getImage(image.id)).toBe("not-found");
      expect(await organization.replaceImage(next, null)).toEqual({ outcome: "not-found" });
    });

    test("a tag of a repository belongs to one document", async () => {
      const { organization } = await newTenant(open({ now: () => START_MS }));
      const first = imageOf({ tags: ["1", "2"] });
      await organization.createImage(first, null);
      expect(await organization.createImage(imageOf({ tags: ["3", "2", "1"] }), null)).toEqual({
        outcome: "taken",
        tag: "1",
      });
      const any = imageOf({ tags: ["*"] });
      expect(await organization.createImage(any, null)).toMatchObject({ outcome: "created" });
      expect(await organization.createImage(imageOf({ tags: ["*"] }), null)).toEqual({ outcome: "taken", tag: "*" });
      expect(await organization.replaceImage({ ...any, tags: ["2"] }, null)).toEqual({ outcome: "taken", tag: "2" });
      expect(await organization.replaceImage({ ...first, tags: ["1", "4"] }, null)).toEqual({ outcome: "stored" });
      expect(await organization.createImage(imageOf({ repository: "other/repo" }), null)).toMatchObject({
        outcome: "created",
      });
    });

    test("a repeated creation is answered as the first one, and a limit holds", async () => {
      const { organization } = await newTenant(open({ now: () => START_MS }));
      const idempotency = { key: "k", requestHash: "h", response: "{}" };
      const image = imageOf();
      expect(await organization.createImage(image, idempotency)).toMatchObject({ outcome: "created" });
      expect(await organization.createImage(imageOf(), idempotency)).toEqual({ outcome: "replayed", response: "{}" });
      expect(await organization.createImage(imageOf(), { ...idempotency, requestHash: "x" })).toEqual({
        outcome: "mismatch",
      });
      await organization.deleteImage(image.id, null);
      expect(await organization.createImage(imageOf(), idempotency)).toEqual({ outcome: "gone", id: image.id });
      for (let i = 0; i < MAX_IMAGES; i++) {
        const created = await organization.createImage(imageOf({ tags: [`t${i}`] }), null);
        expect(created.outcome).toBe("created");
      }
      expect(await organization.createImage(imageOf({ tags: ["more"] }), null)).toMatchObject({ outcome: "limit" });
    }, 120_000);

    test("other organizations, and unknown keys, see none of them", async () => {
      const stores = open({ now: () => START_MS });
      const mine = await newCluster(stores);
      const theirs = await newCluster(stores);
      const image = imageOf();
      await mine.tenant.organization.createImage(image, null);
      const { organization } = theirs.tenant;
      expect(await organization.listImages({ limit: 10 })).toEqual({ rows: [], more: false });
      expect(await organization.getImage(image.id)).toBe("not-found");
      expect(await organization.replaceImage(image, null)).toEqual({ outcome: "not-found" });
      expect(await organization.deleteImage(image.id, null)).toBe("not-found");
      expect(await theirs.store.findImages(SHOP)).toEqual([]);
      expect((await snapshotOf(theirs.store, null)).cluster.images ?? null).toBeNull();
      expect(await organization.createImage(imageOf(), null)).toMatchObject({ outcome: "created" });

      const unknown = stores.organization("unknown");
      expect(await unknown.createImage(imageOf(), null)).toEqual({ outcome: "unauthorized" });
      expect(await unknown.listImages({ limit: 10 })).toBeNull();
      expect(await unknown.getImage(image.id)).toBeNull();
      expect(await unknown.replaceImage(image, null)).toEqual({ outcome: "unauthorized" });
      expect(await unknown.deleteImage(image.id, null)).toBeNull();
      const { clusterId } = mine;
      const shut = stores.cluster({ via: "credential", clusterId, tokenHash: theirs.tokenHash });
      expect(await shut.findImages(SHOP)).toBeNull();
      expect(
        await stores.cluster({ via: "apiKey", clusterId, keyHash: theirs.tenant.keyHash }).findImages(SHOP),
      ).toBeNull();
    });

    test("a cluster's row says which repositories there may be, and its store has their documents", async () => {
      const stores = open({ now: () => START_MS });
      const { tenant, store, clusterId } = await newCluster(stores);
      const none = (await snapshotOf(store, null)).cluster;
      expect(asks(none.images, SHOP)).toBe(false);
      const image = imageOf({ accessHash: "hash" });
      await tenant.organization.createImage(image, null);

      const { images, version, revision } = (await snapshotOf(store, null)).cluster;
      expect(version).toBe(none.version);
      expect(asks(images, SHOP)).toBe(true);
      expect(asks(images, "docker.io/library/nginx")).toBe(false);
      // An isolate that knows this version learns of the images as well.
      expect((await snapshotOf(store, { version, revision })).cluster.images).toBe(images);
      const found = { ...{ tags: ["1.0", "latest"], digest: "sha256:1", accessHash: "hash" } };
      const document = { base: "alpine", env: { ÄÖ: "\u0001" } };
      expect(await store.findImages(SHOP)).toEqual([{ ...found, document }]);
      expect(await store.findImages("docker.io/library/nginx")).toEqual([]);
      const platform = stores.cluster({ via: "apiKey", clusterId, keyHash: tenant.keyHash });
      expect(await platform.findImages(SHOP)).toHaveLength(1);

      // A cluster that is created later begins with the same summary.
      const later = await newCluster(stores, tenant);
      expect((await snapshotOf(later.store, null)).cluster.images).toBe(images);
      await tenant.organization.replaceImage({ ...image, version: "v2" }, null);
      const replaced = (await snapshotOf(store, null)).cluster.images;
      expect(replaced).not.toBe(images);
      expect(asks(replaced, SHOP)).toBe(true);
      await tenant.organization.deleteImage(image.id, null);
      expect((await snapshotOf(store, null)).cluster.images).toBeNull();
    });

    test("a commit that depends on images conflicts with another summary, and writes nothing", async () => {
      const { tenant, store } = await newCluster(open({ now: () => START_MS }));
      const writer = new Writer(store);
      expect(await writer.write([{ key: "/pods/shop/a" }], { expectedImages: "" })).toMatchObject({
        outcome: "applied",
      });
      await tenant.organization.createImage(imageOf(), null);
      const { images } = (await snapshotOf(store, null)).cluster;
      const refused = await writer.write([{ key: "/pods/shop/b" }], { expectedImages: "" });
      expect(refused).toMatchObject({ outcome: "conflict", update: { cluster: { images, version: writer.version } } });
      expect(await writer.write([{ key: "/pods/shop/c" }])).toMatchObject({ outcome: "applied" });
      expect(await writer.write([{ key: "/pods/shop/b" }], { expectedImages: images! })).toMatchObject({
        outcome: "applied",
      });
    });
  });
}
