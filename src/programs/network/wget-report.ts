/** Texts that wget prints about a transfer. */
import type { Answer } from "../../shell/question.ts";
import { headerName, statusText } from "./address.ts";

/** Lines of -S. */
export function serverResponse({ status, headers }: Answer & { type: "http" }): string {
  const lines = Object.entries(headers).map(([name, value]) => `  ${headerName(name)}: ${value}\n`);
  return `  HTTP/1.1 ${status} ${statusText(status)}\n${lines.join("")}`;
}

/** The end of a look with --spider. */
export function existsGnu({ headers, body }: Answer & { type: "http" }): string {
  const type = headers["content-type"]?.replace(/;.*/, "");
  const size = headers["content-length"] ?? String(body.length);
  const length = `Length: ${size}${type === undefined ? "" : ` [${type}]`}\n`;
  if (type !== "text/html") return `${length}Remote file exists.\n\n`;
  const further =
    "Remote file exists and could contain further links,\nbut recursion is disabled -- not retrieving.\n\n";
  return length + further;
}

const DOT_BYTES = 1024;
const DOTS_IN_ROW = 50;
/** Columns of the dots, with the gaps between groups of ten. */
const DOTS_WIDTH = 54;

/** A dot for each KiB, fifty in a row. */
export function dotsOf(bytes: number): string {
  const rowBytes = DOT_BYTES * DOTS_IN_ROW;
  const rows = Math.max(1, Math.ceil(bytes / rowBytes));
  return Array.from({ length: rows }, (_, row) => {
    const dots = ".".repeat(Math.min(DOTS_IN_ROW, Math.floor((bytes - row * rowBytes) / DOT_BYTES)));
    const groups = (dots.match(/.{1,10}/g) ?? []).join(" ").padEnd(DOTS_WIDTH);
    const done = row === rows - 1 ? 100 : Math.floor(((row + 1) * rowBytes * 100) / bytes);
    const percent = `${done}%`.padStart(4);
    return `${String(row * DOTS_IN_ROW).padStart(6)}K ${groups}${percent} 10.0M${row === rows - 1 ? "=0s" : " 0s"}`;
  }).join("\n");
}

const BAR = "*".repeat(32);

/** busybox's report of a transfer that has ended. */
export function busyboxReport(name: string, bytes: number, isTerminal: boolean): string {
  const size = bytes < 100_000 ? String(bytes) : `${Math.round(bytes / 1024)}k`;
  const line = `${isTerminal ? "\r" : ""}${name.slice(0, 20).padEnd(20)} 100% |${BAR}| ${size.padStart(5)}  0:00:00 ETA\n`;
  return name === "-"
    ? `writing to stdout\n${line}written to stdout\n`
    : `saving to '${name}'\n${line}'${name}' saved\n`;
}
