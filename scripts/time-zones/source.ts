/** The time zone database of the package `moment-timezone`: names and changes of the offset until 2037. */
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";

export interface Change {
  atMs: number;
  /** Minutes east of UTC from then on. */
  offset: number;
}

export interface SourceZone {
  name: string;
  /** Minutes east of UTC before the first change. */
  firstOffset: number;
  changes: Change[];
}

export interface Source {
  /** The release of the database, such as 2026c. */
  version: string;
  zones: SourceZone[];
}

interface Packed {
  version: string;
  zones: string[];
  links: string[];
}

/** The database's name for "not set", which the package leaves out. Kubernetes accepts it. */
const PLACEHOLDER: SourceZone = { name: "Factory", firstOffset: 0, changes: [] };
const DIGITS = "0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

export function readSource(): Source {
  const path = createRequire(import.meta.url).resolve("moment-timezone/data/packed/latest.json");
  const packed = JSON.parse(readFileSync(path, "utf8")) as Packed;
  const zones = new Map(packed.zones.map((text) => unpack(text)).map((zone) => [zone.name, zone]));
  for (const link of packed.links) {
    const [target = "", alias = ""] = link.split("|");
    const zone = zones.get(target) ?? zones.get(alias);
    if (!zone) throw new Error(`${link} names no zone`);
    for (const name of [target, alias]) zones.set(name, { ...zone, name });
  }
  zones.set(PLACEHOLDER.name, PLACEHOLDER);
  return { version: packed.version, zones: [...zones.values()] };
}

/** `name|abbreviations|offsets|places of the offsets|minutes between changes`, numbers to the base of 60. */
function unpack(text: string): SourceZone {
  const [name = "", , offsetTexts = "", places = "", minutes = ""] = text.split("|");
  const offsets = offsetTexts.split(" ").map((offset) => 0 - base60(offset));
  const offsetAt = (i: number) => offsets[DIGITS.indexOf(places[i] ?? "0")] as number;
  let atMinutes = 0;
  const changes = minutes === "" ? [] : minutes.split(" ");
  return {
    name,
    firstOffset: offsetAt(0),
    changes: changes.map((gap, i) => {
      atMinutes += base60(gap);
      return { atMs: Math.round(atMinutes * 60) * 1000, offset: offsetAt(i + 1) };
    }),
  };
}

function base60(text: string): number {
  const [whole = "", fraction = ""] = text.replace("-", "").split(".");
  let value = 0;
  for (const digit of whole) value = value * 60 + DIGITS.indexOf(digit);
  [...fraction].forEach((digit, i) => {
    value += DIGITS.indexOf(digit) / 60 ** (i + 1);
  });
  return text.startsWith("-") ? -value : value;
}
