/** A request to an open Vault, and the forms of its answers. */
import { textOfBytes } from "../../../lib/bytes.ts";
import { toHex } from "../../../lib/encoding.ts";
import { isJsonObject, type JsonObject, type JsonValue } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { type HttpAnswer, json } from "../http.ts";
import type { HttpRequest } from "../server.ts";
import type { Barrier, Token } from "./store.ts";

export type Method = "GET" | "LIST" | "PUT" | "PATCH" | "DELETE";

export interface VaultCall {
  process: ProcessView;
  barrier: Barrier;
  method: Method;
  /** Without `/v1/`. */
  path: string;
  body: JsonObject;
  /** The caller's; undefined for the root token. */
  token: Token | undefined;
}

/** The fields of a request. */
export function bodyOf({ body }: HttpRequest): JsonObject {
  try {
    const value = JSON.parse(textOfBytes(body)) as JsonValue;
    return isJsonObject(value) ? value : {};
  } catch {
    // A body that is no JSON has no fields.
    return {};
  }
}

export const errors = (status: number, ...texts: string[]): HttpAnswer => json(status, { errors: texts });

/** Status 204: the request is done. */
export const done = (): HttpAnswer => json(204, null);

/** An answer with `data` or with other fields of its own. */
export function answered(process: ProcessView, fields: JsonObject): HttpAnswer {
  const common = { lease_id: "", renewable: false, lease_duration: 0, data: null, wrap_info: null, warnings: null };
  return json(200, { request_id: randomId(process), ...common, auth: null, ...fields });
}

export const unsupportedRoute = (path: string): HttpAnswer =>
  errors(404, `no handler for route "${path}". route entry not found.`);

/** Random text in hexadecimal digits. */
export function randomHex(process: ProcessView, length: number): string {
  const bytes = Uint8Array.from({ length: Math.ceil(length / 2) }, () => process.random() & 255);
  return toHex(bytes).slice(0, length);
}

function randomId(process: ProcessView): string {
  const id = randomHex(process, 32);
  return [id.slice(0, 8), id.slice(8, 12), id.slice(12, 16), id.slice(16, 20), id.slice(20)].join("-");
}

/** A list, or names with commas. */
export function namesIn(value: JsonValue | undefined): string[] {
  if (Array.isArray(value)) return value.map(String);
  const names = String(value ?? "").split(",");
  return names.map((each) => each.trim()).filter((each) => each !== "");
}

const UNITS_MS: Readonly<Record<string, number>> = { s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 };

/** `24h`, `1h30m` and seconds, in ms; undefined for everything else and for 0. */
export function durationMs(value: JsonValue | undefined): number | undefined {
  const text = String(value ?? "");
  if (/^\d+$/.test(text)) return Number(text) * 1000 || undefined;
  if (!/^(\d+[smhd])+$/.test(text)) return undefined;
  const parts = [...text.matchAll(/(\d+)([smhd])/g)];
  return parts.reduce((sum, [, count, unit = "s"]) => sum + Number(count) * (UNITS_MS[unit] ?? 0), 0) || undefined;
}
