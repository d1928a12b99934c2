/** Redis' protocol on the wire: RESP2 and inline commands. */
import type { Bytes } from "../../../files/entry.ts";
import type { Reply } from "./store.ts";

/** Commands in the data of a client or of an append-only file. A command that is cut off is left out. */
export function parseCommands(data: Bytes): string[][] {
  const found: string[][] = [];
  let at = 0;
  while (at < data.length) {
    const end = data.indexOf("\n", at);
    if (end < 0) break;
    const line = data.slice(at, end).replace(/\r$/, "");
    at = end + 1;
    const [, count] = /^\*(\d+)$/.exec(line) ?? [];
    if (count === undefined) {
      if (line.trim() !== "") found.push(splitWords(line));
      continue;
    }
    const args: string[] = [];
    for (let i = 0; i < Number(count); i++) {
      const stop = data.indexOf("\n", at);
      const length = Number(/^\$(\d+)\r?$/.exec(data.slice(at, stop))?.[1] ?? Number.NaN);
      if (stop < 0 || Number.isNaN(length)) return found;
      args.push(data.slice(stop + 1, stop + 1 + length));
      at = stop + 1 + length + 2;
    }
    found.push(args);
  }
  return found;
}

export function toResp(reply: Reply): Bytes {
  if (reply === null) return "$-1\r\n";
  if (typeof reply === "number") return `:${reply}\r\n`;
  if (typeof reply === "string") return `$${reply.length}\r\n${reply}\r\n`;
  if (Array.isArray(reply)) return `*${reply.length}\r\n${reply.map(toResp).join("")}`;
  return "status" in reply ? `+${reply.status}\r\n` : `-${reply.error}\r\n`;
}

/** Words with quotes, as in redis-cli and in inline commands. */
export function splitWords(line: string): string[] {
  const words = line.match(/(?:"(?:\\.|[^"\\])*"|'[^']*'|[^\s"'])+/g) ?? [];
  return words.map((word) =>
    word.replace(/"((?:\\.|[^"\\])*)"|'([^']*)'/g, (_, double?: string, single?: string) =>
      double === undefined
        ? (single ?? "")
        : double.replace(/\\(.)/g, (__, letter: string) => ({ n: "\n", t: "\t", r: "\r" })[letter] ?? letter),
    ),
  );
}
