import { spawn } from "node:child_process";
import { mkdtemp, readdir, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterEach, beforeEach, describe, expect, it } from "vitest";
import { LockedError, takeLock } from "../../scripts/local/lock.ts";

describe("the lock of a data folder", () => {
  let folder: string;

  beforeEach(async () => {
    folder = await mkdtemp(join(tmpdir(), "sandbar-lock-"));
  });
  afterEach(async () => {
    await rm(folder, { recursive: true });
  });

  it("excludes other processes until it is released", async () => {
    const release = await takeLock(folder);
    await expect(takeLock(folder)).rejects.toThrow(LockedError);
    await expect(takeLock(folder)).rejects.toThrow(`process ${process.pid}`);
    await release();
    await (await takeLock(folder))();
    expect(await readdir(folder)).toEqual([]);
  });

  it("is taken over from an ended process", async () => {
    const child = spawn("true");
    await new Promise((resolve) => child.once("exit", resolve));
    await writeFile(join(folder, "lock"), JSON.stringify({ pid: child.pid, startedAt: "1" }));
    await (await takeLock(folder))();
  });

  it("is taken over from a process whose id was reused", async () => {
    await writeFile(join(folder, "lock"), JSON.stringify({ pid: process.pid, startedAt: "another time" }));
    await (await takeLock(folder))();
  });

  it("is taken over if its file is corrupt", async () => {
    await writeFile(join(folder, "lock"), "{");
    await (await takeLock(folder))();
  });

  it("goes to exactly one of several processes that find it stale at once", async () => {
    await writeFile(join(folder, "lock"), "{}");
    const outcomes = await Promise.allSettled(Array.from({ length: 8 }, () => takeLock(folder)));
    expect(outcomes.filter((outcome) => outcome.status === "fulfilled")).toHaveLength(1);
  });
});
