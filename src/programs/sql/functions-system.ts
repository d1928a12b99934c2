/** Functions on the session, the server and sequences. */
import type { Scope } from "./context.ts";
import { SqlError } from "./errors.ts";
import type { SqlFunction } from "./function.ts";
import { List, Moment, numberOf, textOf, type Value } from "./values.ts";

const user: SqlFunction = (_args, { context }) => (context.rules.isMySql ? `${context.user}@localhost` : context.user);
const sessionUser: SqlFunction = (_args, { context }) =>
  context.rules.isMySql ? `${context.sessionUser}@localhost` : context.sessionUser;
const database: SqlFunction = (_args, { context }) => context.database || null;

/** The sequence of a name: one of its own, or that of a serial column (`t_id_seq`). */
function counterOf(name: string, scope: Scope): { value: () => number; set: (next: number) => void; current: number } {
  const { workspace } = scope.context;
  const plain = name.replace(/^public\./, "").replace(/"/g, "");
  const entry = workspace.find(plain);
  if (entry?.kind === "sequence") {
    const set = (next: number) => workspace.put(plain, { ...entry, next });
    return {
      value: () => {
        const current = workspace.find(plain);
        const next = current?.kind === "sequence" ? current.next : entry.next;
        set(next + entry.increment);
        return next;
      },
      set,
      current: entry.next - entry.increment,
    };
  }
  for (const table of workspace.names()) {
    const found = workspace.find(table);
    if (found?.kind !== "table") continue;
    const column = found.columns.find((each) => each.generated && `${table}_${each.name}_seq` === plain);
    if (!column) continue;
    return {
      value: () => workspace.count(table, column.name),
      set: (next) => workspace.setCounter(table, column.name, next),
      current: (found.counters[column.name] ?? 1) - 1,
    };
  }
  throw new SqlError({ kind: "noTable", name: plain, what: "relation" });
}

const size: SqlFunction = ([name = null], { context }) => {
  const entry = typeof name === "string" ? context.workspace.find(name.replace(/^public\./, "")) : undefined;
  return Math.ceil((entry ? JSON.stringify(entry).length : 7_500_000) / 8192) * 8192;
};

export const SYSTEM_FUNCTIONS: Readonly<Record<string, SqlFunction>> = {
  version: (_args, { context }) => context.version,
  current_user: user,
  session_user: sessionUser,
  system_user: user,
  user,
  current_role: user,
  current_database: database,
  current_catalog: database,
  database,
  schema: database,
  current_schema: (_args, { context }) => (context.rules.isMySql ? context.database : "public"),
  pg_backend_pid: (_args, { context }) => context.session.pid,
  connection_id: (_args, { context }) => context.session.pid,
  last_insert_id: (_args, { context }) => context.session.lastInsertId,
  row_count: (_args, { context }) => context.session.rowCount,
  pg_is_in_recovery: () => false,
  inet_server_addr: () => null,
  inet_client_addr: () => null,
  pg_terminate_backend: ([pid = 0], { context }) => {
    context.notices.push(`WARNING:PID ${textOf(pid)} is not a PostgreSQL backend process`);
    return false;
  },
  pg_cancel_backend: ([pid = 0], { context }) => {
    context.notices.push(`WARNING:PID ${textOf(pid)} is not a PostgreSQL backend process`);
    return false;
  },
  to_regclass: ([name = ""], { context }) => (context.workspace.find(textOf(name)) ? textOf(name) : null),
  pg_postmaster_start_time: (_args, { context }) => new Moment("timestamptz", context.nowMs),
  pg_sleep: () => "",
  sleep: () => 0,
  nextval: ([name = ""], scope) => {
    const value = counterOf(textOf(name), scope).value();
    scope.context.session.currentValues[textOf(name)] = value;
    scope.context.session.lastInsertId = value;
    return value;
  },
  currval: ([name = ""], { context }) => {
    const value = context.session.currentValues[textOf(name)];
    if (value !== undefined) return value;
    const message = `currval of sequence "${textOf(name)}" is not yet defined in this session`;
    throw new SqlError({ kind: "other", message, code: "55000", number: 1064 });
  },
  lastval: (_args, { context }) => {
    if (context.session.lastInsertId !== 0) return context.session.lastInsertId;
    throw new SqlError({
      kind: "other",
      message: "lastval is not yet defined in this session",
      code: "55000",
      number: 1064,
    });
  },
  setval: ([name = "", value = 1, isCalled = true], scope) => {
    counterOf(textOf(name), scope).set(numberOf(value) + (isCalled === false ? 0 : 1));
    scope.context.session.currentValues[textOf(name)] = numberOf(value);
    return numberOf(value);
  },
  pg_get_serial_sequence: ([table = "", column = ""]) => `public.${textOf(table)}_${textOf(column)}_seq`,
  pg_database_size: size,
  pg_total_relation_size: size,
  pg_relation_size: size,
  pg_table_size: size,
  pg_size_pretty: ([value = 0]) => pretty(numberOf(value)),
  current_setting: ([name = ""], { context }) => {
    const row = context.systemTable(undefined, "pg_settings")?.rows.find(([each]) => each === textOf(name));
    const value = context.settings[textOf(name)] ?? row?.[1];
    if (value !== undefined) return value;
    const message = `unrecognized configuration parameter "${textOf(name)}"`;
    throw new SqlError({ kind: "other", message, code: "42704", number: 1193 });
  },
  set_config: ([name = "", value = ""], { context }) => {
    context.settings[textOf(name)] = textOf(value);
    return value;
  },
  gen_random_uuid: (_args, { context }) => uuid(context.random),
  uuid_generate_v4: (_args, { context }) => uuid(context.random),
  uuid: (_args, { context }) => uuid(context.random),
  array_position: ([list = null, item = null]) => (list instanceof List ? positionIn(list.items, item) : undefined),
};

function positionIn(items: readonly Value[], wanted: Value): number | null {
  const at = items.findIndex((item) => textOf(item) === textOf(wanted));
  return at < 0 ? null : at + 1;
}

function pretty(bytes: number): string {
  const units = ["bytes", "kB", "MB", "GB", "TB"];
  let [value, unit] = [bytes, 0];
  while (value >= 10_240 && unit < units.length - 1) {
    value = Math.round(value / 1024);
    unit++;
  }
  return `${value} ${units[unit]}`;
}

/** Version 4: random. */
function uuid(random: () => number): string {
  const hex = Array.from({ length: 4 }, () => random().toString(16).padStart(8, "0")).join("");
  const variant = "89ab"[Number.parseInt(hex[16] ?? "0", 16) % 4];
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-4${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
