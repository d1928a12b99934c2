/** Advances with much due work: several commits, each consistent, and no work is late. */
import { describe, expect, test } from "vitest";
import { admit, validateAdmission } from "../../src/apiserver/admission/index.ts";
import { ControllerManager } from "../../src/control-plane/controller-manager.ts";
import { type Controller, self } from "../../src/controllers/controller.ts";
import { configMapKind } from "../../src/kinds/core/config-map.ts";
import type { ConfigMap } from "../../src/schema/index.ts";
import { testEngine } from "../runtime/isolates.ts";
import { TestSandbar } from "./sandbar.ts";

const HOUR_MS = 3_600_000;
const HOUR = 3600;

/** Records every hour since the object's creation in `data`: the seconds within that hour at which it ran. */
const chronicler: Controller = {
  name: "chronicler",
  manager: "chronicler",
  latencyMs: 1,
  watches: [self(configMapKind)],
  reconcile(tx, key, nowMs) {
    const object = tx.getByKey(key) as ConfigMap | undefined;
    if (object?.metadata.name !== "chronicle") return;
    const nextMs = tx.privateState<number>(key, "chronicler") ?? nowMs;
    if (nowMs < nextMs) return nextMs;
    tx.update(configMapKind, object, (draft) => {
      const hours = Object.keys(draft.data ?? {}).length;
      draft.data = { ...draft.data, [`hour-${hours}`]: String(nowMs - nextMs) };
    });
    tx.setPrivateState(key, "chronicler", nextMs + HOUR_MS);
    return nextMs + HOUR_MS;
  },
};

/** A Sandbar with this number of steps for each commit. */
async function chronicle(maxSteps: number) {
  const engine = new ControllerManager([chronicler], { admit, validateAdmission });
  const sandbar = new TestSandbar((stores) => stores, {
    ...testEngine,
    begin: (snapshot) => engine.begin(snapshot),
    advance: (tx, nowMs) => engine.advance(tx as never, nowMs + tx.writeSet.offsetMs),
    advanceInParts: (tx, nowMs, limits) => engine.advanceInParts(tx as never, nowMs + tx.writeSet.offsetMs, limits),
    advanceTimeInParts: (tx, deltaMs) => engine.advanceTimeInParts(tx as never, deltaMs, { maxSteps }),
  });
  const key = await sandbar.organization();
  const id = await sandbar.cluster(key, { seed: "seed" });
  const token = await sandbar.adminOf(key, id);
  const path = `/clusters/${id}/api/v1/namespaces/default/configmaps`;
  const metadata = { name: "chronicle" };
  const body = { apiVersion: "v1", kind: "ConfigMap", metadata };
  await sandbar.clock.until(sandbar.call(path, { method: "POST", token, body }), 1);
  return {
    advance: (seconds: number, idempotencyKey?: string) =>
      sandbar.call(`/v1/clusters/${id}/advance`, {
        ...{ method: "POST", token: key, body: { seconds } },
        ...(idempotencyKey !== undefined && { headers: { "idempotency-key": idempotencyKey } }),
      }),
    async hours(): Promise<string[]> {
      return Object.values((await sandbar.call(`${path}/chronicle`, { token })).body.data);
    },
  };
}

describe("an advance with much due work", () => {
  test("takes several commits, with the same result as one commit", async () => {
    const many = await chronicle(7);
    const one = await chronicle(100_000);
    const [inMany, inOne] = [await many.advance(24 * HOUR), await one.advance(24 * HOUR)];

    expect(inOne.body).toMatchObject({ commits: 1, remainingSeconds: 0 });
    expect(inMany.body).toMatchObject({ remainingSeconds: 0, offsetSeconds: 24 * HOUR, time: inOne.body.time });
    expect(inMany.body.commits).toBeGreaterThan(3);
    expect(inMany.body.steps).toBe(inOne.body.steps);
    expect(await many.hours()).toEqual(await one.hours());
    expect(await many.hours()).toHaveLength(24);
  });

  test("is never behind, for any length, because no time was missed", async () => {
    const { advance, hours } = await chronicle(100_000);
    await advance(40 * 24 * HOUR);
    expect(await hours()).toEqual(Array(40 * 24).fill("0"));
  });

  test("reports the remaining time when the commits of one request do not suffice, and continues from there", async () => {
    const { advance, hours } = await chronicle(4);
    let remaining = 10 * 24 * HOUR;
    let requests = 0;
    for (; remaining > 0 && requests < 100; requests++) {
      const { body } = await advance(remaining);
      expect(body.remainingSeconds).toBeLessThan(remaining);
      remaining = body.remainingSeconds;
    }
    expect(requests).toBeGreaterThan(1);
    expect(await hours()).toEqual(Array(10 * 24).fill("0"));
  });

  test("is done once for one Idempotency-Key, for any number of requests", async () => {
    const { advance, hours } = await chronicle(100_000);
    const first = await advance(24 * HOUR, "exam-1");
    const again = await advance(24 * HOUR, "exam-1");
    expect([again.status, again.body]).toEqual([200, first.body]);
    expect(await hours()).toHaveLength(24);

    expect((await advance(HOUR, "exam-1")).status).toBe(422);
    expect((await advance(24 * HOUR, "")).status).toBe(400);
    expect((await advance(24 * HOUR, "exam-2")).body.offsetSeconds).toBe(48 * HOUR);
    expect((await advance(24 * HOUR)).body.offsetSeconds).toBe(72 * HOUR);
  });

  test("continues the remainder of its first request", async () => {
    const { advance, hours } = await chronicle(4);
    let answer = await advance(10 * 24 * HOUR, "ten days");
    expect(answer.body.remainingSeconds).toBeGreaterThan(0);
    for (let i = 0; i < 20 && answer.body.remainingSeconds > 0; i++) answer = await advance(10 * 24 * HOUR, "ten days");
    expect(answer.body).toMatchObject({ remainingSeconds: 0, offsetSeconds: 10 * 24 * HOUR });
    expect(answer.body.commits).toBeGreaterThan(16);
    expect(await hours()).toEqual(Array(10 * 24).fill("0"));
  });
});
