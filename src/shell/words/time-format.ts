/** strftime(3) in the C locale. Time zones: UTC, and `TZ=UTC±h` as POSIX writes them. */

const DAYS = ["Sunday", "Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday"];
const MONTHS = [
  "January",
  "February",
  "March",
  "April",
  "May",
  "June",
  "July",
  "August",
  "September",
  "October",
  "November",
  "December",
];
const DAY_MS = 86_400_000;

const two = (value: number) => String(value).padStart(2, "0");

export function formatTime(atMs: number, format: string, timeZone?: string): string {
  const zone = zoneOf(timeZone);
  const date = new Date(atMs + zone.offsetMinutes * 60_000);
  return format.replace(/%([-_0^#]?)([a-zA-Z%+])/g, (all, flag: string, letter: string) => {
    const text = conversion(letter, date, atMs, zone);
    if (text === undefined) return all;
    if (flag === "-") return text.replace(/^0+(?=\d)/, "");
    if (flag === "_") return text.replace(/^0+(?=\d)/, (zeros) => " ".repeat(zeros.length));
    return flag === "^" ? text.toUpperCase() : text;
  });
}

interface Zone {
  name: string;
  offsetMinutes: number;
}

function zoneOf(text: string | undefined): Zone {
  const [, name, sign, hours, minutes] = /^([A-Za-z]{3,})([-+]?)(\d{1,2})(?::(\d{2}))?$/.exec(text ?? "") ?? [];
  if (name === undefined) return { name: "UTC", offsetMinutes: 0 };
  const size = Number(hours) * 60 + Number(minutes ?? 0);
  return { name, offsetMinutes: sign === "-" ? size : -size };
}

function conversion(letter: string, date: Date, atMs: number, zone: Zone): string | undefined {
  const again = (format: string) => formatTime(date.getTime(), format);
  const [year, month, day] = [date.getUTCFullYear(), date.getUTCMonth(), date.getUTCDate()];
  const hour = date.getUTCHours();
  const dayOfYear = Math.floor((Date.UTC(year, month, day) - Date.UTC(year, 0, 1)) / DAY_MS) + 1;
  const weekDay = date.getUTCDay();
  switch (letter) {
    case "Y":
      return String(year);
    case "C":
      return two(Math.floor(year / 100));
    case "y":
      return two(year % 100);
    case "m":
      return two(month + 1);
    case "d":
      return two(day);
    case "e":
      return String(day).padStart(2);
    case "j":
      return String(dayOfYear).padStart(3, "0");
    case "H":
      return two(hour);
    case "k":
      return String(hour).padStart(2);
    case "I":
      return two(hour % 12 || 12);
    case "l":
      return String(hour % 12 || 12).padStart(2);
    case "M":
      return two(date.getUTCMinutes());
    case "S":
      return two(date.getUTCSeconds());
    case "N":
      return `${String(date.getUTCMilliseconds()).padStart(3, "0")}000000`;
    case "p":
      return hour < 12 ? "AM" : "PM";
    case "P":
      return hour < 12 ? "am" : "pm";
    case "A":
      return DAYS[weekDay];
    case "a":
      return DAYS[weekDay]!.slice(0, 3);
    case "B":
      return MONTHS[month];
    case "b":
    case "h":
      return MONTHS[month]!.slice(0, 3);
    case "u":
      return String(weekDay || 7);
    case "w":
      return String(weekDay);
    case "U":
      return two(Math.floor((dayOfYear + 6 - weekDay) / 7));
    case "W":
      return two(Math.floor((dayOfYear + 6 - ((weekDay + 6) % 7)) / 7));
    case "s":
      return String(Math.floor(atMs / 1000));
    case "z":
      return `${zone.offsetMinutes < 0 ? "-" : "+"}${two(Math.floor(Math.abs(zone.offsetMinutes) / 60))}${two(Math.abs(zone.offsetMinutes) % 60)}`;
    case "Z":
      return zone.name;
    case "n":
      return "\n";
    case "t":
      return "\t";
    case "%":
      return "%";
    case "F":
      return again("%Y-%m-%d");
    case "T":
    case "X":
      return again("%H:%M:%S");
    case "R":
      return again("%H:%M");
    case "r":
      return again("%I:%M:%S %p");
    case "D":
    case "x":
      return again("%m/%d/%y");
    case "c":
      return again("%a %b %e %H:%M:%S %Y");
    default:
      return isoWeek(letter, date);
  }
}

function isoWeek(letter: string, date: Date): string | undefined {
  if (!"GgV".includes(letter)) return undefined;
  const thursday = new Date(date.getTime() + (4 - (date.getUTCDay() || 7)) * DAY_MS);
  const year = thursday.getUTCFullYear();
  const week = Math.floor((thursday.getTime() - Date.UTC(year, 0, 1)) / (7 * DAY_MS)) + 1;
  return letter === "V" ? two(week) : letter === "G" ? String(year) : two(year % 100);
}
