/**
 * Offsets of time zones from UTC by the rules in force today. Written out because runtimes bring different time zone
 * databases, and the same inputs must give the same cluster. Zones that are not listed are unknown.
 */

type Rule = "eu" | "us" | "au" | "nz";

const HOUR_MS = 3_600_000;
const DAY_MS = 24 * HOUR_MS;

/** Hours east of UTC in winter, the rule of their summer time, and the zones. */
const ZONES: readonly (readonly [hours: number, rule: Rule | undefined, names: string])[] = [
  [
    0,
    undefined,
    "UTC Etc/UTC GMT Etc/GMT UCT Zulu Universal Africa/Abidjan Africa/Accra Africa/Dakar Atlantic/Reykjavik",
  ],
  [0, "eu", "Europe/London Europe/Dublin Europe/Lisbon Atlantic/Canary GB WET"],
  [
    1,
    "eu",
    "Europe/Berlin Europe/Paris Europe/Madrid Europe/Rome Europe/Vienna Europe/Zurich Europe/Amsterdam Europe/Brussels Europe/Copenhagen Europe/Oslo Europe/Stockholm Europe/Prague Europe/Warsaw Europe/Budapest Europe/Belgrade Europe/Zagreb Europe/Ljubljana Europe/Bratislava Europe/Sarajevo Europe/Skopje Europe/Tirane Europe/Luxembourg Europe/Monaco Europe/Malta Europe/Andorra Europe/Vaduz Europe/San_Marino Europe/Vatican Europe/Podgorica Arctic/Longyearbyen CET MET Poland",
  ],
  [1, undefined, "Africa/Lagos Africa/Algiers Africa/Tunis Africa/Kinshasa Africa/Luanda Africa/Casablanca"],
  [
    2,
    "eu",
    "Europe/Athens Europe/Helsinki Europe/Kiev Europe/Kyiv Europe/Bucharest Europe/Sofia Europe/Riga Europe/Tallinn Europe/Vilnius Asia/Nicosia EET",
  ],
  [2, undefined, "Africa/Johannesburg Africa/Harare Africa/Maputo Africa/Khartoum Africa/Tripoli Europe/Kaliningrad"],
  [
    3,
    undefined,
    "Europe/Moscow Europe/Istanbul Europe/Minsk Africa/Nairobi Africa/Addis_Ababa Asia/Riyadh Asia/Baghdad Asia/Kuwait Asia/Qatar Turkey W-SU",
  ],
  [3.5, undefined, "Asia/Tehran Iran"],
  [4, undefined, "Asia/Dubai Asia/Baku Asia/Tbilisi Asia/Yerevan Europe/Samara Indian/Mauritius"],
  [4.5, undefined, "Asia/Kabul"],
  [5, undefined, "Asia/Karachi Asia/Tashkent Asia/Yekaterinburg Asia/Almaty Indian/Maldives"],
  [5.5, undefined, "Asia/Kolkata Asia/Calcutta Asia/Colombo"],
  [5.75, undefined, "Asia/Kathmandu Asia/Katmandu"],
  [6, undefined, "Asia/Dhaka Asia/Bishkek Asia/Omsk"],
  [6.5, undefined, "Asia/Yangon Asia/Rangoon"],
  [7, undefined, "Asia/Bangkok Asia/Jakarta Asia/Ho_Chi_Minh Asia/Saigon Asia/Novosibirsk Asia/Krasnoyarsk"],
  [
    8,
    undefined,
    "Asia/Shanghai Asia/Hong_Kong Asia/Singapore Asia/Taipei Asia/Manila Asia/Kuala_Lumpur Asia/Irkutsk Asia/Ulaanbaatar Australia/Perth PRC ROC Hongkong Singapore",
  ],
  [9, undefined, "Asia/Tokyo Asia/Seoul Asia/Pyongyang Asia/Yakutsk Japan ROK"],
  [9.5, undefined, "Australia/Darwin"],
  [9.5, "au", "Australia/Adelaide"],
  [10, undefined, "Australia/Brisbane Pacific/Guam Pacific/Port_Moresby Asia/Vladivostok"],
  [10, "au", "Australia/Sydney Australia/Melbourne Australia/Hobart Australia/Canberra"],
  [11, undefined, "Pacific/Noumea Pacific/Guadalcanal Asia/Magadan"],
  [12, undefined, "Pacific/Fiji Asia/Kamchatka"],
  [12, "nz", "Pacific/Auckland NZ"],
  [-1, undefined, "Atlantic/Cape_Verde"],
  [
    -3,
    undefined,
    "America/Sao_Paulo America/Argentina/Buenos_Aires America/Buenos_Aires America/Montevideo America/Bahia",
  ],
  [-3.5, "us", "America/St_Johns"],
  [-4, undefined, "America/Caracas America/La_Paz America/Puerto_Rico America/Manaus America/Santo_Domingo"],
  [-4, "us", "America/Halifax Atlantic/Bermuda"],
  [-5, undefined, "America/Bogota America/Lima America/Panama America/Jamaica America/Guayaquil EST Jamaica"],
  [-5, "us", "America/New_York America/Toronto America/Detroit US/Eastern Canada/Eastern EST5EDT"],
  [-6, undefined, "America/Mexico_City America/Costa_Rica America/Guatemala America/El_Salvador America/Regina"],
  [-6, "us", "America/Chicago America/Winnipeg US/Central Canada/Central CST6CDT"],
  [-7, undefined, "America/Phoenix US/Arizona MST"],
  [-7, "us", "America/Denver America/Edmonton US/Mountain Canada/Mountain MST7MDT Navajo"],
  [-8, "us", "America/Los_Angeles America/Vancouver America/Tijuana US/Pacific Canada/Pacific PST8PDT"],
  [-9, "us", "America/Anchorage US/Alaska"],
  [-10, undefined, "Pacific/Honolulu US/Hawaii HST"],
];

const zones = new Map(
  ZONES.flatMap(([hours, rule, names]) => names.split(" ").map((name) => [name, { hours, rule }] as const)),
);

/** How far the zone is ahead of UTC at an instant, ms; undefined if the zone is not known. `Etc/GMT+3` is west of UTC. */
export function zoneOffsetMs(name: string, atMs: number): number | undefined {
  const fixed = /^Etc\/GMT([+-]\d{1,2})$/.exec(name)?.[1];
  if (fixed !== undefined) return -Number(fixed) * HOUR_MS;
  const zone = zones.get(name);
  if (!zone) return undefined;
  const standardMs = zone.hours * HOUR_MS;
  return zone.rule && isSummer(zone.rule, atMs, standardMs) ? standardMs + HOUR_MS : standardMs;
}

function isSummer(rule: Rule, atMs: number, standardMs: number): boolean {
  const year = new Date(atMs + standardMs).getUTCFullYear();
  switch (rule) {
    case "eu":
      return atMs >= lastSunday(year, 2) + HOUR_MS && atMs < lastSunday(year, 9) + HOUR_MS;
    case "us":
      return atMs >= sunday(year, 2, 2) + 2 * HOUR_MS - standardMs && atMs < sunday(year, 10, 1) + HOUR_MS - standardMs;
    case "au":
      return (
        atMs >= sunday(year, 9, 1) + 2 * HOUR_MS - standardMs || atMs < sunday(year, 3, 1) + 2 * HOUR_MS - standardMs
      );
    case "nz":
      return (
        atMs >= lastSunday(year, 8) + 2 * HOUR_MS - standardMs || atMs < sunday(year, 3, 1) + 2 * HOUR_MS - standardMs
      );
  }
}

/** Midnight of the n-th Sunday of a month (0: January), as if in UTC. */
function sunday(year: number, month: number, n: number): number {
  const firstMs = Date.UTC(year, month, 1);
  return firstMs + (((7 - new Date(firstMs).getUTCDay()) % 7) + (n - 1) * 7) * DAY_MS;
}

function lastSunday(year: number, month: number): number {
  const lastMs = Date.UTC(year, month + 1, 0);
  return lastMs - new Date(lastMs).getUTCDay() * DAY_MS;
}
