import { describe, expect, it } from "vitest";
import { allControllers } from "../../src/control-plane/controllers.ts";
import { cronJobKind } from "../../src/kinds/batch/cron-job.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import type { ApiError } from "../../src/lib/api-error.ts";
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
  it("starts a Job at the full minute and records it in its status", () => {
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

  it("does not start a second Job while one runs, with the policy Forbid", () => {
    const world = withCronJob("sleep 600", { concurrencyPolicy: "Forbid" });
    world.advance(2 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(1)]);
    expect(reasons(world)).toEqual(["SuccessfulCreate", "JobAlreadyActive"]);
  });

  it("replaces the running Job with the policy Replace", () => {
    const world = withCronJob("sleep 600", { concurrencyPolicy: "Replace" });
    world.advance(2 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(2)]);
    expect(reasons(world)).toEqual(["SuccessfulCreate", "SuccessfulDelete", "SuccessfulCreate"]);
  });

  it("starts nothing while suspended, and afterwards only the latest missed Job", () => {
    const world = withCronJob("exit 0", { suspend: true });
    world.advance(10 * MINUTE_MS);
    expect(jobs(world)).toEqual([]);
    world.update(cronJobKind, world.get(cronJobKind, "c")!, (draft) => {
      draft.spec.suspend = false;
    });
    world.advance(5000);
    expect(jobs(world)).toEqual([nameAt(10)]);
  });

  it("starts the latest of many missed times, also of a dense schedule", () => {
    const world = withCronJob("exit 0", { suspend: true, schedule: "5,30-59 * * * *" });
    world.advance(170 * MINUTE_MS);
    world.update(cronJobKind, world.get(cronJobKind, "c")!, (draft) => {
      draft.spec.suspend = false;
    });
    world.advance(5000);
    expect(jobs(world)).toEqual([nameAt(170)]);
    expect(reasons(world)).not.toContain("TooManyMissedTimes");
  });

  it("whose schedule names no existing day reports it, and starts nothing", () => {
    const world = withCronJob("exit 0", { schedule: "0 0 31 2 *" });
    world.advance(MINUTE_MS);
    expect(world.events().filter((line) => line.includes(" CronJob/c "))).toEqual([
      expect.stringContaining(
        "InvalidSchedule CronJob/c x1: invalid schedule: 0 0 31 2 * : time difference between two schedules is less than 1 second",
      ),
    ]);
    expect(jobs(world)).toEqual([]);
  });

  it("runs by the local time of its zone", () => {
    const world = withCronJob("exit 0", { schedule: "1 2 * * *", timeZone: "Africa/Cairo" });
    world.advance(2 * MINUTE_MS);
    expect(jobs(world)).toEqual([nameAt(1)]);
  });

  it("runs every second at most where its delay is negative, as Kubernetes' parser has it", () => {
    const world = withCronJob("exit 0", { schedule: "@every -1s", concurrencyPolicy: "Forbid" });
    world.advance(3000);
    expect(jobs(world)).toEqual([nameAt(0)]);
  });
});

describe("the schedule of a CronJob is refused", () => {
  const refusals = (spec: Partial<CronJob["spec"]>) => {
    const world = new TestCluster({ controllers: allControllers });
    try {
      world.create(cronJobKind, cronJob("c", "exit 0", spec));
    } catch (error) {
      return ((error as ApiError).details?.causes ?? []).map(({ field, message }) => `${field}: ${message}`);
    }
    return [];
  };

  it.each([
    ["99 * * * *", "end of range (99) above maximum (59): 99"],
    ["a * * * *", 'failed to parse int from a: strconv.Atoi: parsing "a": invalid syntax'],
    ["*/0 * * * *", "step of range should be a positive number: */0"],
    ["*/-5 * * * *", "negative number (-5) not allowed: -5"],
    ["5-1 * * * *", "beginning of range (5) beyond end of range (1): 5-1"],
    ["1-2-3 * * * *", "too many hyphens: 1-2-3"],
    ["*/2/3 * * * *", "too many slashes: */2/3"],
    ["-1 * * * *", 'failed to parse int from : strconv.Atoi: parsing "": invalid syntax'],
    ["0 24 * * *", "end of range (24) above maximum (23): 24"],
    ["0 0 32 * *", "end of range (32) above maximum (31): 32"],
    ["0 0 0 * *", "beginning of range (0) below minimum (1): 0"],
    ["0 0 * 13 *", "end of range (13) above maximum (12): 13"],
    ["0 0 * * 7", "end of range (7) above maximum (6): 7"],
    ["0 0 * * monday", 'failed to parse int from monday: strconv.Atoi: parsing "monday": invalid syntax'],
    ["0 0 * mon *", 'failed to parse int from mon: strconv.Atoi: parsing "mon": invalid syntax'],
    [
      "9223372036854775808 * * * *",
      'failed to parse int from 9223372036854775808: strconv.Atoi: parsing "9223372036854775808": value out of range',
    ],
    ["* * * *", "expected exactly 5 fields, found 4: [* * * *]"],
    ["0 * * * * *", "expected exactly 5 fields, found 6: [0 * * * * *]"],
    [" ", "expected exactly 5 fields, found 0: []"],
    ["@never", "unrecognized descriptor: @never"],
    ["@Daily", "unrecognized descriptor: @Daily"],
    ["@every", "unrecognized descriptor: @every"],
    ["@every 5", 'failed to parse duration @every 5: time: missing unit in duration "5"'],
    ["@every 5d", 'failed to parse duration @every 5d: time: unknown unit "d" in duration "5d"'],
    ["@every x", 'failed to parse duration @every x: time: invalid duration "x"'],
    ["@every ", 'failed to parse duration @every : time: invalid duration ""'],
  ])("%j", (schedule, problem) => {
    expect(refusals({ schedule })).toEqual([`spec.schedule: Invalid value: ${JSON.stringify(schedule)}: ${problem}`]);
  });

  it.each(["TZ=UTC 0 0 * * *", "CRON_TZ=Europe/Berlin @daily"])("%j, because zones have a field", (schedule) => {
    expect(refusals({ schedule })).toEqual([
      `spec.schedule: Invalid value: "${schedule}": cannot use TZ or CRON_TZ in schedule, use timeZone field instead`,
    ]);
  });

  it("for a prefix without a known zone, too", () => {
    expect(refusals({ schedule: "TZ=Mars 0 0 * * *" })[0]).toContain(
      "provided bad location Mars: unknown time zone Mars",
    );
    expect(refusals({ schedule: "TZ=UTC" })).toHaveLength(2);
  });

  it.each([
    "*/15 0-23/2 1,15 jan-MAR ?",
    "@hourly",
    "@every 1h30m",
    "@every 250ms",
    "0 0 31 2 *",
    "+5 * * * *",
    ", * * * *",
  ])("%j is not", (schedule) => {
    expect(refusals({ schedule })).toEqual([]);
  });

  const explicit = "timeZone must be an explicit time zone as defined in https://www.iana.org/time-zones";
  it.each([
    ["Europe/Nowhere", ["unknown time zone Europe/Nowhere"]],
    ["europe/berlin", ["unknown time zone europe/berlin"]],
    ["../etc/passwd", ["unknown time zone ../etc/passwd"]],
    ["Local", [explicit]],
    ["local", [explicit, "unknown time zone local"]],
    ["", ["timeZone must be nil or non-empty string"]],
    ["Africa/Cairo", []],
    ["US/Pacific", []],
    ["America/Argentina/ComodRivadavia", []],
  ])("by time zone: %j", (timeZone, problems) => {
    const field = `spec.timeZone: Invalid value: ${JSON.stringify(timeZone)}`;
    expect(refusals({ timeZone })).toEqual(problems.map((problem) => `${field}: ${problem}`));
  });
});

describe("schedules", () => {
  const next = (schedule: string, after: string, zone?: string) => {
    const atMs = parseCron(zone ? `TZ=${zone} ${schedule}` : schedule).next(Date.parse(after));
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
});
