/** Durations as Go's time.ParseDuration reads them: `1h30m`, `-1.5s`, `250ms`. */

const UNITS_NS: ReadonlyMap<string, number> = new Map([
  ["ns", 1],
  ["us", 1e3],
  ["µs", 1e3],
  ["μs", 1e3],
  ["ms", 1e6],
  ["s", 1e9],
  ["m", 60e9],
  ["h", 3600e9],
]);
/** A duration is a signed 64-bit count of nanoseconds, about 292 years. */
const LONGEST_NS = 2 ** 63;
const PART = /^(\d*)(?:\.(\d*))?([^\d.]*)/;

export class GoDurationError extends Error {
  override name = "GoDurationError";
}

/** The duration in ms, with fractions. @throws GoDurationError with Go's words */
export function parseGoDuration(text: string): number {
  const invalid = () => new GoDurationError(`time: invalid duration ${quote(text)}`);
  const isNegative = text.startsWith("-");
  let rest = isNegative || text.startsWith("+") ? text.slice(1) : text;
  if (rest === "0") return 0;
  if (rest === "") throw invalid();
  let totalNs = 0;
  while (rest !== "") {
    const [part = "", whole = "", fraction = "", unit = ""] = PART.exec(rest) ?? [];
    if (whole === "" && fraction === "") throw invalid();
    if (unit === "") throw new GoDurationError(`time: missing unit in duration ${quote(text)}`);
    const unitNs = UNITS_NS.get(unit);
    if (unitNs === undefined) {
      throw new GoDurationError(`time: unknown unit ${quote(unit)} in duration ${quote(text)}`);
    }
    totalNs += Number(`${whole || "0"}.${fraction || "0"}`) * unitNs;
    if (totalNs >= LONGEST_NS) throw invalid();
    rest = rest.slice(part.length);
  }
  return (isNegative ? -totalNs : totalNs) / 1e6;
}

/** The time package's own quoting: bytes outside of printable ASCII as `\xNN`. */
function quote(text: string): string {
  const bytes = [...new TextEncoder().encode(text)].map((byte) => {
    if (byte < 0x20 || byte > 0x7e) return `\\x${byte.toString(16).padStart(2, "0")}`;
    const character = String.fromCharCode(byte);
    return character === '"' || character === "\\" ? `\\${character}` : character;
  });
  return `"${bytes.join("")}"`;
}
