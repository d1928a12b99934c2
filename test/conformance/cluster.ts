/**
 * A cluster as the conformance tests see it: a client sends requests, waits in virtual time, reads logs and runs
 * commands. The whole runtime works, without HTTP and database.
 */

import { chosenProtocol } from "../../src/http/channels.ts";
import { WebSocketConnection } from "../../src/http/sessions.ts";
import { byteString, bytesOf, textOfBytes } from "../../src/lib/bytes.ts";
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import { type KubernetesAnswer, Runtime } from "../../src/runtime/runtime.ts";
import { Sandbox } from "../runtime/isolates.ts";
import { FakeSocket } from "../support/fake-socket.ts";
import { installAllSoftware } from "../support/software.ts";

// biome-ignore lint/suspicious/noExplicitAny: answers have every shape
export type Json = any;

export interface Reply {
  status: number;
  headers: Record<string, string>;
  text: string;
  body: Json;
}

export interface RequestOptions {
  contentType?: string;
  headers?: Record<string, string>;
}

export interface ExecResult {
  stdout: string;
  stderr: string;
  code: number;
}

export interface WatchEvent {
  type: string;
  object: Json;
}

const MINUTE_MS = 60_000;
/** How often the tests look, ms. */
const POLL_MS = 1000;
const RATE = { burst: 1_000_000, perSecond: 1_000_000 };
const RESOURCES: Readonly<Record<string, string>> = {
  Endpoints: "endpoints",
  Ingress: "ingresses",
  IngressClass: "ingressclasses",
  NetworkPolicy: "networkpolicies",
  PriorityClass: "priorityclasses",
  RuntimeClass: "runtimeclasses",
  StorageClass: "storageclasses",
  VolumeAttributesClass: "volumeattributesclasses",
  DeviceClass: "deviceclasses",
  CSIStorageCapacity: "csistoragecapacities",
  IPAddress: "ipaddresses",
  ValidatingAdmissionPolicy: "validatingadmissionpolicies",
  MutatingAdmissionPolicy: "mutatingadmissionpolicies",
};
const CLUSTER_SCOPED =
  /^(Namespace|Node|PersistentVolume|StorageClass|RuntimeClass|PriorityClass|CSIDriver|CSINode|VolumeAttachment|VolumeAttributesClass|DeviceClass|ResourceSlice|ClusterRole|ClusterRoleBinding|IngressClass|ServiceCIDR|IPAddress|FlowSchema|PriorityLevelConfiguration|CustomResourceDefinition|(Validating|Mutating)AdmissionPolicy(Binding)?)$/;

export class ConformanceCluster {
  readonly #sandbox: Sandbox;
  readonly #runtime: Runtime;
  #requests = 0;
  #namespaces = 0;
  /** The namespace of the present test. */
  namespace = "default";

  private constructor(sandbox: Sandbox) {
    this.#sandbox = sandbox;
    this.#runtime = new Runtime({
      stores: sandbox.stores,
      engine: controlPlane as unknown as Engine,
      clock: sandbox.clock,
      rate: RATE,
      onHindrance: (error) => {
        throw error;
      },
    });
  }

  static async create(): Promise<ConformanceCluster> {
    installAllSoftware();
    const cluster = new ConformanceCluster(await Sandbox.create());
    await cluster.pass(30_000);
    return cluster;
  }

  get nowMs(): number {
    return this.#sandbox.clock.now();
  }

  /** Every test has a namespace of its own. The one of the test before is deleted. */
  async newNamespace(labels: Record<string, string> = {}): Promise<string> {
    if (this.#namespaces > 0) await this.request("DELETE", `/api/v1/namespaces/${this.namespace}`);
    this.namespace = `e2e-tests-${++this.#namespaces}`;
    await this.create({ apiVersion: "v1", kind: "Namespace", metadata: { name: this.namespace, labels } });
    await this.eventually(async () => {
      const account = await this.request("GET", this.path("v1", "serviceaccounts", "default"));
      return account.status === 200;
    });
    return this.namespace;
  }

  pass(ms: number): Promise<void> {
    return this.#sandbox.clock.pass(ms);
  }

  // ---- Requests

  async send(method: string, target: string, body?: unknown, options: RequestOptions = {}): Promise<KubernetesAnswer> {
    const { pathname, searchParams } = new URL(target, "https://sandbar.test");
    const contentType = options.contentType ?? (body === undefined ? undefined : "application/json");
    const work = this.#runtime.kubernetes(
      this.#sandbox.access,
      {
        ...{ method, path: pathname, query: searchParams },
        headers: { ...(contentType && { "content-type": contentType }), ...options.headers },
        readBody: async () => (body === undefined ? "" : typeof body === "string" ? body : JSON.stringify(body)),
        requestId: `request-${++this.#requests}`,
        shown: { type: "secret" },
      },
      { waitUntil: () => {} },
    );
    return this.#sandbox.clock.until(work);
  }

  async request(method: string, target: string, body?: unknown, options?: RequestOptions): Promise<Reply> {
    const answer = await this.send(method, target, body, options);
    if (answer.type !== "response") throw new Error(`${method} ${target} was answered with a ${answer.type}`);
    const { status, headers, body: text, isBytes } = answer.response;
    const isJson = Object.entries(headers).some(([name, value]) => /content-type/i.test(name) && /json/.test(value));
    const shown = isBytes ? textOfBytes(text) : text;
    return { status, headers, text: shown, body: isJson && shown !== "" ? JSON.parse(shown) : undefined };
  }

  /** The path of a resource in the present namespace. */
  path(apiVersion: string, plural: string, name = "", subresource = ""): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    return [`${root}/namespaces/${this.namespace}/${plural}`, name, subresource]
      .filter((part) => part !== "")
      .join("/");
  }

  pathOf({ apiVersion, kind, metadata }: Json, isCollection = false): string {
    const root = apiVersion.includes("/") ? `/apis/${apiVersion}` : `/api/${apiVersion}`;
    const plural = RESOURCES[kind] ?? `${kind.toLowerCase()}s`;
    const scope = CLUSTER_SCOPED.test(kind) ? "" : `/namespaces/${metadata.namespace ?? this.namespace}`;
    return `${root}${scope}/${plural}${isCollection ? "" : `/${metadata.name}`}`;
  }

  /** Throws if the server refuses. */
  async create(object: Json): Promise<Json> {
    return this.#accepted(await this.request("POST", this.pathOf(object, true), object));
  }

  async get(object: Json): Promise<Json> {
    return this.#accepted(await this.request("GET", this.pathOf(object)));
  }

  /** Changes the newest version of an object. */
  async update(object: Json, change: (draft: Json) => void, subresource = ""): Promise<Json> {
    const path = this.pathOf(object);
    const draft = this.#accepted(await this.request("GET", path));
    change(draft);
    return this.#accepted(await this.request("PUT", subresource === "" ? path : `${path}/${subresource}`, draft));
  }

  async patch(object: Json, patch: Json, { type = "strategic-merge-patch", subresource = "" } = {}): Promise<Json> {
    const path = `${this.pathOf(object)}${subresource === "" ? "" : `/${subresource}`}`;
    return this.#accepted(await this.request("PATCH", path, patch, { contentType: `application/${type}+json` }));
  }

  async delete(object: Json, options: Json = {}): Promise<void> {
    this.#accepted(await this.request("DELETE", this.pathOf(object), options));
  }

  /** Deletes and waits until it is gone. */
  async deleteSync(object: Json, options: Json = {}, timeoutMs = 5 * MINUTE_MS): Promise<void> {
    await this.delete(object, options);
    await this.eventually(async () => (await this.request("GET", this.pathOf(object))).status === 404, timeoutMs);
  }

  async list(apiVersion: string, plural: string, query = ""): Promise<Json[]> {
    const path = this.path(apiVersion, plural);
    const { kind, items } = this.#accepted(await this.request("GET", query === "" ? path : `${path}?${query}`));
    // The items of a list do not tell their kind.
    return items.map((item: Json) => ({ apiVersion, kind: kind.replace(/List$/, ""), ...item }));
  }

  #accepted({ status, body, text }: Reply): Json {
    if (status >= 400) throw new Error(`${status} ${body?.message ?? text}`);
    return body;
  }

  // ---- Waiting

  /** Calls `check` each second until it returns something else than false and undefined. */
  async eventually<T>(
    check: () => Promise<T>,
    timeoutMs = 5 * MINUTE_MS,
    told?: () => unknown,
  ): Promise<Exclude<T, false | undefined>> {
    const endMs = this.nowMs + timeoutMs;
    for (;;) {
      const result = await check();
      if (result !== false && result !== undefined) return result as Exclude<T, false | undefined>;
      if (this.nowMs >= endMs) throw new Error(`timed out after ${timeoutMs} ms: ${JSON.stringify(await told?.())}`);
      await this.pass(POLL_MS);
    }
  }

  /** The pod in this phase. Throws when it reaches another final one. */
  async phase(pod: Json, phase: string, timeoutMs = 5 * MINUTE_MS): Promise<Json> {
    return this.eventually(
      async () => {
        const seen = await this.get(pod);
        const isFinal = ["Succeeded", "Failed"].includes(seen.status.phase);
        if (isFinal && seen.status.phase !== phase) throw new Error(`the pod is ${JSON.stringify(seen.status)}`);
        return seen.status.phase === phase && seen;
      },
      timeoutMs,
      async () => (await this.get(pod)).status,
    );
  }

  async ready(pod: Json, timeoutMs = 5 * MINUTE_MS): Promise<Json> {
    return this.eventually(
      async () => {
        const seen = await this.get(pod);
        return conditionOf(seen, "Ready") === "True" && seen;
      },
      timeoutMs,
      async () => (await this.get(pod)).status,
    );
  }

  /** Creates a pod and waits until it runs and is ready. */
  async createSync(pod: Json): Promise<Json> {
    await this.create(pod);
    return this.ready(pod);
  }

  // ---- Programs

  async log(pod: string, container = "", query = ""): Promise<string> {
    const parameters = [container && `container=${container}`, query].filter((part) => part !== "").join("&");
    const reply = await this.request("GET", `${this.path("v1", "pods", pod, "log")}?${parameters}`);
    if (reply.status !== 200) throw new Error(reply.body?.message ?? reply.text);
    return reply.text;
  }

  /** A command in a container, over the protocol of WebSockets that clients prefer. */
  async exec(pod: string, container: string, command: readonly string[], stdin?: string): Promise<ExecResult> {
    const query = [
      ...command.map((part) => `command=${encodeURIComponent(part)}`),
      ...(container === "" ? [] : [`container=${container}`]),
      ...["stdout=true", "stderr=true", `stdin=${stdin !== undefined}`],
    ];
    const answer = await this.send("GET", `${this.path("v1", "pods", pod, "exec")}?${query.join("&")}`);
    if (answer.type === "response") throw new Error(answer.response.body);
    if (answer.type !== "session") throw new Error(`exec was answered with a ${answer.type}`);
    const socket = new FakeSocket();
    const connection = new WebSocketConnection(socket, chosenProtocol(["v5.channel.k8s.io"])!, answer.session);
    const running = answer.session.run(connection);
    if (stdin !== undefined) {
      socket.receive(bytesOf(`\0${byteString(new TextEncoder().encode(stdin))}`).buffer);
      socket.receive(new Uint8Array([255, 0]).buffer);
    }
    await this.#sandbox.clock.until(running, 50);
    const { message, details } = JSON.parse(socket.channel(3));
    const cause = details?.causes?.find(({ reason }: Json) => reason === "ExitCode");
    if (message !== undefined && !cause) throw new Error(message);
    return { stdout: socket.channel(1), stderr: socket.channel(2), code: Number(cause?.message ?? 0) };
  }

  /** Runs a line in the container's shell. Throws if it fails. */
  async shell(pod: string, container: string, line: string): Promise<string> {
    const { stdout, stderr, code } = await this.exec(pod, container, ["/bin/sh", "-c", line]);
    if (code !== 0) throw new Error(`exit ${code}: ${stderr}`);
    return stdout.trim();
  }

  /** Watches until `enough` says so. */
  async watch(target: string, enough: (events: readonly WatchEvent[]) => boolean, work = async () => {}) {
    const answer = await this.send("GET", target);
    if (answer.type !== "stream") throw new Error(`a watch was answered with a ${answer.type}`);
    const events: WatchEvent[] = [];
    const reader = answer.body.getReader();
    const decoder = new TextDecoder();
    const reading = (async () => {
      for (let rest = ""; ; ) {
        const { done, value } = await reader.read();
        if (done) return;
        const lines = (rest + decoder.decode(value, { stream: true })).split("\n");
        rest = lines.pop() ?? "";
        events.push(...lines.filter((line) => line.trim() !== "").map((line) => JSON.parse(line) as WatchEvent));
      }
    })();
    reading.catch(() => {});
    await work();
    await this.eventually(
      async () => enough(events),
      5 * MINUTE_MS,
      () => events.map(({ type }) => type),
    );
    await reader.cancel();
    return events;
  }
}

export function conditionOf({ status }: Json, type: string): string | undefined {
  return status?.conditions?.find((condition: Json) => condition.type === type)?.status;
}

export function containerStatus({ status }: Json, name?: string): Json {
  const { containerStatuses = [], initContainerStatuses = [], ephemeralContainerStatuses = [] } = status;
  const all = [...containerStatuses, ...initContainerStatuses, ...ephemeralContainerStatuses];
  return name === undefined ? all[0] : all.find((one: Json) => one.name === name);
}

export function restarts({ status }: Json): number {
  return (status.containerStatuses ?? []).reduce((sum: number, { restartCount }: Json) => sum + restartCount, 0);
}
