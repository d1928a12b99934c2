/**
 * agnhost guestbook: frontend, primary and replicas of the guestbook application.
 * Kubernetes: test/images/agnhost/guestbook/guestbook.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { dialError } from "../go.ts";
import { parameters, splitPath, text } from "../http.ts";
import { printLines, slashTime } from "../log.ts";
import { flagOf, type HttpRequest, portOf, server } from "../server.ts";

function log(process: ProcessView, line: string): void {
  printLines(process, 2, [`${slashTime(process.nowMs)} ${line}`]);
}

function backendPort({ argv }: ProcessView): number {
  return portOf(flagOf(argv, "backend-port"), 6379);
}

const running = server({
  ports: ({ argv }) => [portOf(flagOf(argv, "http-port"), 80)],
  stop: { status: 2 },
  http: answer,
});

/** How long a replica tries to register, and its pause between two tries. */
const REGISTER_MS = 15_000;
const RETRY_MS = 1000;

export const guestbook: Program = {
  ...running,
  run(process) {
    const step = running.run(process);
    const primary = flagOf(process.argv, "replicaof") ?? "";
    if (step.type !== "wait" || primary === "" || process.state["isRegistered"] === true) return step;
    process.state["triesUntilMs"] ??= process.nowMs + REGISTER_MS;
    const retryAtMs = Number(process.state["retryAtMs"] ?? 0);
    if (process.nowMs < retryAtMs) return { type: "wait", for: [...step.for, { type: "time", atMs: retryAtMs }] };
    const own = process.host.podAddresses[0] ?? "";
    const answer = process.ask(get(primary, backendPort(process), `register?host=${own}`));
    if (!answer) return { type: "wait", for: [...step.for, { type: "answer" }] };
    if (answer.type === "http" && answer.status === 200) {
      process.state["isRegistered"] = true;
      process.state["store"] = (JSON.parse(answer.body) as { data: JsonObject }).data;
      log(process, `Registered to node: ${primary}`);
      return step;
    }
    const why = answer.type === "failed" ? dialError(answer.why, primary, backendPort(process)) : "unexpected answer";
    log(process, `encountered error while registering to primary: ${why}. Retrying in 1s.`);
    if (process.nowMs >= Number(process.state["triesUntilMs"])) {
      log(process, "Timed out while registering to primary.");
      return { type: "exit", status: 1 };
    }
    process.state["retryAtMs"] = process.nowMs + RETRY_MS;
    return { type: "wait", for: [...step.for, { type: "time", atMs: process.nowMs + RETRY_MS }] };
  },
};

function get(host: string, port: number, path: string) {
  return {
    type: "http" as const,
    scheme: "http" as const,
    host,
    port,
    method: "GET",
    path: `/${path}`,
    headers: { host: `${host}:${port}`, "user-agent": "Go-http-client/1.1" },
    body: "",
    timeoutMs: 5000,
  };
}

function answer(process: ProcessView, request: HttpRequest): ServedAnswer {
  const { path, query } = splitPath(request.path);
  const found = parameters(query);
  const value = (name: string) => found.get(name)?.[0] ?? "";
  process.state["store"] ??= {};
  process.state["replicas"] ??= [];
  const store = process.state["store"] as JsonObject;
  const replicas = process.state["replicas"] as string[];
  switch (path) {
    case "/register":
      log(process, `GET /register?host=${value("host")}`);
      replicas.push(value("host"));
      log(process, `Node '${value("host")}' registered.`);
      return text(200, JSON.stringify({ data: store }));
    case "/get":
      log(process, `GET /get?key=${value("key")}`);
      return text(200, JSON.stringify({ data: value("key") === "" ? store : (store[value("key")] ?? "") }));
    case "/set":
      return set(process, store, replicas, value("key"), value("value"));
    case "/guestbook":
      return forward(process, value("cmd").toLowerCase(), value("key"), value("value"));
    default:
      return text(404, "404 page not found\n");
  }
}

function set(
  process: ProcessView,
  store: JsonObject,
  replicas: readonly string[],
  key: string,
  value: string,
): ServedAnswer {
  log(process, `GET /set?key=${key}&value=${value}`);
  if (key === "") return text(400, "cannot set with empty key.\n");
  store[key] = value;
  for (const replica of replicas) {
    const answered = process.ask(
      get(replica, backendPort(process), `set?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`),
    );
    if (answered?.type === "http") continue;
    const why = dialError(answered?.type === "failed" ? answered.why : "timeout", replica, backendPort(process));
    return text(417, `encountered error while propagating to replica '${replica}': ${why}\n`);
  }
  return text(200, JSON.stringify({ message: "Updated" }));
}

function forward(process: ProcessView, command: string, key: string, value: string): ServedAnswer {
  log(process, `GET /guestbook?cmd=${command}&key=${key}&value=${value}`);
  if (command !== "get" && command !== "set") return text(400, `unsupported cmd: '${command}'\n`);
  if (command === "set" && key === "") return text(400, "cannot set with empty key.\n");
  const host = command === "get" ? "agnhost-replica" : "agnhost-primary";
  const port = backendPort(process);
  const path = `${command}?key=${encodeURIComponent(key)}&value=${encodeURIComponent(value)}`;
  const answered = process.ask(get(host, port, path));
  if (answered?.type === "http") return text(200, answered.body);
  const why = dialError(answered?.type === "failed" ? answered.why : "timeout", host, port);
  return text(417, `encountered error: ${why}\n`);
}
