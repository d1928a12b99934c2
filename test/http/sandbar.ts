/** The whole Worker without workerd and database: the app over stores in memory, called like by clients. */
import { createHash } from "node:crypto";
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "yaml";
import { createApp } from "../../src/http/app.ts";
import { PLATFORM_RATE } from "../../src/http/platform/rate.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { type Rate, RateLimit } from "../../src/runtime/rate-limit.ts";
import { Runtime } from "../../src/runtime/runtime.ts";
import { createMemoryStores } from "../../src/storage/memory/stores.ts";
import type { Stores } from "../../src/storage/store.ts";
import { testEngine } from "../runtime/isolates.ts";
import { ManualClock } from "../runtime/manual-clock.ts";

export const ADMIN_TOKEN = "operator-token";
export const CA = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";

const PAGES = join(import.meta.dirname, "../../pages");

/** The pages from the sources, and an empty index of documents. */
async function staticAsset(path: string): Promise<Response | null> {
  if (path === "/v3/index.json") return new Response('{"paths":{}}');
  const body = await readFile(join(PAGES, path)).catch(() => null);
  return body && new Response(body, { headers: { etag: `"${createHash("sha256").update(body).digest("hex")}"` } });
}

export type Isolate = ReturnType<typeof createApp>;

export interface Call {
  method?: string;
  token?: string | null;
  body?: unknown;
  headers?: Record<string, string>;
}

export interface Reply {
  status: number;
  headers: Headers;
  text: string;
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
}

/** Errors that production only logs are failures here. */
function rethrow(error: unknown): never {
  throw error;
}

export interface SandbarOptions {
  /** The rate of each credential's requests. */
  rate?: Rate;
  /** The rate of each key's requests to the platform's API. */
  platformRate?: Rate;
  /** Receives the errors that production only logs. */
  onHindrance?: (error: unknown) => void;
}

export class TestSandbar {
  readonly clock = new ManualClock();
  readonly roundTrips: string[] = [];
  readonly #create: () => Isolate;
  #app: Isolate;

  constructor(
    tamper: (stores: Stores) => Stores = (stores) => stores,
    engine: Engine = testEngine,
    { rate, platformRate = PLATFORM_RATE, onHindrance = rethrow }: SandbarOptions = {},
  ) {
    const now = () => this.clock.now();
    const stores = tamper(createMemoryStores({ now, onRoundTrip: (name) => this.roundTrips.push(name) }));
    this.#create = () => {
      const runtime = new Runtime({ stores, engine, clock: this.clock, onHindrance, ...(rate && { rate }) });
      return createApp({
        platform: {
          ...{ stores, runtime, now, caCertificate: CA, publicUrl: "https://sandbar.test" },
          rateLimit: new RateLimit(platformRate, this.clock),
          adminTokenHash: createHash("sha256").update(ADMIN_TOKEN).digest("hex"),
        },
        runtime,
        asset: staticAsset,
      });
    };
    this.#app = this.#create();
  }

  /** Sends further requests to a new isolate with an empty cache. */
  newIsolate(): Isolate {
    this.#app = this.#create();
    return this.#app;
  }

  useIsolate(isolate: Isolate): void {
    this.#app = isolate;
  }

  raw(path: string, { method = "GET", token = null, body, headers = {} }: Call = {}): Promise<Response> {
    const all: Record<string, string> = { ...headers };
    if (token !== null) all["authorization"] = `Bearer ${token}`;
    if (body !== undefined) all["content-type"] ??= "application/json";
    const text = typeof body === "string" ? body : JSON.stringify(body);
    const request = new Request(`https://sandbar.test${path}`, {
      method,
      headers: all,
      ...(body !== undefined && { body: text }),
    });
    return Promise.resolve(this.#app.request(request));
  }

  async call(path: string, call: Call = {}): Promise<Reply> {
    const response = await this.raw(path, call);
    const text = await response.text();
    const isJson = response.headers.get("content-type")?.includes("json") ?? false;
    return {
      status: response.status,
      headers: response.headers,
      text,
      body: isJson && text !== "" ? JSON.parse(text) : undefined,
    };
  }

  /** A new organization's first API key. */
  async organization(name = "school"): Promise<string> {
    const { body } = await this.call("/v1/organizations", { method: "POST", token: ADMIN_TOKEN, body: { name } });
    return body.apiKey.key;
  }

  async cluster(apiKey: string, body: object = {}): Promise<string> {
    const reply = await this.call("/v1/clusters", { method: "POST", token: apiKey, body });
    return reply.body.id;
  }

  /** The token in the administrator's kubeconfig. */
  async adminOf(apiKey: string, clusterId: string): Promise<string> {
    const { text } = await this.call(`/v1/clusters/${clusterId}/kubeconfig`, { token: apiKey });
    return parse(text).users[0].user.token;
  }
}
