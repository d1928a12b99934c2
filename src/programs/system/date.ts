/** date. */

import { FileError } from "../../files/errors.ts";
import { tool, UsageError } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { parseDate } from "../base/dates.ts";
import { fileProblem, quoted } from "../base/messages.ts";
import { readOptions } from "../base/options.ts";
import { linesOf } from "../text/fields.ts";

const RULES = {
  short: "d:f:hI::r:Rs:u",
  long: {
    date: "d",
    debug: "-",
    file: "f",
    "iso-8601": "I",
    reference: "r",
    resolution: "-",
    "rfc-email": "R",
    "rfc-2822": "R",
    "rfc-3339": ":",
    set: "s",
    universal: "u",
    utc: "u",
    uct: "u",
  },
};

const DEFAULT_FORMAT = "%a %b %e %H:%M:%S %Z %Y";
const ISO_FORMATS: Readonly<Record<string, string>> = {
  "": "%Y-%m-%d",
  date: "%Y-%m-%d",
  hours: "%Y-%m-%dT%H%:z",
  minutes: "%Y-%m-%dT%H:%M%:z",
  seconds: "%Y-%m-%dT%H:%M:%S%:z",
  ns: "%Y-%m-%dT%H:%M:%S,%N%:z",
};
const RFC_3339_FORMATS: Readonly<Record<string, string>> = {
  date: "%Y-%m-%d",
  seconds: "%Y-%m-%d %H:%M:%S%:z",
  ns: "%Y-%m-%d %H:%M:%S.%N%:z",
};

export const date = tool((call) => {
  const options = readOptions(call, call.flavour === "gnu" ? RULES : { ...RULES, short: `D:${RULES.short}` });
  const { nowMs, env, files } = call.process;
  const isGnu = call.flavour === "gnu";
  const zone = options.has("u") ? "UTC" : env.TZ;
  const format = formatOf(call.flavour, options);
  if (options.has("s")) {
    const text = options.value("s") ?? "";
    const at = isGnu ? parseDate(text, nowMs, zone) : parseBusyboxDate(text, options.value("D"), nowMs, zone);
    if (at === undefined || Number.isNaN(new Date(at).getTime()))
      throw new UsageError(isGnu ? `invalid date ${quoted(text)}` : `invalid date '${text}'`, { hasHint: false });
    // The clock is the node's. Its time service sets it right again, so a change would not be seen.
    const maySet = call.process.credentials.capabilities.includes("SYS_TIME");
    if (!maySet) call.warn(`date: ${isGnu ? "cannot" : "can't"} set date: Operation not permitted\n`);
    call.print(`${formatTime(format, localTime(at, zone))}\n`);
    return maySet ? 0 : 1;
  }
  if (options.has("f")) {
    let status = 0;
    for (const line of linesOf(call.read(options.value("f")!))) {
      const at = parseDate(line, nowMs, zone);
      if (at === undefined) {
        call.warn(`date: invalid date ${quoted(line)}\n`);
        status = 1;
      } else call.print(`${formatTime(format, localTime(at, zone))}\n`);
    }
    return status;
  }
  let atMs: number | undefined = nowMs;
  const reference = options.value("r");
  const text = options.value("d");
  if (reference !== undefined) {
    try {
      atMs =
        !isGnu || !/^\d+$/.test(reference)
          ? files.stat(call.path(reference)).modifiedAtMs
          : files.stat(call.path(reference)).modifiedAtMs;
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      call.warn(`date: ${isGnu ? reference : `can't stat '${reference}'`}: ${fileProblem(error)}\n`);
      return 1;
    }
  }
  if (text !== undefined) {
    const shape = options.value("D");
    atMs = isGnu ? parseDate(text, nowMs, zone) : parseBusyboxDate(text, shape, nowMs, zone);
    if (Number.isNaN(atMs)) atMs = undefined;
    if (atMs !== undefined && Number.isNaN(new Date(atMs).getTime()))
      throw new UsageError(`time ${quoted(String(Math.floor(atMs / 1000)))} is out of range`, { hasHint: false });
    if (atMs === undefined)
      throw new UsageError(isGnu ? `invalid date ${quoted(text)}` : `invalid date '${text}'`, { hasHint: false });
  }
  call.print(`${formatTime(format, localTime(atMs, zone))}\n`);
  return 0;
});

function formatOf(flavour: "gnu" | "busybox", options: ReturnType<typeof readOptions>): string {
  const [operand, extra] = options.operands;
  if (extra !== undefined)
    throw new UsageError(flavour === "gnu" ? `extra operand ${quoted(extra)}` : `invalid date '${operand}'`);
  if (operand !== undefined && !operand.startsWith("+")) {
    throw new UsageError(`invalid date ${quoted(operand)}`, { hasHint: false });
  }
  if (operand !== undefined) return flavour === "busybox" ? operand.slice(1).replaceAll("%N", "%%N") : operand.slice(1);
  if (options.has("R")) return "%a, %d %b %Y %H:%M:%S %z";
  if (options.has("rfc-3339")) {
    const format = RFC_3339_FORMATS[options.value("rfc-3339") ?? ""];
    if (!format)
      throw new UsageError(`invalid argument ${quoted(options.value("rfc-3339") ?? "")} for ${quoted("--rfc-3339")}`);
    return format;
  }
  if (options.has("I")) {
    const format = isoFormat(options.value("I") ?? "");
    if (!format)
      throw new UsageError(`invalid argument ${quoted(options.value("I") ?? "")} for ${quoted("--iso-8601")}`);
    return flavour === "busybox" ? format.replace("%:z", "%:z") : format;
  }
  return DEFAULT_FORMAT;
}

function isoFormat(text: string): string | undefined {
  const name = Object.keys(ISO_FORMATS).find((known) => (text === "" ? known === "" : known.startsWith(text)));
  return name === undefined ? undefined : ISO_FORMATS[name];
}

/** busybox reads few forms: `@seconds`, `hh:mm[:ss]`, `YYYY-MM-DD [hh:mm[:ss]]`, `MM.DD-hh:mm[:ss]`, digits; or by -D. */
function parseBusyboxDate(
  text: string,
  shape: string | undefined,
  nowMs: number,
  zone: string | undefined,
): number | undefined {
  if (shape !== undefined) return parseByShape(text, shape, nowMs, zone);
  if (/^@-?\d+$/.test(text)) return parseDate(text, nowMs, zone);
  if (/^\d{4}-\d\d?-\d\d?([ T]\d\d?:\d\d(:\d\d)?)?( UTC)?Z?$/.test(text) || /^\d\d?:\d\d(:\d\d)?$/.test(text))
    return parseDate(text.replace("T", " "), nowMs, zone);
  const dotted = /^(?:(\d{4})\.)?(\d\d)\.(\d\d)-(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  const year = new Date(nowMs).getUTCFullYear();
  if (dotted)
    return parseDate(
      `${dotted[1] ?? year}-${dotted[2]}-${dotted[3]} ${dotted[4]}:${dotted[5]}:${dotted[6] ?? "00"}`,
      nowMs,
      zone,
    );
  const digits = /^(\d{4})?(\d\d)(\d\d)(\d\d)(\d\d)(?:\.(\d\d))?$/.exec(text);
  return digits
    ? parseDate(
        `${digits[1] ?? year}-${digits[2]}-${digits[3]} ${digits[4]}:${digits[5]}:${digits[6] ?? "00"}`,
        nowMs,
        zone,
      )
    : undefined;
}

/** As strptime(3), the conversions in use. */
function parseByShape(text: string, shape: string, nowMs: number, zone: string | undefined): number | undefined {
  if (shape === "%s") return /^\d+$/.test(text) ? Number(text) * 1000 : undefined;
  const parts: string[] = [];
  const patterns: Record<string, string> = {
    Y: "(\\d{4})",
    m: "(\\d\\d?)",
    d: "(\\d\\d?)",
    e: "\\s*(\\d\\d?)",
    H: "(\\d\\d?)",
    M: "(\\d\\d?)",
    S: "(\\d\\d?)",
    b: "([A-Za-z]{3})",
    a: "[A-Za-z]{3}",
    Z: "[A-Z]+",
    z: "([+-]\\d{4})",
    j: "(\\d{1,3})",
  };
  const expanded = shape.replaceAll("%T", "%H:%M:%S").replaceAll("%F", "%Y-%m-%d").replaceAll("%R", "%H:%M");
  const pattern = expanded.replace(/%([A-Za-z])|([.*+?^${}()|[\]\\/])/g, (_all, letter?: string, special?: string) => {
    if (special !== undefined) return `\\${special}`;
    if (letter !== "a" && letter !== "Z") parts.push(letter!);
    return patterns[letter!] ?? "";
  });
  const match = new RegExp(`^${pattern}`).exec(text);
  if (!match) return undefined;
  const field = (name: string, fallback: string) => match[parts.indexOf(name) + 1] ?? fallback;
  const has = (name: string) => parts.includes(name);
  const now = localTime(nowMs, zone);
  const day = has("d") ? field("d", "1") : has("e") ? field("e", "1") : String(now.day);
  const month = has("b") ? field("b", "Jan") : has("m") ? field("m", "1") : String(now.month + 1);
  const year = has("Y") ? field("Y", "1970") : String(now.year);
  const time = `${has("H") ? field("H", "0") : "0"}:${(has("M") ? field("M", "0") : "0").padStart(2, "0")}:${(has("S") ? field("S", "0") : "0").padStart(2, "0")}`;
  const zoneText = has("z") ? ` ${field("z", "+0000")}` : "";
  return parseDate(
    has("b") ? `${day} ${month} ${year} ${time}${zoneText}` : `${year}-${month}-${day} ${time}${zoneText}`,
    nowMs,
    zone,
  );
}
