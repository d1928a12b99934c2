/** RabbitMQ's answers: to clients of AMQP and of the management API. */
import { FileError } from "../../../files/errors.ts";
import type { JsonObject, JsonValue } from "../../../lib/json.ts";
import { isJsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, json } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import * as queues from "./queues.ts";

function dataPath({ env }: ProcessView): string {
  return `${env["RABBITMQ_DATA_DIR"] ?? "/var/lib/rabbitmq"}/mnesia/queues.json`;
}

/** The broker of this process; at its start the durable part is read from the data folder. */
export function brokerOf(process: ProcessView): queues.Broker {
  process.state["broker"] ??= readDurable(process) as unknown as JsonValue;
  const broker = process.state["broker"] as unknown as queues.Broker;
  queues.requeueLost(broker, process.nowMs);
  return broker;
}

function readDurable(process: ProcessView): queues.Broker {
  const path = dataPath(process);
  if (process.files.find(path)?.type !== "file") return queues.emptyBroker();
  return JSON.parse(process.files.read(path)) as queues.Broker;
}

function saveDurable(process: ProcessView, broker: queues.Broker): void {
  const path = dataPath(process);
  try {
    const folder = path.replace(/\/[^/]*$/, "");
    if (!process.files.find(folder)) process.files.makeDirectory(folder, 0o750);
    process.files.write(path, JSON.stringify(queues.durablePart(broker)), 0o640);
  } catch (error) {
    // A broker without a writable folder keeps its queues in memory.
    if (!(error instanceof FileError)) throw error;
  }
}

function isError(value: unknown): value is queues.BrokerError {
  return isJsonObject(value) && typeof value["code"] === "number" && typeof value["text"] === "string";
}

const ACTIONS: Readonly<Record<string, string>> = {
  declareQueue: "queue.declare",
  publish: "basic.publish",
  get: "basic.get",
  take: "basic.consume",
  deleteQueue: "queue.delete",
  declareExchange: "exchange.declare",
  bind: "queue.bind",
};

/** One method of AMQP. */
export function amqp(process: ProcessView, body: JsonObject, users: JsonObject): JsonObject {
  const text = (name: string) => (typeof body[name] === "string" ? String(body[name]) : "");
  const action = text("action");
  const fail = ({ code, text: message }: queues.BrokerError): JsonObject => ({
    error: { code, text: message, action: ACTIONS[action] ?? action },
  });
  if (users[text("user")] !== text("password"))
    return fail({
      code: 403,
      text: "ACCESS_REFUSED - Login was refused using authentication mechanism PLAIN. For details see the broker logfile.",
    });
  const broker = brokerOf(process);
  const result = perform(process, broker, action, body, text);
  if (isError(result)) return fail(result);
  if (action !== "heartbeat") saveDurable(process, broker);
  return result;
}

function perform(
  process: ProcessView,
  broker: queues.Broker,
  action: string,
  body: JsonObject,
  text: (name: string) => string,
): JsonObject | queues.BrokerError {
  const queue = text("queue");
  switch (action) {
    case "declareQueue": {
      const options = { isDurable: body["isDurable"] === true, isPassive: body["isPassive"] === true };
      const found = queues.declareQueue(broker, queue, options);
      return isError(found) ? found : { name: found.name, ready: found.ready };
    }
    case "declareExchange":
      return queues.declareExchange(broker, text("exchange"), text("type"), body["isDurable"] === true) ?? {};
    case "bind":
      return queues.bindQueue(broker, queue, text("exchange"), text("routingKey")) ?? {};
    case "publish": {
      const message = { body: text("body"), routingKey: text("routingKey"), exchange: text("exchange") };
      const count = queues.publish(broker, { ...message, isPersistent: body["isPersistent"] === true });
      return typeof count === "number" ? { count } : count;
    }
    case "get":
    case "take": {
      const message = queues.take(broker, queue, text("consumer"), process.nowMs);
      if (!message) return {};
      if (isError(message)) return message;
      if (action === "get") queues.acknowledge(broker, queue, message.id, false);
      return { id: message.id, body: message.body, isRedelivered: message.isRedelivered };
    }
    case "acknowledge":
      queues.acknowledge(broker, queue, Number(body["id"]), body["isRejected"] === true);
      return {};
    case "heartbeat":
      queues.heartbeat(broker, text("consumer"), process.nowMs);
      return {};
    case "deleteQueue":
    case "purgeQueue": {
      const count = action === "deleteQueue" ? queues.deleteQueue(broker, queue) : queues.purgeQueue(broker, queue);
      return typeof count === "number" ? { count } : count;
    }
    default:
      return { code: 540, text: `NOT_IMPLEMENTED - ${action}` };
  }
}

function queueFacts(name: string, { isDurable, ready, unacknowledged }: queues.Queue): JsonObject {
  return {
    name,
    vhost: "/",
    durable: isDurable,
    state: "running",
    type: "classic",
    messages: ready.length + unacknowledged.length,
    messages_ready: ready.length,
    messages_unacknowledged: unacknowledged.length,
    consumers: new Set(unacknowledged.map(({ consumer }) => consumer)).size,
  };
}

/** Paths of the management API on queues and exchanges; undefined for others. */
export function management(process: ProcessView, { method, path, body }: HttpRequest): HttpAnswer | undefined {
  const broker = brokerOf(process);
  const [, kind = "", , name, action] =
    /^\/api\/(queues|exchanges)(\/%2[fF](?:\/([^/?]+)(?:\/(\w+))?)?)?(?:\?.*)?$/.exec(path) ?? [];
  if (kind === "") return undefined;
  const given: unknown = body === "" ? {} : JSON.parse(body);
  const options = isJsonObject(given) ? given : {};
  const found =
    kind === "queues"
      ? queueRequest(process, broker, method, name, action, options)
      : exchangeRequest(broker, method, name, action, options);
  if (method !== "GET") saveDurable(process, broker);
  return found ?? json(404, { error: "Object Not Found", reason: "Not Found" });
}

function queueRequest(
  process: ProcessView,
  broker: queues.Broker,
  method: string,
  name: string | undefined,
  action: string | undefined,
  options: JsonObject,
): HttpAnswer | undefined {
  if (name === undefined)
    return json(
      200,
      Object.entries(broker.queues).map(([each, queue]) => queueFacts(each, queue)),
    );
  if (method === "PUT") {
    const result = queues.declareQueue(broker, name, { isDurable: options["durable"] !== false, isPassive: false });
    return isError(result) ? json(400, { error: "bad_request", reason: result.text }) : json(201, {});
  }
  const queue = Object.hasOwn(broker.queues, name) ? broker.queues[name] : undefined;
  if (!queue) return undefined;
  if (method === "DELETE") {
    if (action === "contents") queues.purgeQueue(broker, name);
    else queues.deleteQueue(broker, name);
    return json(204, {});
  }
  if (action !== "get") return json(200, queueFacts(name, queue));
  const count = Math.min(Number(options["count"] ?? 1), queue.ready.length);
  const isKept = /requeue_true$/.test(String(options["ackmode"] ?? ""));
  const messages = Array.from({ length: count }, () => queues.take(broker, name, "management", process.nowMs));
  const shown = messages.flatMap((message) => {
    if (!message || isError(message)) return [];
    const { body, exchange, routingKey, isRedelivered } = message;
    return [
      { payload: body, payload_bytes: body.length, exchange, routing_key: routingKey, redelivered: isRedelivered },
    ];
  });
  for (const message of [...messages].reverse())
    if (message && !isError(message)) queues.acknowledge(broker, name, message.id, isKept);
  return json(200, shown);
}

function exchangeRequest(
  broker: queues.Broker,
  method: string,
  name: string | undefined,
  action: string | undefined,
  options: JsonObject,
): HttpAnswer | undefined {
  if (name === undefined)
    return json(
      200,
      Object.entries(broker.exchanges).map(([each, { type, isDurable }]) => ({
        name: each,
        vhost: "/",
        type,
        durable: isDurable,
      })),
    );
  const exchange = name === "amq.default" ? "" : name;
  if (method === "PUT") {
    const problem = queues.declareExchange(
      broker,
      exchange,
      String(options["type"] ?? "direct"),
      options["durable"] !== false,
    );
    return problem ? json(400, { error: "bad_request", reason: problem.text }) : json(201, {});
  }
  if (action !== "publish") return undefined;
  const message = {
    body: String(options["payload"] ?? ""),
    routingKey: String(options["routing_key"] ?? ""),
    exchange,
  };
  const count = queues.publish(broker, { ...message, isPersistent: true });
  return isError(count) ? json(400, { error: "bad_request", reason: count.text }) : json(200, { routed: count > 0 });
}
