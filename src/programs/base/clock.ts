/** Calendar time in a time zone, and strftime(3) in the C locale. */
import { isTimeZone, zoneOffsetMs } from "../../lib/time-zones.ts";

export interface LocalTime {
  year: number;
  /** 0 to 11. */
  month: number;
  day: number;
  hour: number;
  minute: number;
  second: number;
  millisecond: number;
  /** 0 is Sunday. */
  weekday: number;
  /** 0 is January 1st. */
  yearDay: number;
  offsetMinutes: number;
  zoneName: string;
  atMs: number;
}

export const DAY_NAMES = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
export const MONTH_NAMES = [
  ...["January", "February", "March", "April", "May", "June", "July"],
  ...["August", "September", "October", "November", "December"],
];
const DAY_MS = 86_400_000;

/** The local time at an instant. `zone` is the value of TZ; absent or unknown: UTC. */
export function localTime(atMs: number, zone: string | undefined): LocalTime {
  const { offsetMs, zoneName } = zoneAt(zone, atMs);
  const date = new Date(atMs + offsetMs);
  const year = date.getUTCFullYear();
  return {
    year,
    month: date.getUTCMonth(),
    day: date.getUTCDate(),
    hour: date.getUTCHours(),
    minute: date.getUTCMinutes(),
    second: date.getUTCSeconds(),
    millisecond: date.getUTCMilliseconds(),
    weekday: date.getUTCDay(),
    yearDay: Math.floor((date.getTime() - Date.UTC(year, 0, 1)) / DAY_MS),
    offsetMinutes: offsetMs / 60_000,
    zoneName,
    atMs,
  };
}

/** The instant of a calendar time in a zone. Fields may exceed their ranges. */
export function instantOf(
  { year, month, day, hour, minute, second }: Pick<LocalTime, "year" | "month" | "day" | "hour" | "minute" | "second">,
  zone: string | undefined,
): number {
  const asUtc = Date.UTC(year, month, day, hour, minute, second);
  const guess = asUtc - zoneAt(zone, asUtc).offsetMs;
  return asUtc - zoneAt(zone, guess).offsetMs;
}

/** `UTC`, a name of the database, or POSIX' form `EST5EDT` (without its rule). */
function zoneAt(zone: string | undefined, atMs: number): { offsetMs: number; zoneName: string } {
  const name = zone?.replace(/^:/, "") ?? "";
  if (name === "" || name === "UTC" || name === "UTC0" || name === "Etc/UTC") return { offsetMs: 0, zoneName: "UTC" };
  if (isTimeZone(name)) {
    const offsetMs = zoneOffsetMs(name, atMs) ?? 0;
    return { offsetMs, zoneName: abbreviation(name, offsetMs) };
  }
  const posix = /^<?([A-Za-z+-]{3,})>?([+-]?)(\d{1,2})(?::(\d\d))?/.exec(name);
  if (!posix) return { offsetMs: 0, zoneName: /^[A-Za-z]{3,}/.exec(name)?.[0] ?? "UTC" };
  const [, zoneName = "", sign, hours, minutes = "0"] = posix;
  const west = (Number(hours) * 60 + Number(minutes)) * (sign === "-" ? -1 : 1);
  return { offsetMs: -west * 60_000, zoneName };
}

/** Abbreviations in use, by zone: standard time and summer time. Other zones show their offset, as zones without letters do. */
const ABBREVIATIONS: readonly [RegExp, Readonly<Record<number, string>>][] = [
  [/^Etc\/GMT$|^GMT$|^Africa\/Abidjan$/, { 0: "GMT" }],
  [/^Europe\/London$|^GB$/, { 0: "GMT", 60: "BST" }],
  [/^Europe\/Dublin$/, { 0: "GMT", 60: "IST" }],
  [/^Europe\/(Lisbon)$/, { 0: "WET", 60: "WEST" }],
  [/^Europe\/Moscow$/, { 180: "MSK" }],
  [/^Europe\/(Kiev|Kyiv|Athens|Helsinki|Bucharest|Sofia|Riga|Tallinn|Vilnius)$|^EET$/, { 120: "EET", 180: "EEST" }],
  [
    /^Europe\/(?!Istanbul|Minsk|Samara|Saratov|Volgograd|Ulyanovsk|Astrakhan)|^(CET|MET|Poland)$/,
    { 60: "CET", 120: "CEST" },
  ],
  [/^America\/(New_York|Detroit|Toronto)$|^US\/Eastern$|^EST5EDT$/, { [-300]: "EST", [-240]: "EDT" }],
  [/^America\/(Chicago|Winnipeg)$|^US\/Central$|^CST6CDT$/, { [-360]: "CST", [-300]: "CDT" }],
  [/^America\/(Denver|Boise|Edmonton|Phoenix)$|^US\/Mountain$|^MST7MDT$/, { [-420]: "MST", [-360]: "MDT" }],
  [/^America\/(Los_Angeles|Vancouver)$|^US\/Pacific$|^PST8PDT$/, { [-480]: "PST", [-420]: "PDT" }],
  [/^Asia\/(Kolkata|Calcutta)$/, { 330: "IST" }],
  [/^Asia\/(Shanghai|Taipei|Macau)$|^PRC$/, { 480: "CST" }],
  [/^Asia\/Hong_Kong$/, { 480: "HKT" }],
  [/^Asia\/Tokyo$|^Japan$/, { 540: "JST" }],
  [/^Asia\/Seoul$|^ROK$/, { 540: "KST" }],
  [/^Asia\/Jakarta$/, { 420: "WIB" }],
  [/^Australia\/(Sydney|Melbourne|Hobart|Canberra)$/, { 600: "AEST", 660: "AEDT" }],
  [/^Australia\/Brisbane$/, { 600: "AEST" }],
  [/^Africa\/(Cairo|Tripoli)$/, { 120: "EET", 180: "EEST" }],
  [/^Africa\/(Nairobi|Addis_Ababa|Dar_es_Salaam|Kampala)$/, { 180: "EAT" }],
  [/^Africa\/(Lagos|Kinshasa|Luanda)$/, { 60: "WAT" }],
  [/^Africa\/Johannesburg$/, { 120: "SAST" }],
];

function abbreviation(zone: string, offsetMs: number): string {
  const minutes = offsetMs / 60_000;
  const known = ABBREVIATIONS.find(([pattern]) => pattern.test(zone))?.[1][minutes];
  if (known) return known;
  const size = Math.abs(minutes);
  const rest = size % 60 === 0 ? "" : two(size % 60);
  return `${minutes < 0 ? "-" : "+"}${two(Math.floor(size / 60))}${rest}`;
}

function two(value: number): string {
  return String(value).padStart(2, "0");
}

/** Expands a format of date(1). Unknown sequences stay as they are. `nanoseconds` pads %N. */
export function formatTime(format: string, time: LocalTime): string {
  return format.replace(
    /%([-_0^#]*)(\d*)([EO]?)(:{0,3})([a-zA-Z%+])/g,
    (all, flags: string, width: string, _, colons: string, letter: string) => {
      const part =
        colons === "" ? PARTS[letter] : letter === "z" ? { text: zoneOffset(time, colons.length) } : undefined;
      if (!part) return all;
      const made = typeof part === "function" ? part(time) : part;
      return padded(made, flags, width);
    },
  );
}

interface Part {
  text: string;
  /** Width and filler of a number; absent: a word. */
  width?: number;
  fill?: "0" | " ";
  isFraction?: boolean;
}

function padded({ text, width = 0, fill, isFraction }: Part, flags: string, wanted: string): string {
  // The width of a fraction is its number of digits: `%3N` is milliseconds.
  if (isFraction && wanted !== "") return text.padEnd(Number(wanted), "0").slice(0, Number(wanted));
  let result = text;
  const filler = flags.includes("_") ? " " : flags.includes("0") ? "0" : (fill ?? " ");
  if (!flags.includes("-")) result = result.padStart(wanted === "" ? width : Number(wanted), filler);
  if (flags.includes("^")) result = result.toUpperCase();
  if (flags.includes("#")) result = result === result.toUpperCase() ? result.toLowerCase() : result.toUpperCase();
  return result;
}

const number = (value: number, width = 2, fill: "0" | " " = "0"): Part => ({ text: String(value), width, fill });
const word = (text: string): Part => ({ text });
const inner = (format: string) => (time: LocalTime) => word(formatTime(format, time));

const PARTS: Readonly<Record<string, (time: LocalTime) => Part>> = {
  "%": () => word("%"),
  n: () => word("\n"),
  t: () => word("\t"),
  a: ({ weekday }) => word(DAY_NAMES[weekday]!.slice(0, 3)),
  A: ({ weekday }) => word(DAY_NAMES[weekday]!),
  b: ({ month }) => word(MONTH_NAMES[month]!.slice(0, 3)),
  h: ({ month }) => word(MONTH_NAMES[month]!.slice(0, 3)),
  B: ({ month }) => word(MONTH_NAMES[month]!),
  c: inner("%a %b %e %H:%M:%S %Y"),
  C: ({ year }) => number(Math.floor(year / 100)),
  d: ({ day }) => number(day),
  D: inner("%m/%d/%y"),
  e: ({ day }) => number(day, 2, " "),
  F: inner("%Y-%m-%d"),
  g: (time) => number(isoWeek(time).year % 100),
  G: (time) => number(isoWeek(time).year, 4),
  H: ({ hour }) => number(hour),
  I: ({ hour }) => number(hour % 12 || 12),
  j: ({ yearDay }) => number(yearDay + 1, 3),
  k: ({ hour }) => number(hour, 2, " "),
  l: ({ hour }) => number(hour % 12 || 12, 2, " "),
  m: ({ month }) => number(month + 1),
  M: ({ minute }) => number(minute),
  N: ({ millisecond }) => ({ text: String(millisecond * 1_000_000).padStart(9, "0"), isFraction: true }),
  p: ({ hour }) => word(hour < 12 ? "AM" : "PM"),
  P: ({ hour }) => word(hour < 12 ? "am" : "pm"),
  q: ({ month }) => number(Math.floor(month / 3) + 1, 1),
  r: inner("%I:%M:%S %p"),
  R: inner("%H:%M"),
  s: ({ atMs }) => word(String(Math.floor(atMs / 1000))),
  S: ({ second }) => number(second),
  T: inner("%H:%M:%S"),
  u: ({ weekday }) => number(weekday || 7, 1),
  U: ({ yearDay, weekday }) => number(Math.floor((yearDay + 7 - weekday) / 7)),
  V: (time) => number(isoWeek(time).week),
  w: ({ weekday }) => number(weekday, 1),
  W: ({ yearDay, weekday }) => number(Math.floor((yearDay + 7 - ((weekday + 6) % 7)) / 7)),
  x: inner("%m/%d/%y"),
  X: inner("%H:%M:%S"),
  y: ({ year }) => number(year % 100),
  Y: ({ year }) => number(year, 1),
  z: (time) => word(zoneOffset(time, 0)),
  Z: ({ zoneName }) => word(zoneName),
  "+": inner("%a %b %e %H:%M:%S %Z %Y"),
};

function zoneOffset({ offsetMinutes }: LocalTime, colons: number): string {
  const sign = offsetMinutes < 0 ? "-" : "+";
  const minutes = Math.abs(offsetMinutes);
  const [hours, rest] = [two(Math.floor(minutes / 60)), two(Math.floor(minutes % 60))];
  if (colons === 0) return `${sign}${hours}${rest}`;
  if (colons === 1) return `${sign}${hours}:${rest}`;
  return colons === 2 ? `${sign}${hours}:${rest}:00` : `${sign}${hours}${rest === "00" ? "" : `:${rest}`}`;
}

function isoWeek({ year, yearDay, weekday }: LocalTime): { year: number; week: number } {
  const thursday = yearDay + 3 - ((weekday + 6) % 7);
  if (thursday < 0) return { year: year - 1, week: Math.floor((thursday + daysOf(year - 1)) / 7) + 1 };
  if (thursday >= daysOf(year)) return { year: year + 1, week: 1 };
  return { year, week: Math.floor(thursday / 7) + 1 };
}

function daysOf(year: number): number {
  return Math.round((Date.UTC(year + 1, 0, 1) - Date.UTC(year, 0, 1)) / DAY_MS);
}
