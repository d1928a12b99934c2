/** Texts of `mc`: sizes, times and tables. */

/** A size as `1.5 KiB`. */
export function binarySize(bytes: number): string {
  if (bytes < 10) return `${bytes} B`;
  const power = Math.min(Math.floor(Math.log2(bytes) / 10), 6);
  const value = Math.floor((bytes / 1024 ** power) * 10 + 0.5) / 10;
  return `${value.toFixed(power > 0 && value < 10 ? 1 : 0)} ${["B", "KiB", "MiB", "GiB", "TiB", "PiB", "EiB"][power]}`;
}

/** `2025-01-02 03:04:05 UTC` */
export const dateText = (atMs: number): string => `${new Date(atMs).toISOString().slice(0, 19).replace("T", " ")} UTC`;

/** A line of `mc ls`. */
export const listLine = (atMs: number, sizeBytes: number, rest: string): string =>
  `[${dateText(atMs)}] ${binarySize(sizeBytes).replace(" ", "").padStart(7)} ${rest}\n`;

/** A table with a frame. */
export function frame(rows: readonly (readonly string[])[]): string {
  const widths = (rows[0] ?? []).map((_, i) => Math.max(...rows.map((row) => row[i]?.length ?? 0)));
  const edge = (left: string, middle: string, right: string) =>
    `${left}${widths.map((width) => "─".repeat(width + 2)).join(middle)}${right}\n`;
  const lines = rows.map((row) => `│ ${row.map((cell, i) => cell.padEnd(widths[i] ?? 0)).join(" │ ")} │\n`);
  return edge("┌", "┬", "┐") + lines.join("") + edge("└", "┴", "┘");
}

/** `2 hours 5 minutes`, as `mc admin info` shows the time since the start. */
export function uptimeText(seconds: number): string {
  const units: [string, number][] = [
    ["day", Math.floor(seconds / 86_400)],
    ["hour", Math.floor(seconds / 3600) % 24],
    ["minute", Math.floor(seconds / 60) % 60],
  ];
  const shown = units.filter(([, count]) => count > 0);
  if (shown.length === 0) shown.push(["second", seconds]);
  return shown.map(([name, count]) => `${count} ${name}${count === 1 ? "" : "s"}`).join(" ");
}
