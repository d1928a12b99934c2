/** nodetool and cqlsh. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { CQL_PORT, type Node } from "./cluster.ts";
import type { CqlValue } from "./cql-parser.ts";
import type { Data, Result, Rows } from "./keyspaces.ts";

const TOKENS = 16;

/** The server's reply; without a body it did not answer. */
function ask(process: ProcessView, host: string, port: number, body: JsonObject): { body?: JsonObject } | "wait" {
  const answer = process.ask({ type: "message", host, port, protocol: "cassandra", body, timeoutMs: 10_000 });
  if (!answer) return "wait";
  return answer.type === "message" && isJsonObject(answer.body) ? { body: answer.body } : {};
}

const WAIT: Step = { type: "wait", for: [{ type: "answer" }] };

export const nodetool: Program = {
  run(process): Step {
    const command = process.argv.slice(1).find((arg) => !arg.startsWith("-")) ?? "help";
    if (!/^(status|info|ring|drain|decommission|version|flush|repair|describecluster)$/.test(command)) {
      printLines(process, 2, [
        `nodetool: Found unexpected parameters: [${command}]`,
        "See 'nodetool help' or 'nodetool help <command>'.",
      ]);
      return { type: "exit", status: 1 };
    }
    const reply = ask(process, "127.0.0.1", CQL_PORT, { tool: command });
    if (reply === "wait") return WAIT;
    if (!reply.body) {
      printLines(process, 2, [
        "nodetool: Failed to connect to '127.0.0.1:7199' - ConnectException: 'Connection refused (Connection refused)'.",
      ]);
      return { type: "exit", status: 1 };
    }
    const nodes = (reply.body["nodes"] ?? []) as unknown as (Node & { isUp: boolean })[];
    printLines(process, 1, toolLines(process, command, nodes));
    return { type: "exit", status: 0 };
  },
};

function toolLines({ env }: ProcessView, command: string, nodes: readonly (Node & { isUp: boolean })[]): string[] {
  const [self] = nodes;
  switch (command) {
    case "version":
      return [`ReleaseVersion: ${env["CASSANDRA_VERSION"] ?? "5.0.6"}`];
    case "info":
      return [
        `ID                     : ${self?.hostId ?? ""}`,
        "Gossip active          : true",
        "Native Transport active: true",
        `Data Center            : ${self?.datacenter ?? ""}`,
        `Rack                   : ${self?.rack ?? ""}`,
      ];
    case "status":
    case "ring":
      return [...new Set(nodes.map(({ datacenter }) => datacenter))].sort().flatMap((datacenter) =>
        statusLines(
          datacenter,
          nodes.filter((node) => node.datacenter === datacenter),
        ),
      );
    case "describecluster":
      return [
        "Cluster Information:",
        `\tName: ${env["CASSANDRA_CLUSTER_NAME"] ?? "Test Cluster"}`,
        "\tSnitch: org.apache.cassandra.locator.SimpleSnitch",
      ];
    default:
      return [];
  }
}

function statusLines(datacenter: string, nodes: readonly (Node & { isUp: boolean })[]): string[] {
  const title = `Datacenter: ${datacenter}`;
  const sorted = [...nodes].sort((a, b) => (a.address < b.address ? -1 : 1));
  const width = Math.max(...sorted.map(({ address }) => address.length), 7);
  const owns = `${(100 / sorted.length).toFixed(1)}%`;
  return [
    title,
    "=".repeat(title.length),
    "Status=Up/Down",
    "|/ State=Normal/Leaving/Joining/Moving",
    `--  ${"Address".padEnd(width)}  Load        Tokens  Owns (effective)  Host ID                               Rack`,
    ...sorted.map(
      ({ address, hostId, rack, isUp }) =>
        `${isUp ? "U" : "D"}N  ${address.padEnd(width)}  104.35 KiB  ${String(TOKENS).padEnd(6)}  ${owns.padEnd(16)}  ${hostId}  ${rack}`,
    ),
    "",
  ];
}

// ---- cqlsh

export const cqlsh: Program = {
  run(process): Step {
    const { argv, state } = process;
    const value = (flag: string) => (argv.includes(flag) ? argv[argv.indexOf(flag) + 1] : undefined);
    const plain = argv.slice(1).filter((arg, i, all) => !arg.startsWith("-") && !/^-[efukp]$/.test(all[i - 1] ?? ""));
    const [host = "127.0.0.1", port = String(CQL_PORT)] = plain;
    state["keyspace"] ??= value("-k") ?? "";
    const file = value("-f");
    const given = value("-e") ?? (file === undefined ? undefined : process.files.read(file));
    for (;;) {
      const statement = nextStatement(process, given);
      if (statement === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (statement === "" || /^(exit|quit)\s*;?$/i.test(statement))
        return { type: "exit", status: Number(state["status"] ?? 0) };
      const isDescribe = /^desc(ribe)?\b/i.test(statement);
      const body: JsonObject = isDescribe
        ? { describe: true }
        : { cql: statement, keyspace: String(state["keyspace"]) };
      const reply = ask(process, host, Number(port), body);
      if (reply === "wait") return WAIT;
      delete state["statement"];
      if (!reply.body) {
        printLines(process, 2, [
          `Connection error: ('Unable to connect to any servers', {'${host}:${port}': ConnectionRefusedError(111, "Tried connecting to [('${host}', ${port})]. Last error: Connection refused")})`,
        ]);
        return { type: "exit", status: 1 };
      }
      if (isDescribe) describe(process, statement, reply.body["data"] as unknown as Data);
      else show(process, reply.body, given !== undefined);
    }
  },
};

/** The next statement up to its semicolon; "" at the end, undefined while there is none. */
function nextStatement(process: ProcessView, given: string | undefined): string | undefined {
  const { state } = process;
  if (typeof state["statement"] === "string") return state["statement"];
  if (given !== undefined && state["rest"] === undefined) state["rest"] = given;
  for (;;) {
    const rest = String(state["rest"] ?? "");
    const [, statement, after = ""] = /^\s*((?:'[^']*'|[^';])*;)([\s\S]*)$/.exec(rest) ?? [];
    if (statement !== undefined) {
      state["rest"] = after;
      state["statement"] = statement.trim();
      return String(state["statement"]);
    }
    const isCommand = /^\s*(exit|quit|desc\w*\s[^;]*|use\s+\w+)\s*\n?$/i.test(rest);
    if (given !== undefined || isCommand) {
      state["rest"] = "";
      state["statement"] = rest.trim();
      return rest.trim();
    }
    if (process.isTerminal(0) && state["hasPrompted"] !== true) {
      const keyspace = String(state["keyspace"]);
      process.write(1, rest.trim() === "" ? `cqlsh${keyspace === "" ? "" : `:${keyspace}`}> ` : "   ... ");
      state["hasPrompted"] = true;
    }
    const line = process.read(0, { upTo: "\n" });
    if (line === undefined) return undefined;
    if (line === "") return "";
    delete state["hasPrompted"];
    state["rest"] = rest + line;
  }
}

const CODES: Readonly<Record<string, string>> = {
  SyntaxException: "2000",
  InvalidRequest: "2200",
  AlreadyExists: "2400",
};

function show(process: ProcessView, { error, result }: JsonObject, isScript: boolean): void {
  if (isJsonObject(error)) {
    const kind = String(error["kind"]);
    const message = String(error["message"]);
    const text =
      kind === "AlreadyExists"
        ? `AlreadyExists: ${message}`
        : `${kind}: ${kind === "SyntaxException" ? message : `Error from server: code=${CODES[kind]} [Invalid query] message="${message}"`}`;
    printLines(process, 2, [isScript ? `<stdin>:1:${text}` : text]);
    process.state["status"] = 2;
    return;
  }
  const given = result as unknown as Result | undefined;
  if (!given) return;
  if ("keyspace" in given) process.state["keyspace"] = given.keyspace;
  else if ("rows" in given) printLines(process, 1, table(given.rows));
}

function shown(value: CqlValue | undefined, isInner = false): string {
  if (value === undefined || value === null) return "null";
  if (typeof value === "boolean") return value ? "True" : "False";
  if (Array.isArray(value)) return `[${value.map((each) => shown(each, true)).join(", ")}]`;
  if (typeof value === "object")
    return `{${Object.entries(value)
      .map(([name, each]) => `'${name}': ${shown(each, true)}`)
      .join(", ")}}`;
  return isInner && typeof value === "string" ? `'${value}'` : String(value);
}

function table({ columns, rows }: Rows): string[] {
  const cells = rows.map((row) => columns.map(([name]) => shown(row[name])));
  const widths = columns.map(([name], i) => Math.max(name.length, ...cells.map((row) => row[i]?.length ?? 0)));
  const line = (texts: readonly string[]) => texts.map((text, i) => ` ${text.padStart(widths[i] ?? 0)}`).join(" |");
  const head = columns.map(([name], i) => ` ${name.padEnd(widths[i] ?? 0)}`).join(" |");
  return [
    "",
    head,
    widths.map((width) => "-".repeat(width + 2)).join("+"),
    ...cells.map(line),
    "",
    `(${rows.length} rows)`,
  ];
}

function describe(process: ProcessView, statement: string, data: Data): void {
  const [, what = "", name = ""] = /^desc\w*\s+(\w+)\s*([\w."]*)/i.exec(statement) ?? [];
  const system = ["system", "system_auth", "system_distributed", "system_schema", "system_traces"];
  const current = String(process.state["keyspace"]);
  if (/^keyspaces$/i.test(what))
    printLines(process, 1, ["", [...Object.keys(data.keyspaces), ...system].join("  "), ""]);
  else if (/^tables$/i.test(what)) {
    const keyspaces = current === "" ? Object.keys(data.keyspaces) : [current];
    for (const keyspace of keyspaces)
      printLines(process, 1, [
        "",
        ...(current === "" ? [`Keyspace ${keyspace}`, "-".repeat(9 + keyspace.length)] : []),
        Object.keys(data.keyspaces[keyspace]?.tables ?? {}).join("  "),
        "",
      ]);
  } else {
    const [keyspace, wanted] = name.includes(".") ? name.split(".") : [current, name || what];
    const found = data.keyspaces[keyspace ?? ""]?.tables[wanted ?? ""];
    if (!found) {
      printLines(process, 2, [`'${name || what}' not found in keyspace '${current}'`]);
      return;
    }
    const columns = found.columns.map(
      ([column, type]) =>
        `    ${column} ${type}${found.key.length === 1 && found.key[0] === column ? " PRIMARY KEY" : ""}`,
    );
    const key = found.key.length > 1 ? [`    PRIMARY KEY (${found.key.join(", ")})`] : [];
    printLines(process, 1, ["", `CREATE TABLE ${keyspace}.${wanted} (`, [...columns, ...key].join(",\n"), ");", ""]);
  }
}
