/** Queues, exchanges and messages of a broker, as JSON. */
import { MAX_BROKER_BYTES, MAX_BROKER_MESSAGES } from "../../../lib/container-limits.ts";

export interface Message {
  id: number;
  body: string;
  routingKey: string;
  exchange: string;
  isPersistent: boolean;
  isRedelivered: boolean;
}

export interface Queue {
  isDurable: boolean;
  ready: Message[];
  /** Messages that a consumer has: they return when it does not tell of itself any more. */
  unacknowledged: { message: Message; consumer: string; untilMs: number }[];
}

interface Binding {
  exchange: string;
  queue: string;
  key: string;
}

export interface Broker {
  queues: Record<string, Queue>;
  exchanges: Record<string, { type: string; isDurable: boolean }>;
  bindings: Binding[];
  nextId: number;
}

/** AMQP's code and text of a refusal. */
export interface BrokerError {
  code: number;
  text: string;
}

/** A consumer that does not tell of itself for this time has lost its connection. */
const HEARTBEAT_MS = 60_000;

export function emptyBroker(): Broker {
  const own = {
    "": "direct",
    "amq.direct": "direct",
    "amq.fanout": "fanout",
    "amq.topic": "topic",
    "amq.headers": "headers",
  };
  const exchanges = Object.entries(own).map(([name, type]) => [name, { type, isDurable: true }] as const);
  return { queues: {}, exchanges: Object.fromEntries(exchanges), bindings: [], nextId: 1 };
}

function queueOf({ queues }: Broker, name: string): Queue | undefined {
  return Object.hasOwn(queues, name) ? queues[name] : undefined;
}

function noQueue(name: string): BrokerError {
  return { code: 404, text: `NOT_FOUND - no queue '${name}' in vhost '/'` };
}

/** The queue's name and counts. An empty name gets one of the server. */
export function declareQueue(
  broker: Broker,
  given: string,
  { isDurable, isPassive }: { isDurable: boolean; isPassive: boolean },
): { name: string; ready: number } | BrokerError {
  const name = given === "" ? `amq.gen-${String(broker.nextId++).padStart(22, "0")}` : given;
  const known = queueOf(broker, name);
  if (!known && isPassive) return noQueue(name);
  if (known && !isPassive && known.isDurable !== isDurable) {
    const text = `PRECONDITION_FAILED - inequivalent arg 'durable' for queue '${name}' in vhost '/': received '${isDurable}' but current is '${known.isDurable}'`;
    return { code: 406, text };
  }
  if (!known) broker.queues[name] = { isDurable, ready: [], unacknowledged: [] };
  return { name, ready: known?.ready.length ?? 0 };
}

export function declareExchange(
  broker: Broker,
  name: string,
  type: string,
  isDurable: boolean,
): BrokerError | undefined {
  if (!/^(direct|fanout|topic)$/.test(type))
    return { code: 503, text: `COMMAND_INVALID - unknown exchange type '${type}'` };
  const known = Object.hasOwn(broker.exchanges, name) ? broker.exchanges[name] : undefined;
  if (known && known.type !== type)
    return {
      code: 406,
      text: `PRECONDITION_FAILED - inequivalent arg 'type' for exchange '${name}' in vhost '/': received '${type}' but current is '${known.type}'`,
    };
  broker.exchanges[name] = { type, isDurable };
  return undefined;
}

export function bindQueue(broker: Broker, queue: string, exchange: string, key: string): BrokerError | undefined {
  if (!queueOf(broker, queue)) return noQueue(queue);
  if (!Object.hasOwn(broker.exchanges, exchange))
    return { code: 404, text: `NOT_FOUND - no exchange '${exchange}' in vhost '/'` };
  const isKnown = broker.bindings.some(
    (each) => each.queue === queue && each.exchange === exchange && each.key === key,
  );
  if (!isKnown) broker.bindings.push({ queue, exchange, key });
  return undefined;
}

/** `*` is one word and `#` any number of words. */
function matchesTopic(pattern: string, key: string): boolean {
  const match = (wanted: readonly string[], given: readonly string[]): boolean => {
    const [first, ...rest] = wanted;
    if (first === undefined) return given.length === 0;
    if (first === "#") return match(rest, given) || (given.length > 0 && match(wanted, given.slice(1)));
    return given.length > 0 && (first === "*" || first === given[0]) && match(rest, given.slice(1));
  };
  return match(pattern.split("."), key.split("."));
}

function targetsOf(broker: Broker, exchange: string, key: string): string[] {
  if (exchange === "") return queueOf(broker, key) ? [key] : [];
  const { type } = broker.exchanges[exchange] ?? { type: "direct" };
  const found = broker.bindings.filter(
    (each) =>
      each.exchange === exchange &&
      (type === "fanout" || (type === "topic" ? matchesTopic(each.key, key) : each.key === key)),
  );
  return [...new Set(found.map(({ queue }) => queue))];
}

/** The number of queues that got the message; a message without a queue is dropped, as a broker does. */
export function publish(
  broker: Broker,
  message: Pick<Message, "body" | "routingKey" | "exchange" | "isPersistent">,
): number | BrokerError {
  const { exchange, routingKey } = message;
  if (!Object.hasOwn(broker.exchanges, exchange))
    return { code: 404, text: `NOT_FOUND - no exchange '${exchange}' in vhost '/'` };
  const targets = targetsOf(broker, exchange, routingKey);
  if (targets.length > 0 && isFull(broker, message.body.length))
    return { code: 506, text: "RESOURCE_ERROR - the memory of the broker is used up" };
  for (const name of targets)
    broker.queues[name]?.ready.push({ ...message, id: broker.nextId++, isRedelivered: false });
  return targets.length;
}

function isFull({ queues }: Broker, size: number): boolean {
  const messages = Object.values(queues).flatMap(({ ready, unacknowledged }) => [
    ...ready,
    ...unacknowledged.map(({ message }) => message),
  ]);
  const bytes = messages.reduce((sum, { body }) => sum + body.length, size);
  return messages.length >= MAX_BROKER_MESSAGES || bytes > MAX_BROKER_BYTES;
}

/** Messages of lost consumers return to the head of their queue. */
export function requeueLost({ queues }: Broker, nowMs: number): void {
  for (const queue of Object.values(queues)) {
    const lost = queue.unacknowledged.filter(({ untilMs }) => untilMs <= nowMs);
    if (lost.length === 0) continue;
    queue.unacknowledged = queue.unacknowledged.filter(({ untilMs }) => untilMs > nowMs);
    queue.ready.unshift(...lost.map(({ message }) => ({ ...message, isRedelivered: true })));
  }
}

/** The next message; it stays with the consumer until it is acknowledged. Undefined: the queue is empty. */
export function take(broker: Broker, name: string, consumer: string, nowMs: number): Message | BrokerError | undefined {
  const queue = queueOf(broker, name);
  if (!queue) return noQueue(name);
  const message = queue.ready.shift();
  if (message) queue.unacknowledged.push({ message, consumer, untilMs: nowMs + HEARTBEAT_MS });
  return message;
}

export function acknowledge(broker: Broker, name: string, id: number, isRejected: boolean): void {
  const queue = queueOf(broker, name);
  const found = queue?.unacknowledged.find(({ message }) => message.id === id);
  if (!queue || !found) return;
  queue.unacknowledged = queue.unacknowledged.filter((each) => each !== found);
  if (isRejected) queue.ready.unshift({ ...found.message, isRedelivered: true });
}

export function heartbeat({ queues }: Broker, consumer: string, nowMs: number): void {
  for (const { unacknowledged } of Object.values(queues))
    for (const each of unacknowledged) if (each.consumer === consumer) each.untilMs = nowMs + HEARTBEAT_MS;
}

/** The number of messages that are gone with it. */
export function deleteQueue(broker: Broker, name: string): number | BrokerError {
  const queue = queueOf(broker, name);
  if (!queue) return noQueue(name);
  delete broker.queues[name];
  broker.bindings = broker.bindings.filter((each) => each.queue !== name);
  return queue.ready.length;
}

export function purgeQueue(broker: Broker, name: string): number | BrokerError {
  const queue = queueOf(broker, name);
  if (!queue) return noQueue(name);
  const count = queue.ready.length;
  queue.ready = [];
  return count;
}

/** The part that survives a restart: durable queues with their persistent messages. */
export function durablePart({ queues, exchanges, bindings, nextId }: Broker): Broker {
  const kept = Object.entries(queues).flatMap(([name, queue]): [string, Queue][] => {
    if (!queue.isDurable) return [];
    const messages = [...queue.unacknowledged.map(({ message }) => message), ...queue.ready];
    return [[name, { isDurable: true, ready: messages.filter((each) => each.isPersistent), unacknowledged: [] }]];
  });
  return {
    queues: Object.fromEntries(kept),
    exchanges: Object.fromEntries(Object.entries(exchanges).filter(([, { isDurable }]) => isDurable)),
    bindings: bindings.filter(({ queue }) => kept.some(([name]) => name === queue)),
    nextId,
  };
}
