/** A fresh cluster with its API server and without controllers: nothing happens except the requests of the test. */
import type { Services } from "../../src/apiserver/context.ts";
import { handle } from "../../src/apiserver/handle.ts";
import type { ApiOutcome, ApiRequest, Provided, ProvidedAnswer, User, WatchPlan } from "../../src/apiserver/request.ts";
import { withInfo } from "../../src/apiserver/request-info.ts";
import { buildBase } from "../../src/cluster/base/index.ts";
import type { ClusterTransaction } from "../../src/cluster/cluster-transaction.ts";
import { needKey } from "../../src/cluster/needs.ts";
import { Snapshot } from "../../src/cluster/snapshot.ts";
import { ControllerManager } from "../../src/control-plane/controller-manager.ts";
import { writePolicy } from "../../src/control-plane/policy.ts";
import type { Controller } from "../../src/controllers/controller.ts";

export const START_MS = Date.parse("2026-01-01T00:00:00Z");
export const ADMIN: User = { name: "kubernetes-admin", groups: ["system:masters", "system:authenticated"] };
export const JANE: User = { name: "jane", groups: ["developers", "system:authenticated"] };
export const ANONYMOUS: User = { name: "system:anonymous", groups: ["system:unauthenticated"] };

const SIGNING_KEY: ProvidedAnswer = {
  type: "signingKey",
  key: { keyId: "c1.0123456789ABCDEFGHIJKLMNO", privateKey: "1".repeat(64) },
};

export interface Answer {
  status: number;
  headers: Record<string, string>;
  /** The parsed body if it is JSON, else the text. */
  // biome-ignore lint/suspicious/noExplicitAny: tests read answers of every shape
  body: any;
  text: string;
}

export interface Asked {
  body?: unknown;
  type?: string;
  accept?: string;
  user?: User;
  headers?: Record<string, string>;
  offsetMs?: number;
  provided?: Provided;
}

export class Server {
  readonly tx: ClusterTransaction;
  readonly #engine: ControllerManager;
  readonly #services: Services;

  /** With `controllers`, the due work of controllers runs when time passes. */
  constructor(controllers: readonly Controller[] = [], services: Services = {}) {
    this.#services = services;
    const settings = { nodes: [], latency: "instant", unknownImages: "run", caCertificate: "CA" } as const;
    const base = buildBase({ nodes: [] });
    const revision = base.objects.length;
    const world = Snapshot.load(
      {
        id: "c1",
        version: 1,
        revision,
        compactedRevision: 0,
        timeMs: START_MS,
        offsetMs: 0,
        nextDueAtMs: null,
        baseId: base.id,
        seed: "seed",
        createdAtMs: START_MS,
        counters: '{"random":0}',
        settings: JSON.stringify(settings),
      },
      base,
      [],
    );
    this.#engine = new ControllerManager(controllers, writePolicy);
    this.tx = this.#engine.begin(world);
  }

  /** Advances the time and runs the work that becomes due. */
  pass(ms: number): void {
    this.#engine.advance(this.tx, this.tx.nowMs + ms);
  }

  outcome(method: string, target: string, asked: Asked = {}): ApiOutcome {
    const url = new URL(target, "http://server");
    const isRaw = typeof asked.body === "string" || asked.body instanceof Uint8Array;
    const body = isRaw
      ? (asked.body as string | Uint8Array)
      : asked.body === undefined
        ? ""
        : JSON.stringify(asked.body);
    const type = asked.type ?? (asked.body === undefined ? undefined : "application/json");
    const request: ApiRequest = {
      ...withInfo({ method, path: url.pathname, query: url.searchParams }),
      headers: {
        "user-agent": "test/v1",
        accept: asked.accept ?? "application/json",
        ...(type && { "content-type": type }),
        ...asked.headers,
      },
      body,
      caller: { type: "user", user: asked.user ?? ADMIN },
      requestId: "request-1",
      offsetMs: asked.offsetMs ?? 0,
    };
    const outcome = handle(this.tx, request, asked.provided ?? new Map(), this.#services);
    // A request that needs the cluster's key gets one and runs again, as in the runtime.
    const needsKey = outcome.type === "needs" && outcome.need.type === "signingKey";
    const provided = new Map([[needKey({ type: "signingKey" }), SIGNING_KEY]]);
    return needsKey ? handle(this.tx, request, provided, this.#services) : outcome;
  }

  send(method: string, target: string, asked: Asked = {}): Answer {
    const outcome = this.outcome(method, target, asked);
    if (outcome.type !== "response") throw new Error(`expected a response, got ${outcome.type}`);
    const { status, headers, body } = outcome.response;
    const isJson = headers["content-type"]?.startsWith("application/json") && body !== "";
    return { status, headers, text: body, body: isJson ? JSON.parse(body.split("\n")[0]!) : undefined };
  }

  get(target: string, asked: Asked = {}): Answer {
    return this.send("GET", target, asked);
  }

  post(target: string, body: unknown, asked: Asked = {}): Answer {
    return this.send("POST", target, { body, ...asked });
  }

  put(target: string, body: unknown, asked: Asked = {}): Answer {
    return this.send("PUT", target, { body, ...asked });
  }

  patch(target: string, body: unknown, type = "application/merge-patch+json", asked: Asked = {}): Answer {
    return this.send("PATCH", target, { body, type, ...asked });
  }

  delete(target: string, asked: Asked = {}): Answer {
    return this.send("DELETE", target, asked);
  }

  watch(target: string, asked: Asked = {}): WatchPlan {
    const outcome = this.outcome("GET", target, asked);
    if (outcome.type !== "watch") throw new Error(`expected a watch, got ${JSON.stringify(outcome)}`);
    return outcome.watch;
  }

  /** The events of a watch for all changes that were committed since it was opened. */
  seen(plan: WatchPlan): { type: string; object: Record<string, unknown> & { metadata: Record<string, unknown> } }[] {
    const { changes } = this.tx.writeSet.committed();
    const lines = changes
      .filter((change) => change.revision > plan.afterRevision && change.key.startsWith(plan.keyPrefix))
      .map((change) => plan.render(change, this.tx.nowMs));
    return [...plan.initial, ...lines].filter((line) => line !== null).map((line) => JSON.parse(line));
  }
}

export function configMap(name: string, data?: Record<string, string>, labels?: Record<string, string>) {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name, ...(labels && { labels }) }, ...(data && { data }) };
}

export const CONFIG_MAPS = "/api/v1/namespaces/default/configmaps";
