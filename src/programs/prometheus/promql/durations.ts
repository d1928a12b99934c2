/**
 * Durations as Prometheus reads and prints them: `1h30m`, `5m`, `1d`.
 * Source: github.com/prometheus/common model/time.go
 */
const UNITS: readonly (readonly [name: string, ms: number])[] = [
  ["y", 365 * 24 * 3600_000],
  ["w", 7 * 24 * 3600_000],
  ["d", 24 * 3600_000],
  ["h", 3600_000],
  ["m", 60_000],
  ["s", 1000],
  ["ms", 1],
];

const FORM = /^(?:(\d+)y)?(?:(\d+)w)?(?:(\d+)d)?(?:(\d+)h)?(?:(\d+)m(?!s))?(?:(\d+)s)?(?:(\d+)ms)?$/;

/** In ms; undefined if the text is no duration. */
export function parseDuration(text: string): number | undefined {
  if (text === "0") return 0;
  const found = text === "" ? null : FORM.exec(text);
  if (!found) return undefined;
  return UNITS.reduce((sum, [, ms], i) => sum + Number(found[i + 1] ?? 0) * ms, 0);
}

/** Years and weeks are printed only if nothing remains. */
export function formatDuration(ms: number): string {
  if (ms === 0) return "0s";
  let [rest, printed] = [Math.round(ms), ""];
  for (const [name, unitMs] of UNITS) {
    const isExactOnly = name === "y" || name === "w";
    if (isExactOnly && rest % unitMs !== 0) continue;
    const count = Math.floor(rest / unitMs);
    if (count > 0) printed += `${count}${name}`;
    rest -= count * unitMs;
  }
  return printed;
}
