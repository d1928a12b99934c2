/** The operations that the API tests of all groups do with a kind: every verb once, its errors, and a watch. */
import { expect } from "vitest";
import type { ConformanceCluster, Json, WatchEvent } from "./cluster.ts";

export interface ApiCase {
  /** An object that differs by its name only. */
  object: (name: string) => Json;
  /** A merge patch of the status and a field that shows it. */
  status?: { patch: Json; shows: (object: Json) => unknown; expected: unknown };
  /** The test deletes each object by itself. */
  hasNoCollection?: boolean;
}

const MERGE = { type: "merge-patch" };

export async function apiOperations(cluster: ConformanceCluster, { object, status, hasNoCollection }: ApiCase) {
  const label = `e2e-${cluster.namespace}`;
  const labelled = (name: string) => {
    const made = object(`${label}-${name}`);
    return { ...made, metadata: { ...made.metadata, labels: { test: label } } };
  };
  const [first, second, third] = ["one", "two", "three"].map(labelled);
  await expectDiscovered(cluster, first);
  const created = await cluster.create(first);
  expect((await cluster.request("POST", cluster.pathOf(first, true), first)).status).toBe(409);
  await cluster.create(second);
  const collection = `${cluster.pathOf(first, true)}?labelSelector=test%3D${label}`;
  const { items } = (await cluster.request("GET", collection)).body;
  expect(items).toHaveLength(2);
  const hasSeen = (events: readonly WatchEvent[], key: string) =>
    events.some(({ type, object: seen }) => type === "MODIFIED" && seen.metadata.annotations?.[key] === "true");
  const events = await cluster.watch(
    `${collection}&watch=true`,
    (seen) => hasSeen(seen, "patched") && hasSeen(seen, "updated"),
    async () => {
      await cluster.create(third);
      expect((await cluster.get(first)).metadata.uid).toBe(created.metadata.uid);
      const patched = await cluster.patch(first, { metadata: { annotations: { patched: "true" } } }, MERGE);
      expect(patched.metadata.annotations.patched).toBe("true");
      const updated = await cluster.update(first, (draft) => (draft.metadata.annotations.updated = "true"));
      expect(updated.metadata.annotations.updated).toBe("true");
    },
  );
  expect(events.filter(({ type }) => type === "ADDED").length).toBeGreaterThanOrEqual(3);
  if (status) await expectStatus(cluster, first, status);
  await cluster.delete(first);
  await cluster.eventually(async () => (await cluster.request("GET", cluster.pathOf(first))).status === 404);
  await cluster.eventually(async () => (await cluster.request("GET", collection)).body.items.length === 2);
  if (hasNoCollection) {
    await cluster.delete(second);
    await cluster.delete(third);
  } else expect((await cluster.request("DELETE", collection)).status).toBe(200);
  await cluster.eventually(async () => (await cluster.request("GET", collection)).body.items.length === 0);
}

async function expectDiscovered(cluster: ConformanceCluster, object: Json) {
  const [group, version] = object.apiVersion.includes("/") ? object.apiVersion.split("/") : ["", object.apiVersion];
  const root = group === "" ? "/api" : `/apis/${group}`;
  if (group !== "") {
    const { groups } = (await cluster.request("GET", "/apis")).body;
    expect(groups.map(({ name }: Json) => name)).toContain(group);
    expect((await cluster.request("GET", root)).body.versions.map((one: Json) => one.version)).toContain(version);
  }
  const { resources } = (await cluster.request("GET", `${root}/${version}`)).body;
  const plural = cluster.pathOf(object, true).replace(/.*\//, "");
  expect(resources.map(({ name }: Json) => name)).toContain(plural);
}

async function expectStatus(
  cluster: ConformanceCluster,
  object: Json,
  { patch, shows, expected }: NonNullable<ApiCase["status"]>,
) {
  const patched = await cluster.patch(object, { status: patch }, { ...MERGE, subresource: "status" });
  expect(shows(patched)).toEqual(expected);
  const read = await cluster.request("GET", `${cluster.pathOf(object)}/status`);
  expect(read.status).toBe(200);
  const updated = await cluster.update(
    object,
    (draft) => (draft.metadata.annotations = { ...draft.metadata.annotations, updatedstatus: "true" }),
    "status",
  );
  expect(updated.metadata.annotations.updatedstatus).toBe("true");
}
