/** Versions that clients hold expire after five to ten minutes, as with Kubernetes' compaction of etcd. */
import { expect, test } from "vitest";
import { CONFIG_MAPS, type Isolate, Sandbox } from "./isolates.ts";

const MINUTE_MS = 60_000;
const CREATED = 20;
/** The number includes kube-root-ca.crt, which every namespace has. */
const TOTAL = CREATED + 1;
const LIMIT = 2;

interface Page {
  status: number;
  body: {
    reason?: string;
    message?: string;
    metadata: { resourceVersion: string; continue?: string; remainingItemCount?: number };
    items: { metadata: { name: string } }[];
  };
}

async function page(isolate: Isolate, token?: string): Promise<Page> {
  const next = token === undefined ? "" : `&continue=${encodeURIComponent(token)}`;
  return (await isolate.request("GET", `${CONFIG_MAPS}?limit=${LIMIT}${next}`)) as unknown as Page;
}

/** The first event of an open watch. */
async function textOf(body: ReadableStream<Uint8Array>): Promise<string> {
  const { value } = await body.getReader().read();
  return new TextDecoder().decode(value);
}

async function withConfigMaps(): Promise<{ sandbox: Sandbox; isolate: Isolate }> {
  const sandbox = await Sandbox.create();
  const isolate = sandbox.isolate();
  for (let i = 0; i < CREATED; i++) {
    await isolate.createConfigMap(`c-${String(i).padStart(2, "0")}`);
  }
  return { sandbox, isolate };
}

/** Requests the page every twenty seconds until it has expired. Returns the minutes until then. */
async function untilExpired(sandbox: Sandbox, isolate: () => Isolate, token: string): Promise<[number, Page]> {
  for (let waitedMs = 0; waitedMs <= 10 * MINUTE_MS; waitedMs += 20_000) {
    const answer = await page(isolate(), token);
    if (answer.status !== 200) return [waitedMs / MINUTE_MS, answer];
    await sandbox.clock.pass(20_000);
  }
  throw new Error("the token is still good after ten minutes");
}

async function restOf(isolate: Isolate, first: Page): Promise<Page[]> {
  const pages = [first];
  for (let token = first.body.metadata.continue; token; token = pages.at(-1)!.body.metadata.continue) {
    pages.push(await page(isolate, token));
  }
  return pages;
}

test.each([
  ["the isolate that listed", false],
  ["isolates that know nothing yet", true],
])(
  "an idle cluster: a token expires within ten minutes, and the one in the refusal goes on, in %s",
  async (_, isFresh) => {
    const { sandbox, isolate } = await withConfigMaps();
    const first = await page(isolate);
    const ask = () => (isFresh ? sandbox.isolate() : isolate);
    const [minutes, refused] = await untilExpired(sandbox, ask, first.body.metadata.continue!);
    expect(minutes).toBeGreaterThanOrEqual(5);
    expect(minutes).toBeLessThanOrEqual(10);
    expect([refused.status, refused.body.reason]).toEqual([410, "Expired"]);
    expect(refused.body.message).toMatch(
      /^The provided continue parameter is too old to display a consistent list result\./,
    );

    const second = await page(ask(), refused.body.metadata.continue);
    expect(second.status).toBe(200);
    expect(second.body.metadata.resourceVersion).not.toBe(first.body.metadata.resourceVersion);
    const pages = await restOf(ask(), second);
    expect(new Set(pages.map(({ body }) => body.metadata.resourceVersion)).size).toBe(1);
    const names = [first, ...pages].flatMap(({ body }) => body.items.map(({ metadata }) => metadata.name));
    expect(names).toHaveLength(TOTAL);
    expect(new Set(names).size).toBe(TOTAL);
  },
);

test("repeated requests with an expired token take no further revision", async () => {
  const { sandbox, isolate } = await withConfigMaps();
  const token = (await page(isolate)).body.metadata.continue!;
  await sandbox.clock.pass(11 * MINUTE_MS);
  const revisions: string[] = [];
  for (let i = 0; i < 3; i++) {
    expect((await page(isolate, token)).status).toBe(410);
    revisions.push((await page(isolate)).body.metadata.resourceVersion);
  }
  expect(new Set(revisions).size).toBe(1);
});

test("all pages of a list expire together, independent of the time of their requests", async () => {
  const { sandbox, isolate } = await withConfigMaps();
  const first = await page(isolate);
  await sandbox.clock.pass(4 * MINUTE_MS);
  const second = await page(isolate, first.body.metadata.continue);
  await sandbox.clock.pass(7 * MINUTE_MS);
  expect((await page(isolate, second.body.metadata.continue)).status).toBe(410);
});

test("an up-to-date watch continues when a token expires", async () => {
  const { sandbox, isolate } = await withConfigMaps();
  const first = await page(isolate);
  const watch = await isolate.watch(`resourceVersion=${first.body.metadata.resourceVersion}`);
  await sandbox.clock.pass(11 * MINUTE_MS);
  expect((await page(isolate, first.body.metadata.continue!)).status).toBe(410);
  await isolate.createConfigMap("new");
  await sandbox.clock.pass(3_000);
  expect([watch.ended, watch.seen]).toEqual([false, ["ADDED new"]]);
});

test.each([
  ["the isolate that made the change", false],
  ["isolates that know nothing yet", true],
])("a version that was replaced longer ago has expired for lists and watches, in %s", async (_, isFresh) => {
  const { sandbox, isolate } = await withConfigMaps();
  const old = (await page(isolate)).body.metadata.resourceVersion;
  await isolate.createConfigMap("later");
  await page(isolate);
  const exact = `${CONFIG_MAPS}?resourceVersion=${old}&resourceVersionMatch=Exact`;
  await sandbox.clock.pass(MINUTE_MS);
  expect((await isolate.request("GET", exact)).body.items).toHaveLength(TOTAL);
  await sandbox.clock.pass(11 * MINUTE_MS);
  const asked = isFresh ? sandbox.isolate() : isolate;
  // After another write, the newest version says nothing about the age of this one.
  await asked.createConfigMap("newest");
  const refused = await asked.request("GET", exact);
  expect([refused.status, refused.body.message]).toEqual([
    410,
    "The resourceVersion for the provided list is too old.",
  ]);
  const watch = await asked.send("GET", `${CONFIG_MAPS}?watch=true&resourceVersion=${old}`);
  const text =
    watch.type === "response" ? watch.response.body : watch.type === "stream" ? await textOf(watch.body) : "";
  expect(JSON.parse(text)).toMatchObject({ type: "ERROR", object: { code: 410, reason: "Expired" } });
});
