/** RabbitMQ: its life and its reports, and rabbitmqctl. Queues and messages are in files of their own. */
import { isJsonObject, type JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { baseName } from "../database-names.ts";
import { json, splitPath, text } from "../http.ts";
import { printLines } from "../log.ts";
import { server } from "../server.ts";
import { amqp, brokerOf, management } from "./rabbitmq-requests.ts";

const AMQP_PORT = 5672;

function versionOf({ env }: Pick<ProcessView, "env">): string {
  return env["RABBITMQ_VERSION"] ?? "4.2.3";
}

function isManaged({ env }: ProcessView): boolean {
  return env["RABBITMQ_MANAGEMENT"] === "yes";
}

/** `2026-05-01 10:00:00.000000+00:00 [info] <0.9.0> text` */
function line({ nowMs }: ProcessView, message: string): string {
  return `${new Date(nowMs).toISOString().slice(0, 23).replace("T", " ")}000+00:00 [info] <0.9.0> ${message}`;
}

export const rabbitmqServer = server({
  ports: (process) => [AMQP_PORT, 15_692, 25_672, ...(isManaged(process) ? [15_672] : [])],
  logFd: 1,
  startMs: 4500,
  banner: (process) => [
    line(process, `Starting RabbitMQ ${versionOf(process)} on Erlang 27.3.4 [jit]`),
    "",
    `  ##  ##      RabbitMQ ${versionOf(process)}`,
    "  ##  ##",
    "  ##########  Copyright (c) 2007-2026 Broadcom Inc and/or its subsidiaries",
    "  ######  ##",
    "  ##########  Licensed under the MPL 2.0. Website: https://rabbitmq.com",
    "",
    "  Starting broker...",
  ],
  ready: (process) => [
    line(process, `started TCP listener on [::]:${AMQP_PORT}`),
    ` completed with ${isManaged(process) ? 5 : 3} plugins.`,
    line(process, `Server startup complete; ${isManaged(process) ? 5 : 3} plugins started.`),
  ],
  stopping: (process) => [
    line(process, "SIGTERM received - shutting down"),
    line(process, "Successfully stopped RabbitMQ and its dependencies"),
  ],
  stop: { ms: 1500 },
  memoryBytes: () => 130_000_000,
  http: (process, request) => {
    const { path } = splitPath(request.path);
    if (request.port === 15_692)
      return text(
        200,
        "# TYPE rabbitmq_identity_info untyped\n# HELP rabbitmq_identity_info RabbitMQ node & cluster identity info\n",
      );
    const users = usersOf(process);
    const given = /^Basic (.+)$/i.exec(request.headers["authorization"] ?? "")?.[1];
    const isKnown = Object.entries(users).some(([name, password]) => given === btoa(`${name}:${String(password)}`));
    if (path === "/")
      return text(200, "<!doctype html>\n<title>RabbitMQ Management</title>\n", { contentType: "text/html" });
    if (!isKnown) return json(401, { error: "not_authorized", reason: "Not_Authorized" });
    if (path === "/api/overview")
      return json(200, { product_name: "RabbitMQ", rabbitmq_version: versionOf(process), node: nodeOf(process) });
    if (path.startsWith("/api/health/checks/")) return json(200, { status: "ok" });
    return management(process, request) ?? json(404, { error: "Object Not Found", reason: "Not Found" });
  },
  message: (process, { protocol, body }) => {
    if (protocol === "amqp" && isJsonObject(body))
      return { type: "message", body: amqp(process, body, usersOf(process)), afterMs: 3 };
    if (protocol !== "rabbitmqctl" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
    const { user, password, action } = body;
    const users = usersOf(process);
    if (action === "add" && typeof user === "string") users[user] = password ?? "";
    if (action === "delete" && typeof user === "string") delete users[user];
    const [name = "guest"] = Object.keys(users);
    const changed =
      typeof action === "string" && /Queue$/.test(action)
        ? amqp(process, { action, queue: String(user), user: name, password: users[name] ?? "" }, users)
        : {};
    const { queues, exchanges, bindings } = brokerOf(process);
    return {
      type: "message",
      body: {
        node: nodeOf(process),
        version: versionOf(process),
        users: Object.keys(users),
        queues: Object.entries(queues).map(([each, queue]) => [each, queue.ready.length + queue.unacknowledged.length]),
        exchanges: Object.entries(exchanges).map(([each, { type }]) => [each, type]),
        bindings: bindings.map((each) => [each.exchange, each.queue, each.key]),
        ...changed,
      },
      afterMs: 300,
    };
  },
});

function nodeOf({ host }: ProcessView): string {
  return `rabbit@${host.hostname}`;
}

/** Passwords by user. */
function usersOf({ state, env }: ProcessView): JsonObject {
  state["users"] ??= { [env["RABBITMQ_DEFAULT_USER"] ?? "guest"]: env["RABBITMQ_DEFAULT_PASS"] ?? "guest" };
  return state["users"] as JsonObject;
}

export const rabbitmqEntrypoint: Program = {
  run({ argv }): Step {
    const [first = "rabbitmq-server", ...rest] = argv.slice(1);
    return { type: "exec", argv: first.startsWith("-") ? ["rabbitmq-server", first, ...rest] : [first, ...rest] };
  },
};

/** rabbitmqctl and rabbitmq-diagnostics. */
export const rabbitmqctl: Program = {
  run(process) {
    const isQuiet = process.argv.some((arg) => arg === "-q" || arg === "--quiet" || arg === "-s");
    const words = process.argv.slice(1).filter((arg) => !arg.startsWith("-"));
    const [command = "", user = "", password = ""] = words;
    const actions: Record<string, string> = {
      add_user: "add",
      delete_user: "delete",
      delete_queue: "deleteQueue",
      purge_queue: "purgeQueue",
    };
    const action = actions[command] ?? "look";
    const answer = process.ask({
      type: "message",
      host: "127.0.0.1",
      port: AMQP_PORT,
      protocol: "rabbitmqctl",
      body: { action, user, password },
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    const node = nodeOf(process);
    if (answer.type !== "message" || !isJsonObject(answer.body)) {
      printLines(process, 2, [
        `Error: unable to perform an operation on node '${node}'. Please see diagnostics information and suggestions below.`,
      ]);
      return { type: "exit", status: 69 };
    }
    const problem = answer.body["error"];
    if (isJsonObject(problem)) {
      printLines(process, 2, ["Error:", String(problem["text"])]);
      return { type: "exit", status: 69 };
    }
    const lines = report(command, node, answer.body, words, isQuiet);
    if (!lines) {
      printLines(process, 2, [`${baseName(process)}: command '${command}' is not supported by this simulation`]);
      return { type: "exit", status: 64 };
    }
    printLines(process, 1, lines);
    return { type: "exit", status: 0 };
  },
};

/** Rows of cells, joined by tabs. */
function rowsOf(rows: JsonObject[string] | undefined): string[] {
  return Array.isArray(rows) ? rows.map((row) => (Array.isArray(row) ? row.map(String).join("\t") : "")) : [];
}

function report(
  command: string,
  node: string,
  { version, users, queues, exchanges, bindings, count }: JsonObject,
  words: readonly string[],
  isQuiet: boolean,
): string[] | undefined {
  const said = (title: string, ...lines: string[]) => [...(isQuiet ? [] : [title]), ...lines];
  const names = Array.isArray(users) ? users.map(String) : [];
  switch (command) {
    case "ping":
      return said(
        `Will ping ${node}. This only checks if the OS process is running and registered with epmd. Timeout: 60000 ms.`,
        "Ping succeeded",
      );
    case "check_running":
      return said(
        `Checking if RabbitMQ is running on node ${node} ...`,
        `RabbitMQ on node ${node} is fully booted and running`,
      );
    case "check_local_alarms":
      return said(
        `Asking node ${node} to report any local resource alarms ...`,
        `Node ${node} reported no local alarms`,
      );
    case "check_port_connectivity":
      return said(
        `Testing TCP connections to all active listeners on node ${node} ...`,
        `Successfully connected to ports 5672, 15692, 25672 on node ${node}.`,
      );
    case "status":
      return said(
        `Status of node ${node} ...`,
        "Runtime",
        "",
        "OS: Linux",
        `RabbitMQ version: ${String(version)}`,
        `Node name: ${node}`,
        "",
        "Alarms",
        "",
        "(none)",
        "",
        "Listeners",
        "",
        "Interface: [::], port: 5672, protocol: amqp, purpose: AMQP 0-9-1 and AMQP 1.0",
      );
    case "cluster_status":
      return said(
        `Cluster status of node ${node} ...`,
        "Basics",
        "",
        `Cluster name: ${node}`,
        "",
        "Disk Nodes",
        "",
        node,
        "",
        "Running Nodes",
        "",
        node,
      );
    case "list_users":
      return said("Listing users ...", "user\ttags", ...names.map((name) => `${name}\t[administrator]`));
    case "list_vhosts":
      return said("Listing vhosts ...", "name", "/");
    case "list_queues":
      return said(
        "Timeout: 60.0 seconds ...",
        ...(isQuiet ? [] : ["Listing queues for vhost / ..."]),
        ...(rowsOf(queues).length > 0 ? ["name\tmessages"] : []),
        ...rowsOf(queues),
      );
    case "list_exchanges":
      return said("Listing exchanges for vhost / ...", "name\ttype", ...rowsOf(exchanges));
    case "list_bindings":
      return said("Listing bindings for vhost /...", "source_name\tdestination_name\trouting_key", ...rowsOf(bindings));
    case "purge_queue":
      return said(`Purging queue '${words[1] ?? ""}' in vhost '/' ...`);
    case "delete_queue":
      return said(
        `Deleting queue '${words[1] ?? ""}' on vhost '/' ...`,
        `Queue was successfully deleted with ${String(count ?? 0)} ready messages`,
      );
    case "add_user":
      return said(
        `Adding user "${words[1] ?? ""}" ...`,
        "Done. Don't forget to grant the user permissions to some virtual hosts! See 'rabbitmqctl help set_permissions' to learn more.",
      );
    case "delete_user":
      return said(`Deleting user "${words[1] ?? ""}" ...`);
    case "set_permissions":
      return said(`Setting permissions for user "${words[1] ?? ""}" in vhost "/" ...`);
    case "set_user_tags":
      return said(`Setting tags for user "${words[1] ?? ""}" to [${words.slice(2).join(", ")}] ...`);
    case "await_startup":
      return [];
    default:
      return undefined;
  }
}
