/** Scalers: each reads one type of triggers. */
import type { JsonObject, JsonValue } from "../../../../lib/json.ts";
import type { Answer, Question } from "../../../../shell/question.ts";
import type { Client } from "../../../kubectl/core/client.ts";
import { Failure, type Steps } from "../../../kubectl/core/session.ts";

/** A trigger with its values resolved. */
export interface Trigger {
  type: string;
  index: number;
  /** `metadata`, with variables of the target's container under `…FromEnv`, and parameters of its authentication. */
  values: Readonly<Record<string, string>>;
  namespace: string;
  metricType: "AverageValue" | "Value" | "Utilization";
}

export interface Reading {
  value: number;
  isActive: boolean;
}

export interface Address {
  host: string;
  port: number;
}

export interface ScalerApi {
  client: Client;
  nowMs: number;
}

export interface Scaler {
  /** Without the index: `redis-queue`. */
  metricName(trigger: Trigger): string;
  /** The value that one replica stands for. */
  target(trigger: Trigger): number;
  /** Throws Failure if the source does not answer. */
  read(api: ScalerApi, trigger: Trigger): Steps<Reading>;
  /** Where the server is. Requests to its pods are what changes the value. */
  server?(trigger: Trigger): Address;
  /** Resources whose objects decide about the value. */
  resources?: readonly string[];
  /** The next instant at which the value changes by itself. "sometimes": that is not known. */
  changesAt?(trigger: Trigger, nowMs: number): number | "sometimes" | undefined;
}

/** A number of the trigger. Throws Failure if it is missing without a default, or no number. */
export function numberOf({ type, values }: Trigger, name: string, fallback?: number): number {
  const text = values[name];
  if (text === undefined && fallback !== undefined) return fallback;
  if (text === undefined) throw new Failure(`error parsing ${type} metadata: missing required parameter "${name}"`);
  const value = Number(text);
  if (Number.isNaN(value))
    throw new Failure(`error parsing ${type} metadata: unable to set param "${name}" value "${text}"`);
  return value;
}

/** A text of the trigger, by the first of these names. Throws Failure if it is missing without a default. */
export function textOf({ type, values }: Trigger, names: readonly string[], fallback?: string): string {
  for (const name of names) if (values[name] !== undefined) return values[name];
  if (fallback !== undefined) return fallback;
  throw new Failure(`error parsing ${type} metadata: missing required parameter "${names[0]}"`);
}

/** A message to a server. Throws Failure without an answer. */
export function* asked(question: Extract<Question, { type: "message" }>): Steps<JsonValue> {
  const answer = (yield { type: "ask", question }) as unknown as Answer;
  if (answer.type === "message") return (answer.body ?? null) as JsonValue;
  const { host, port } = question;
  const why = answer.type === "failed" ? answer.why : "reset";
  throw new Failure(`dial tcp ${host}:${port}: ${REASONS[why] ?? "connect: connection refused"}`);
}

const REASONS: Readonly<Record<string, string>> = {
  unknownName: "no such host",
  noRecord: "no such host",
  timeout: "i/o timeout",
  reset: "read: connection reset by peer",
};

/** Host and port of `redis:6379` or of a URL. */
export function addressOf(text: string, port: number): Address {
  const [, host = "", given] = /^(?:[a-z]+:\/\/)?(?:[^@/]*@)?([^:/,?]+)(?::(\d+))?/.exec(text) ?? [];
  return { host, port: Number(given ?? port) };
}

/** A body that is an object. */
export function bodyOf(value: JsonValue): JsonObject {
  return typeof value === "object" && value !== null && !Array.isArray(value) ? value : {};
}
