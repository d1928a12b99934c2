/** memcached: its text protocol, with expiry. Values are lost when the process ends. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { flagOf, server } from "../server.ts";

const MEMCACHED_PORT = 11_211;
/** Larger expiry times are dates. */
const MAX_RELATIVE_SECONDS = 60 * 60 * 24 * 30;

function versionOf({ env }: ProcessView): string {
  return env["MEMCACHED_VERSION"] ?? "1.6.40";
}

const serving = server({
  ports: ({ argv }) => [Number(flagOf(argv, "p", "port") ?? MEMCACHED_PORT)],
  inUse: () => "failed to listen on TCP port 11211: Address already in use",
  raw: (process, { data = "" }) => {
    const output = respond(process, data);
    return { type: "connected", data: output, afterMs: 1 };
  },
  memoryBytes: ({ state }) => 3_000_000 + JSON.stringify(state["items"] ?? {}).length,
});

export const memcached: Program = {
  ...serving,
  run(process) {
    if (!process.argv.includes("-V") && !process.argv.includes("--version")) return serving.run(process);
    printLines(process, 1, [`memcached ${versionOf(process)}`]);
    return { type: "exit", status: 0 };
  },
};

/** Puts memcached in front of flags. */
export const memcachedEntrypoint: Program = {
  run({ argv }): Step {
    const [first = "memcached", ...rest] = argv.slice(1);
    return { type: "exec", argv: first.startsWith("-") ? ["memcached", first, ...rest] : [first, ...rest] };
  },
};

function itemsOf({ state }: ProcessView): JsonObject {
  if (!isJsonObject(state["items"])) state["items"] = {};
  return state["items"] as JsonObject;
}

interface Item {
  value: string;
  flags: string;
  /** 0: never. */
  expiresAtMs: number;
}

function find(process: ProcessView, key: string): Item | undefined {
  const items = itemsOf(process);
  const item = Object.hasOwn(items, key) ? (items[key] as unknown as Item) : undefined;
  if (!item || item.expiresAtMs === 0 || item.expiresAtMs > process.nowMs) return item;
  delete items[key];
  return undefined;
}

function respond(process: ProcessView, data: string): string {
  let output = "";
  for (let rest = data; rest !== ""; ) {
    const newline = rest.indexOf("\n");
    const line = newline < 0 ? rest : rest.slice(0, newline);
    rest = newline < 0 ? "" : rest.slice(newline + 1);
    const [command = "", ...words] = line.trim().split(/\s+/);
    if (command === "quit") return output;
    if (/^(set|add|replace|append|prepend)$/.test(command)) {
      const size = Number(words[3]);
      const value = rest.slice(0, size);
      rest = rest.slice(size).replace(/^\r?\n/, "");
      const result = Number.isInteger(size) && value.length === size ? store(process, command, words, value) : "ERROR";
      if (words[4] !== "noreply") output += `${result}\r\n`;
    } else if (command !== "") output += plain(process, command, words);
  }
  return output;
}

function store(
  process: ProcessView,
  command: string,
  [key = "", flags = "0", expiry = "0"]: readonly string[],
  value: string,
): string {
  const known = find(process, key);
  if ((command === "add" && known) || (/^(replace|append|prepend)$/.test(command) && !known)) return "NOT_STORED";
  const seconds = Number(expiry);
  const expiresAtMs =
    seconds === 0 ? 0 : seconds > MAX_RELATIVE_SECONDS ? seconds * 1000 : process.nowMs + seconds * 1000;
  const whole =
    command === "append" ? (known?.value ?? "") + value : command === "prepend" ? value + (known?.value ?? "") : value;
  Object.defineProperty(itemsOf(process), key, {
    value: { value: whole, flags, expiresAtMs },
    enumerable: true,
    writable: true,
    configurable: true,
  });
  return "STORED";
}

function plain(process: ProcessView, command: string, words: readonly string[]): string {
  const [key = "", amount = ""] = words;
  switch (command) {
    case "get":
    case "gets":
      return `${words
        .map((each) => {
          const item = find(process, each);
          return item
            ? `VALUE ${each} ${item.flags} ${item.value.length}${command === "gets" ? " 1" : ""}\r\n${item.value}\r\n`
            : "";
        })
        .join("")}END\r\n`;
    case "delete": {
      const exists = find(process, key) !== undefined;
      delete itemsOf(process)[key];
      return exists ? "DELETED\r\n" : "NOT_FOUND\r\n";
    }
    case "incr":
    case "decr": {
      const item = find(process, key);
      if (!item) return "NOT_FOUND\r\n";
      if (!/^\d+$/.test(item.value)) return "CLIENT_ERROR cannot increment or decrement non-numeric value\r\n";
      const next = Math.max(0, Number(item.value) + (command === "incr" ? Number(amount) : -Number(amount)));
      item.value = String(next);
      return `${next}\r\n`;
    }
    case "touch":
      return find(process, key) ? "TOUCHED\r\n" : "NOT_FOUND\r\n";
    case "flush_all":
      process.state["items"] = {};
      return "OK\r\n";
    case "version":
      return `VERSION ${versionOf(process)}\r\n`;
    case "stats":
      return `STAT pid ${process.pid}\r\nSTAT version ${versionOf(process)}\r\nSTAT curr_items ${Object.keys(itemsOf(process)).length}\r\nSTAT limit_maxbytes 67108864\r\nEND\r\n`;
    default:
      return "ERROR\r\n";
  }
}
