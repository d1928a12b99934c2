import { readFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import fc from "fast-check";
import { describe, expect, it } from "vitest";
import { renderTimeZones } from "../../scripts/time-zones/render.ts";
import { readSource } from "../../scripts/time-zones/source.ts";
import { parseCron } from "../../src/lib/cron.ts";
import { TIME_ZONE_RELEASE } from "../../src/lib/generated/time-zones.ts";
import { isTimeZone, timeZoneNames, zoneOffsetMs } from "../../src/lib/time-zones.ts";

const DAY_MS = 86_400_000;
const START_MS = Date.UTC(2025, 0, 1);
/** The last year with changes in the package. */
const END_MS = Date.UTC(2038, 0, 1);
const GENERATED = fileURLToPath(import.meta.resolve("../../src/lib/generated/time-zones.ts"));
/** Zones whose changes depend on Ramadan, so that no yearly rule exists after the listed changes. */
const WITHOUT_RULE = ["Asia/Gaza", "Asia/Hebron"];

/** The runtime's own time zone database. */
function oracle(zone: string): (atMs: number) => number {
  const format = new Intl.DateTimeFormat("en-US", { timeZone: zone, timeZoneName: "longOffset" });
  return (atMs) => {
    const text = format.formatToParts(atMs).find(({ type }) => type === "timeZoneName")?.value ?? "";
    const [, sign, hours, minutes] = /GMT(?:([+-])(\d\d):(\d\d))?/.exec(text) ?? [];
    return sign === undefined ? 0 : (sign === "-" ? -1 : 1) * (Number(hours) * 60 + Number(minutes)) * 60_000;
  };
}

describe("the table of time zones", () => {
  it("equals the output of `npm run time-zones`", () => {
    expect(readFileSync(GENERATED, "utf8")).toBe(renderTimeZones(readSource()));
  });

  it("has every change that its source lists, at the exact instant", () => {
    const wrong = readSource().zones.flatMap(({ name, changes }) =>
      changes
        .filter(({ atMs }) => atMs >= START_MS)
        .flatMap(({ atMs, offset }, i) => {
          const before = changes[changes.findIndex((change) => change.atMs === atMs) - 1]?.offset;
          const isRight = zoneOffsetMs(name, atMs) === offset * 60_000;
          const wasRight = before === undefined || zoneOffsetMs(name, atMs - 1) === before * 60_000;
          return isRight && wasRight ? [] : [`${name} ${i} ${new Date(atMs).toISOString()}`];
        }),
    );
    expect(wrong).toEqual([]);
  });

  it("has every name of the runtime, and no other spelling of a name", () => {
    expect(Intl.supportedValuesOf("timeZone").filter((name) => !isTimeZone(name))).toEqual([]);
    const others = ["Europe/Nowhere", "europe/berlin", "EUROPE/BERLIN", "Berlin", "Local", "", "utc", "Europe/Berlin "];
    expect(others.filter(isTimeZone)).toEqual([]);
  });

  it.each([
    ["Africa/Casablanca", "2026-12-01", 0],
    ["America/Vancouver", "2026-12-01", -7],
    ["America/Edmonton", "2026-12-01", -6],
    ["Africa/Cairo", "2026-07-01", 3],
    ["Africa/Cairo", "2026-12-01", 2],
    ["Asia/Kathmandu", "2026-12-01", 5.75],
    ["Australia/Lord_Howe", "2026-07-01", 10.5],
    ["America/Nuuk", "2026-07-01", -1],
  ])("%s on %s: UTC%d", (name, day, hours) => {
    expect(zoneOffsetMs(name, Date.parse(day))).toBe(hours * 3_600_000);
  });

  it.skipIf(process.versions.tz !== TIME_ZONE_RELEASE)(
    "agrees with the runtime's, far beyond the listed changes",
    () => {
      const wrong: string[] = [];
      for (const name of timeZoneNames().filter((zone) => zone !== "Factory")) {
        const offsetMs = oracle(name);
        const endMs = WITHOUT_RULE.includes(name) ? END_MS : Date.UTC(2050, 0, 1);
        for (let atMs = START_MS; atMs < endMs; atMs += 17.3 * DAY_MS) {
          if (offsetMs(atMs) !== zoneOffsetMs(name, atMs)) wrong.push(`${name} ${new Date(atMs).toISOString()}`);
        }
      }
      expect(wrong).toEqual([]);
    },
  );
});

describe("a schedule in any zone", () => {
  it("always moves forward, also across clock changes", () => {
    const field = (max: number) => fc.oneof(fc.constant("*"), fc.integer({ min: 0, max }).map(String));
    fc.assert(
      fc.property(
        fc.constantFrom(...timeZoneNames()),
        fc.tuple(field(59), field(23)),
        fc.integer({ min: START_MS, max: END_MS }),
        (zone, [minute, hour], fromMs) => {
          const schedule = parseCron(`TZ=${zone} ${minute} ${hour} * * *`);
          let atMs = fromMs;
          for (let i = 0; i < 5; i++) {
            const next = schedule.next(atMs) as number;
            expect(next).toBeGreaterThan(atMs);
            const wall = new Date(next + (zoneOffsetMs(zone, next) as number));
            if (minute !== "*") expect(wall.getUTCMinutes()).toBe(Number(minute));
            atMs = next;
          }
        },
      ),
      { numRuns: 500 },
    );
  });
});
