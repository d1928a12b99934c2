/** Long reads of a copy: other requests take turns, and the answer shows one version all the same. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, type Isolate, Sandbox } from "./isolates.ts";

const OBJECTS = 400;
const AS_TABLE = { accept: "application/json;as=Table;v=v1;g=meta.k8s.io" };

async function largeCluster(data: Record<string, string> = {}): Promise<{ sandbox: Sandbox; isolate: Isolate }> {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  for (let i = 0; i < OBJECTS; i++) await isolate.createConfigMap(`c-${i}`, data);
  return { sandbox, isolate };
}

interface Table {
  metadata: { resourceVersion: string };
  rows: { object: { metadata: { name: string; resourceVersion: string } } }[];
}

async function table(isolate: Isolate): Promise<Table> {
  const { status, body } = await isolate.request("GET", CONFIG_MAPS, undefined, { headers: AS_TABLE });
  expect(status).toBe(200);
  return body as unknown as Table;
}

test("the first read of a large cluster pauses while it is loaded", async () => {
  const { sandbox, isolate } = await largeCluster({ text: "x".repeat(2_000) });
  const first = (await isolate.request("GET", CONFIG_MAPS)).body;
  const before = sandbox.clock.turns;
  const loaded = (await sandbox.isolate().request("GET", CONFIG_MAPS)).body;
  expect(sandbox.clock.turns).toBeGreaterThan(before);
  expect(loaded).toEqual(first);
});

test("a long list pauses", async () => {
  const { sandbox, isolate } = await largeCluster();
  const before = sandbox.clock.turns;
  const { rows } = await table(isolate);
  expect(rows).toHaveLength(OBJECTS + 1);
  expect(sandbox.clock.turns).toBeGreaterThan(before);
});

test("a write in a pause is wholly in the answer or not at all", async () => {
  const { sandbox, isolate } = await largeCluster();
  const { clock } = sandbox;
  const turn = clock.turn.bind(clock);
  let written: Promise<unknown> | undefined;
  clock.turn = async () => {
    // In the first pause, so the answer must be computed again.
    written ??= isolate.createConfigMap("a-new-one");
    await written;
    return turn();
  };
  const { rows, metadata } = await table(isolate);
  expect(rows).toHaveLength(OBJECTS + 2);
  const newest = Math.max(...rows.map(({ object }) => Number(object.metadata.resourceVersion)));
  expect(Number(metadata.resourceVersion)).toBe(newest);
});
