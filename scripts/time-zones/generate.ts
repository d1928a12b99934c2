/**
 * Writes src/lib/generated/time-zones.ts, the only table of time zones: validation and the CronJob controller read it.
 * Run it with `npm run time-zones` after another version of `moment-timezone` was installed; its output is committed.
 */
import { writeFileSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { renderTimeZones } from "./render.ts";
import { readSource } from "./source.ts";

const source = readSource();
const file = fileURLToPath(import.meta.resolve("../../src/lib/generated/time-zones.ts"));
writeFileSync(file, renderTimeZones(source));
console.log(`${source.zones.length} names of release ${source.version} in ${file}`);
