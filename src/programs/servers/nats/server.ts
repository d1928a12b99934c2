/**
 * nats-server: subjects, queue groups, requests, and its monitoring page. Clients that subscribe listen on a port, so the
 * server sends them messages at once.
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import type { ServedAnswer } from "../../../shell/question.ts";
import { json, splitPath, text } from "../http.ts";
import { slashTime } from "../log.ts";
import { flagOf, type HttpRequest, type MessageRequest, portOf, server } from "../server.ts";
import { matchesSubject } from "./subjects.ts";

const CLIENT_PORT = 4222;
const MONITOR_PORT = 8222;
const PUSH_TIMEOUT_MS = 1000;
const VERSION = "2.12.2";

interface Subscription {
  subject: string;
  /** Members of a group share messages. */
  queue: string;
  host: string;
  port: number;
}

const line = (process: ProcessView, message: string): string =>
  `[${process.pid}] ${slashTime(process.nowMs)}.${String(process.nowMs % 1000).padStart(3, "0")}000 [INF] ${message}`;

const portsOf = ({ argv }: ProcessView): [number, number] => [
  portOf(flagOf(argv, "p", "port"), CLIENT_PORT),
  portOf(flagOf(argv, "m", "http_port"), MONITOR_PORT),
];

export const natsServer: Program = server({
  ports: portsOf,
  startMs: 50,
  banner: (process) => [
    line(process, "Starting nats-server"),
    line(process, `  Version:  ${VERSION}`),
    line(process, `  Name:     ${process.host.hostname}`),
  ],
  begin: (process) => {
    process.state["startedAtMs"] = process.nowMs;
  },
  ready: (process) => {
    const [port, monitor] = portsOf(process);
    return [
      line(process, `Starting http monitor on 0.0.0.0:${monitor}`),
      line(process, `Listening for client connections on 0.0.0.0:${port}`),
      line(process, "Server is ready"),
    ];
  },
  stopping: (process) => [line(process, "Initiating Shutdown..."), line(process, "Server Exiting..")],
  stop: { ms: 20 },
  message: answer,
  http: monitor,
  memoryBytes: () => 15_000_000,
});

const subscriptionsOf = ({ state }: ProcessView): Subscription[] =>
  (state["subscriptions"] as unknown as Subscription[] | undefined) ?? [];

/** The body is `{ subscribe, queue, port }`, `{ publish, data }` or `{ request, data }`. */
function answer(process: ProcessView, { protocol, body, from }: MessageRequest): ServedAnswer {
  if (protocol !== "nats" || !isJsonObject(body)) return { type: "failed", why: "reset", afterMs: 1 };
  const { subscribe, publish, request } = body;
  process.state["messages"] = Number(process.state["messages"] ?? 0) + (subscribe === undefined ? 1 : 0);
  if (typeof subscribe === "string") {
    const made: Subscription = {
      subject: subscribe,
      queue: String(body["queue"] ?? ""),
      host: from,
      port: Number(body["port"]),
    };
    const others = subscriptionsOf(process).filter(({ host, port }) => host !== made.host || port !== made.port);
    process.state["subscriptions"] = [...others, made] as unknown as JsonValue;
    return { type: "message", body: {}, afterMs: 1 };
  }
  const subject = String(request ?? publish ?? "");
  const replies = deliver(process, subject, String(body["data"] ?? ""), request !== undefined);
  return { type: "message", body: request === undefined ? {} : { replies }, afterMs: 1 };
}

/** Sends a message to all subscribers and to one member of each group. Returns the replies to a request. */
function deliver(process: ProcessView, subject: string, data: string, isRequest: boolean): string[] {
  const matching = subscriptionsOf(process).filter((each) => matchesSubject(each.subject, subject));
  const groups = new Map<string, Subscription[]>();
  for (const each of matching) {
    const key = each.queue === "" ? `${each.host}:${each.port}` : `group ${each.queue}`;
    groups.set(key, [...(groups.get(key) ?? []), each]);
  }
  const replies: string[] = [];
  for (const members of groups.values()) {
    const first = process.random() % members.length;
    // A member that is gone is dropped, and the next one takes the message.
    for (let i = 0; i < members.length; i++) {
      const member = members[(first + i) % members.length];
      const reply = member && push(process, member, { subject, data, isRequest });
      if (!reply) continue;
      if (typeof reply["data"] === "string") replies.push(reply["data"]);
      break;
    }
  }
  return replies;
}

function push(process: ProcessView, member: Subscription, message: JsonObject): JsonObject | undefined {
  const { host, port } = member;
  const answered = process.ask({
    type: "message",
    host,
    port,
    protocol: "nats-push",
    body: message,
    timeoutMs: PUSH_TIMEOUT_MS,
  });
  if (answered?.type === "message" && isJsonObject(answered.body)) return answered.body;
  process.state["subscriptions"] = subscriptionsOf(process).filter((each) => each !== member) as unknown as JsonValue;
  return undefined;
}

function monitor(process: ProcessView, request: HttpRequest): ServedAnswer {
  const uptime = Math.floor((process.nowMs - Number(process.state["startedAtMs"])) / 1000);
  switch (splitPath(request.path).path) {
    case "/healthz":
      return json(200, { status: "ok" });
    case "/varz":
      return json(200, {
        server_name: process.host.hostname,
        version: VERSION,
        port: portsOf(process)[0],
        uptime: `${uptime}s`,
        in_msgs: Number(process.state["messages"] ?? 0),
        subscriptions: subscriptionsOf(process).length,
      });
    case "/connz":
      return json(200, {
        num_connections: subscriptionsOf(process).length,
        total: subscriptionsOf(process).length,
        connections: [],
      });
    case "/":
      return text(
        200,
        '<html lang="en"><head><title>NATS</title></head><body><a href=./varz>General</a></body></html>\n',
        { contentType: "text/html; charset=utf-8" },
      );
    default:
      return text(404, "404 page not found\n");
  }
}
