/** The lines of the log that one round of a loop prints. */
import type { Written } from "../../programs/rounds.ts";
import { lineBytes, MAX_LINE_BYTES } from "./log.ts";

interface RoundLines {
  /** Stream and text of each line, as the log stores them. */
  lines: [1 | 2, string][];
  /** Octets that they count in the log. */
  bytes: number;
}

/** Undefined if a write does not end with a newline, or if a line is so long that the log cuts it. */
export function linesOfRound(written: readonly Written[]): RoundLines | undefined {
  const lines: [1 | 2, string][] = [];
  let bytes = 0;
  for (const { target, data } of written) {
    if (target.type === "file" || data === "") continue;
    if (!data.endsWith("\n")) return undefined;
    for (const text of data.slice(0, -1).split("\n")) {
      if (text.length > MAX_LINE_BYTES) return undefined;
      lines.push([target.type === "stdout" ? 1 : 2, text]);
      bytes += lineBytes(text);
    }
  }
  return { lines, bytes };
}
