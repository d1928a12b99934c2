/** The answer to INFO. */
import type { ProcessView } from "../../../shell/program.ts";
import { sizeOf } from "./dictionary.ts";
import { usedMemory } from "./memory.ts";
import { replicationFacts } from "./replication.ts";
import type { Keyspace } from "./store.ts";

type Section = readonly (readonly [string, string | number])[];

/** All sections, or the one that is named. */
export function info(
  process: ProcessView,
  options: Readonly<Record<string, string>>,
  databases: Readonly<Record<string, Keyspace>>,
  only?: string,
): string {
  const { state, nowMs, env } = process;
  const uptime = Math.floor((nowMs - Number(state["startedAtMs"] ?? nowMs)) / 1000);
  const memory = usedMemory(databases);
  const sections: Record<string, Section> = {
    Server: [
      ["redis_version", env["REDIS_VERSION"] ?? "8.4.0"],
      ["redis_mode", "standalone"],
      ["os", `Linux ${process.host.kernelRelease} ${process.host.architecture}`],
      ["arch_bits", 64],
      ["process_id", process.pid],
      ["tcp_port", options["port"] ?? "6379"],
      ["uptime_in_seconds", uptime],
      ["uptime_in_days", Math.floor(uptime / 86_400)],
      ["config_file", process.argv[1]?.startsWith("/") ? process.argv[1] : ""],
    ],
    Clients: [
      ["connected_clients", 1],
      ["maxclients", options["maxclients"] ?? "10000"],
      ["blocked_clients", 0],
    ],
    Memory: [
      ["used_memory", memory],
      ["used_memory_human", `${(memory / 1_048_576).toFixed(2)}M`],
      ["maxmemory", options["maxmemory"] ?? "0"],
      ["maxmemory_policy", options["maxmemory-policy"] ?? "noeviction"],
    ],
    Persistence: [
      ["loading", 0],
      ["rdb_changes_since_last_save", Number(state["dirty"] ?? 0)],
      ["rdb_last_save_time", Math.floor(Number(state["savedAtMs"] ?? 0) / 1000)],
      ["rdb_last_bgsave_status", "ok"],
      ["aof_enabled", options["appendonly"] === "yes" ? 1 : 0],
    ],
    Stats: [
      ["total_connections_received", Number(state["commands"] ?? 0)],
      ["total_commands_processed", Number(state["commands"] ?? 0)],
      ["rejected_connections", 0],
      ["expired_keys", 0],
      ["evicted_keys", Number(state["evicted"] ?? 0)],
    ],
    Replication: only === undefined || /^(all|default|everything|replication)$/.test(only) ? replication(process) : [],
    CPU: [
      ["used_cpu_sys", "0.100000"],
      ["used_cpu_user", "0.100000"],
    ],
    Cluster: [["cluster_enabled", 0]],
    Keyspace: Object.entries(databases)
      .filter(([, keys]) => sizeOf(keys) > 0)
      .map(([db, keys]) => {
        const expires = Object.values(keys).filter(({ expiresAtMs }) => expiresAtMs !== undefined).length;
        return [`db${db}`, `keys=${sizeOf(keys)},expires=${expires},avg_ttl=0`] as const;
      }),
  };
  return Object.entries(sections)
    .filter(([name]) => only === undefined || /^(all|default|everything)$/.test(only) || name.toLowerCase() === only)
    .map(([name, lines]) => `# ${name}\r\n${lines.map(([key, value]) => `${key}:${value}\r\n`).join("")}`)
    .join("\r\n");
}

function replication(process: ProcessView): Section {
  const { primary, isLinkUp, offset, history, replicas } = replicationFacts(process);
  const common: Section = [
    ["master_failover_state", "no-failover"],
    ["master_replid", history.padEnd(40, "0").slice(0, 40)],
    ["master_repl_offset", offset],
  ];
  if (primary)
    return [
      ["role", "slave"],
      ["master_host", primary.host],
      ["master_port", primary.port],
      ["master_link_status", isLinkUp ? "up" : "down"],
      ["master_last_io_seconds_ago", isLinkUp ? 0 : -1],
      ["master_sync_in_progress", 0],
      ["slave_repl_offset", offset],
      ["slave_priority", 100],
      ["slave_read_only", 1],
      ["connected_slaves", 0],
      ...common,
    ];
  return [
    ["role", "master"],
    ["connected_slaves", replicas.length],
    ...replicas.map(
      ({ host, port }, i) => [`slave${i}`, `ip=${host},port=${port},state=online,offset=${offset},lag=0`] as const,
    ),
    ...common,
  ];
}

/** Facts of the text of INFO, by name. */
export function parseInfo(text: string): Map<string, string> {
  const lines = text.split("\r\n").flatMap((line) => /^([\w-]+):(.*)$/.exec(line) ?? []);
  const facts = new Map<string, string>();
  for (let i = 0; i < lines.length; i += 3) facts.set(lines[i + 1] ?? "", lines[i + 2] ?? "");
  return facts;
}
