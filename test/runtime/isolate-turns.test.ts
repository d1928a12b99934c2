/** The long work of an isolate's requests alternates, and other clusters' requests get their turns. Simulated time. */
import { describe, expect, it } from "vitest";
import { MAX_TURN_MS } from "../../src/lib/turn-limits.ts";
import { turnMs } from "../../src/lib/work.ts";
import type { Clock } from "../../src/runtime/clock.ts";
import { IsolateTurns } from "../../src/runtime/isolate-turns.ts";
import { createMemoryStores } from "../../src/storage/memory/stores.ts";
import type { ClusterStore, Stores } from "../../src/storage/store.ts";

const SECTION_MS = 5;
const WORK = SECTION_MS * 1_000;

/** One thread: a timer fires when the thread is free, and a section keeps the thread busy. */
class Thread implements Clock {
  #nowMs = 1_000_000;
  #timers: { atMs: number; work: () => void }[] = [];
  /** `begin a`, `end a`, and what tests add. */
  readonly events: string[] = [];

  now(): number {
    return this.#nowMs;
  }

  after(delayMs: number, work: () => void): () => void {
    this.#timers.push({ atMs: this.#nowMs + delayMs, work });
    return () => {};
  }

  turn(lengthMs: number): Promise<void> {
    return new Promise((resolve) => this.after(lengthMs, resolve));
  }

  busy(lengthMs: number): void {
    this.#nowMs += lengthMs;
  }

  async run(untilMs: number): Promise<void> {
    const endMs = this.#nowMs + untilMs;
    for (;;) {
      await new Promise((resolve) => setImmediate(resolve));
      const next = this.#timers.toSorted((a, b) => a.atMs - b.atMs)[0];
      if (!next || next.atMs > endMs) return;
      this.#timers.splice(this.#timers.indexOf(next), 1);
      this.#nowMs = Math.max(this.#nowMs, next.atMs);
      next.work();
    }
  }
}

/** Long work of one request. */
async function work(thread: Thread, turns: IsolateTurns, name: string, sections: number): Promise<void> {
  for (let i = 0; i < sections; i++) {
    thread.events.push(name);
    thread.busy(SECTION_MS);
    await turns.next(name, WORK);
  }
}

/** A store whose answers take this long; the other methods are not called. */
function slowStores(thread: Thread, delayMs: number): Stores {
  const store = { sync: () => thread.turn(delayMs) } as unknown as ClusterStore;
  return { ...createMemoryStores(), cluster: () => store };
}

function access(clusterId: string) {
  return { via: "credential", clusterId, tokenHash: "" } as const;
}

function fixture(answerMs = 2) {
  const thread = new Thread();
  const turns = new IsolateTurns(thread);
  return { thread, turns, stores: turns.observe(slowStores(thread, answerMs)) };
}

describe("long work of several requests", () => {
  it("alternates", async () => {
    const { thread, turns } = fixture();
    for (const name of ["a", "b", "c"]) void work(thread, turns, name, 4);
    await thread.run(1_000);
    expect(thread.events.join("")).toBe("abcabcabcabc");
  });

  it("lets a timer that is due fire between any two sections", async () => {
    const { thread, turns } = fixture();
    const tick = (): void => {
      thread.events.push(".");
      if (thread.events.filter((event) => event !== ".").length < 12) thread.after(0, tick);
    };
    for (const name of ["a", "b", "c"]) void work(thread, turns, name, 4);
    thread.after(0, tick);
    await thread.run(1_000);
    const sections = thread.events.join("").slice(3);
    expect(sections.replaceAll(".", "")).toBe("abcabcabc");
    expect(sections).not.toMatch(/[abc][abc]/);
  });

  it("goes on without a request that died while it waited", async () => {
    const thread = new Thread();
    let isDead = true;
    const turns = new IsolateTurns({
      now: () => thread.now(),
      after: (delayMs, call) => thread.after(delayMs, call),
      turn: (lengthMs) => (isDead ? new Promise(() => {}) : thread.turn(lengthMs)),
    });
    void turns.next("dead", WORK);
    isDead = false;
    void work(thread, turns, "a", 3);
    await thread.run(10_000);
    expect(thread.events.join("")).toBe("aaa");
  });
});

describe("a request of another cluster that waits for the store", () => {
  it("gets its answer before the next section", async () => {
    const { thread, turns, stores } = fixture();
    void work(thread, turns, "long", 20);
    const read = async () => {
      for (let i = 0; i < 2; i++) {
        await stores.cluster(access("neighbour")).sync(null);
        thread.events.push("answer");
      }
    };
    void read();
    await thread.run(1_000);
    expect(thread.events.slice(0, 4)).toEqual(["long", "answer", "answer", "long"]);
  });

  it("holds the long work up no longer than its last section took", async () => {
    const { thread, turns, stores } = fixture(10_000);
    void stores.cluster(access("neighbour")).sync(null);
    const beganMs = thread.now();
    let endedMs = 0;
    void work(thread, turns, "long", 20).then(() => {
      endedMs = thread.now();
    });
    await thread.run(1_000);
    expect(endedMs - beganMs).toBe(20 * (SECTION_MS + turnMs(WORK)));
  });

  it("is not counted for its own cluster, nor after its lease", async () => {
    const { thread, turns, stores } = fixture(1_000_000);
    void stores.cluster(access("long")).sync(null);
    const beganMs = thread.now();
    await Promise.all([work(thread, turns, "long", 10), thread.run(1_000)]);
    expect(thread.now() - beganMs).toBe(10 * SECTION_MS);

    void stores.cluster(access("neighbour")).sync(null);
    thread.busy(5_000);
    const laterMs = thread.now();
    await Promise.all([work(thread, turns, "long", 10), thread.run(1_000)]);
    expect(thread.now() - laterMs).toBe(10 * SECTION_MS);
  });
});

it("a turn is at most as long as the work before it, and bounded", () => {
  expect([0, 1, 2_500, 1e9].map(turnMs)).toEqual([0, 1, 3, MAX_TURN_MS]);
});
