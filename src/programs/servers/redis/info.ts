/** The answer to INFO. */
import { isJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
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
  const memory = 900_000 + JSON.stringify(databases).length * 2;
  const primary = state["primary"];
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
      ["evicted_keys", 0],
    ],
    Replication: isJsonObject(primary)
      ? [
          ["role", "slave"],
          ["master_host", String(primary["host"])],
          ["master_port", Number(primary["port"])],
          ["master_link_status", "up"],
          ["slave_read_only", 1],
        ]
      : [
          ["role", "master"],
          ["connected_slaves", 0],
          ["master_failover_state", "no-failover"],
          ["master_repl_offset", 0],
        ],
    CPU: [
      ["used_cpu_sys", "0.100000"],
      ["used_cpu_user", "0.100000"],
    ],
    Cluster: [["cluster_enabled", 0]],
    Keyspace: Object.entries(databases)
      .filter(([, keys]) => Object.keys(keys).length > 0)
      .map(([db, keys]) => {
        const expires = Object.values(keys).filter(({ expiresAtMs }) => expiresAtMs !== undefined).length;
        return [`db${db}`, `keys=${Object.keys(keys).length},expires=${expires},avg_ttl=0`] as const;
      }),
  };
  return Object.entries(sections)
    .filter(([name]) => only === undefined || only === "all" || only === "default" || name.toLowerCase() === only)
    .map(([name, lines]) => `# ${name}\r\n${lines.map(([key, value]) => `${key}:${value}\r\n`).join("")}`)
    .join("\r\n");
}
