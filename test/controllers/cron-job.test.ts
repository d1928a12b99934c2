import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { parseCron } from "../../src/lib/cron.ts";
import type { CronJob } from "../../src/schema/index.ts";
import { cronJob } from "../support/builders.ts";
import { START_MS, TestCluster } from "../support/cluster.ts";

const MINUTE_MS = 60_000;

/** Created 30 s before the full minute. */
function withCronJob(script: string, spec: Partial<CronJob["spec"]> = {}): TestCluster {
  const world = new TestCluster({ controllers: allControllers });
  world.advance(MINUTE_MS / 2);
  world.create(cronJobKind, cronJob("c", script, spec));
  return world;
}

const jobs = (world: TestCluster) => world.list(jobKind, "default").map(({ metadata }) => metadata.name);
const nameAt = (minutes: number) => `c-${START_MS / MINUTE_MS + minutes}`;
const status = (world: TestCluster) => world.get(cronJobKind, "c")?.status;

function reasons(world: TestCluster): string[] {
  return world
    .events()
    .filter((line) => line.includes(" CronJob/c "))
    .map((line) => line.split(" ")[1] ?? "");
}

describe("a CronJob", () => {
  it("starts a Job at the full minute and keeps an account of it", () => {
    const world = withCronJob("exit 0");
    world.advance(MINUTE_MS / 2 + 1000);
    expect(jobs(world)).toEqual([nameAt(1)]);
    expect(status(world)?.lastScheduleTime).toBe("2026-01-01T00:01:00Z");
    expect(status(world)?.active?.map(({ name }) => name)).toEqual([nameAt(1)]);
    const [job] = world.list(jobKind, "default");
    expect(job?.metadata.annotations?.["batch.kubernetes.io/cronjob-scheduled-timestamp"]).toBe("2026-01-01T00:01:00Z");
    world.advance(20_000);
    expect(status(world)?.active).toBeUndefined();
    expect(status(world)?.lastSuccessfulTime).toMatch(/^2026-01-01T00:01:/);
    expect(reasons(world)).toEqual(["SuccessfulCreate", "SawCompletedJob"]);
  });

  it("keeps as many ended Jobs as its history limit", () => {
    const world = withCronJob("exit 0", { successfulJobsHistoryLimit: 2 });
    world.advance(5 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(4), nameAt(5)]);
  });

  it("does not start a second Job while one runs, where that is forbidden", () => {
    const world = withCronJob("sleep 600", { concurrencyPolicy: "Forbid" });
    world.advance(2 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(1)]);
    expect(reasons(world)).toEqual(["SuccessfulCreate", "JobAlreadyActive"]);
  });

  it("replaces the running Job where it shall", () => {
    const world = withCronJob("sleep 600", { concurrencyPolicy: "Replace" });
    world.advance(2 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(2)]);
    expect(reasons(world)).toEqual(["SuccessfulCreate", "SuccessfulDelete", "SuccessfulCreate"]);
  });

  it("starts nothing while suspended, and only the latest of what was missed afterwards", () => {
    const world = withCronJob("exit 0", { suspend: true });
    world.advance(10 * MINUTE_MS);
    expect(jobs(world)).toEqual([]);
    world.update(cronJobKind, world.get(cronJobKind, "c")!, (draft) => {
      draft.spec.suspend = false;
    });
    world.advance(5000);
    expect(jobs(world)).toEqual([nameAt(10)]);
  });

  it("with a schedule that cannot be read says so", () => {
    const world = withCronJob("exit 0", { schedule: "61 * * * *" });
    world.advance(MINUTE_MS);
    expect(reasons(world)).toEqual(["UnparseableSchedule"]);
  });
});

describe("schedules", () => {
  const next = (schedule: string, after: string, zone?: string) => {
    const atMs = parseCron(schedule, zone).next(Date.parse(after));
    return atMs === undefined ? undefined : new Date(atMs).toISOString();
  };

  it.each([
    ["*/15 * * * *", "2026-01-01T00:07:30Z", "2026-01-01T00:15:00.000Z"],
    ["0 9-17/4 * * mon-fri", "2026-01-02T18:00:00Z", "2026-01-05T09:00:00.000Z"],
    ["30 2 29 feb *", "2026-01-01T00:00:00Z", "2028-02-29T02:30:00.000Z"],
    ["0 0 13 * 5", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z"],
    ["@daily", "2026-01-01T00:00:00Z", "2026-01-02T00:00:00.000Z"],
    ["@every 1h30m", "2026-01-01T00:00:00Z", "2026-01-01T01:30:00.000Z"],
    ["0 0 31 2 *", "2026-01-01T00:00:00Z", undefined],
  ])("%s after %s", (schedule, after, expected) => {
    expect(next(schedule, after)).toBe(expected);
  });

  it.each([
    ["Europe/Berlin", "2026-03-27T12:00:00Z", "2026-03-28T08:00:00.000Z"],
    ["Europe/Berlin", "2026-03-28T12:00:00Z", "2026-03-29T07:00:00.000Z"],
    ["America/New_York", "2026-03-08T00:00:00Z", "2026-03-08T13:00:00.000Z"],
    ["America/New_York", "2026-11-01T00:00:00Z", "2026-11-01T14:00:00.000Z"],
    ["Australia/Sydney", "2026-01-01T00:00:00Z", "2026-01-01T22:00:00.000Z"],
    ["Australia/Sydney", "2026-07-01T00:00:00Z", "2026-07-01T23:00:00.000Z"],
    ["Asia/Kolkata", "2026-07-01T00:00:00Z", "2026-07-01T03:30:00.000Z"],
    ["Etc/GMT+3", "2026-07-01T00:00:00Z", "2026-07-01T12:00:00.000Z"],
  ])("follow the clock of %s, also over the change to summer time", (zone, after, expected) => {
    expect(next("0 9 * * *", after, zone)).toBe(expected);
  });

  it("of a zone that nobody knows are refused", () => {
    expect(() => parseCron("0 9 * * *", "Europe/Atlantis")).toThrow("unknown time zone Europe/Atlantis");
  });
});
