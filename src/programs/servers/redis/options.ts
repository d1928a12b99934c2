/** Options of redis-server: from its file, its command line and `CONFIG SET`. */
import type { ProcessView } from "../../../shell/program.ts";

/** Options of the file and of the command line, by name. */
export function optionsOf({ argv, files, state }: ProcessView): Record<string, string> {
  const isSentinel = state["isSentinel"] === true;
  const options: Record<string, string> = {
    dir: "/data",
    dbfilename: "dump.rdb",
    appendonly: "no",
    save: "3600 1 300 100 60 10000",
    maxmemory: "0",
    "maxmemory-policy": "noeviction",
    bind: "* -::*",
    port: "6379",
    requirepass: "",
    timeout: "0",
    databases: "16",
    loglevel: "notice",
    maxclients: "10000",
    appendfsync: "everysec",
    "enable-debug-command": "no",
    "replica-serve-stale-data": "yes",
    "notify-keyspace-events": "",
  };
  // A sentinel has a port of its own.
  if (isSentinel) options["port"] = "26379";
  const [, first, ...rest] = argv;
  const isFile = first !== undefined && !first.startsWith("-");
  if (isFile) {
    for (const line of files.read(first).split("\n")) {
      const [, name, value] = /^\s*([a-z-]+)\s+(.*?)\s*$/.exec(line) ?? [];
      // Lines of a sentinel belong together.
      if (name === "sentinel") options[name] = [options[name], value].filter(Boolean).join("\n");
      else if (name && value !== undefined) options[name] = value.replace(/^"(.*)"$/, "$1");
    }
  }
  const words = isFile ? rest : argv.slice(1);
  for (let i = 0; i < words.length; i++) {
    const name = /^--([a-z-]+)$/.exec(words[i] ?? "")?.[1];
    if (name === undefined) continue;
    const values: string[] = [];
    while (i + 1 < words.length && !words[i + 1]?.startsWith("--")) values.push(words[++i] ?? "");
    options[name] = values.join(" ");
  }
  for (const name of MEMORY_OPTIONS) options[name] = memoryOf(options[name] ?? "");
  return options;
}

/** Options that are sizes: `CONFIG GET` shows them in bytes. */
export const MEMORY_OPTIONS = new Set(["maxmemory"]);
const MEMORY_UNITS: Record<string, number> = {
  "": 1,
  b: 1,
  k: 1000,
  kb: 1024,
  m: 1e6,
  mb: 1024 ** 2,
  g: 1e9,
  gb: 1024 ** 3,
};

/** `2mb` in bytes, as redis.conf counts: `m` is a million, `mb` 1024 times 1024. */
export function memoryOf(text: string): string {
  const [, count, unit = ""] = /^(\d+)(\w*)$/.exec(text) ?? [];
  const factor = MEMORY_UNITS[unit.toLowerCase()];
  return count === undefined || factor === undefined ? text : String(Number(count) * factor);
}
