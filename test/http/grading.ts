/** A grader's view of a Sandbar with all its controllers, in memory. */
import { controlPlane } from "../../src/runtime/control-plane.ts";
import type { Engine } from "../../src/runtime/engine.ts";
import type { Stores } from "../../src/storage/store.ts";
import { type Reply, type SandbarOptions, TestSandbar } from "./sandbar.ts";

export class School {
  readonly sandbar: TestSandbar;
  readonly key: string;

  private constructor(sandbar: TestSandbar, key: string) {
    this.sandbar = sandbar;
    this.key = key;
  }

  static async open(
    tamper?: (stores: Stores) => Stores,
    engine: Engine = controlPlane,
    options: SandbarOptions = {},
  ): Promise<School> {
    const sandbar = new TestSandbar(tamper, engine, options);
    return new School(sandbar, await sandbar.organization());
  }

  async cluster(labels: Record<string, string> = {}): Promise<Student> {
    const id = await this.sandbar.cluster(this.key, { labels, latency: "instant", seed: `seed-${labels["n"] ?? ""}` });
    return this.student(id);
  }

  /** A client with an administrator's credential of the cluster. */
  async student(clusterId: string): Promise<Student> {
    return new Student(this.sandbar, clusterId, this.key, await this.sandbar.adminOf(this.key, clusterId));
  }

  post(path: string, body: unknown, token = this.key): Promise<Reply> {
    return this.sandbar.clock.until(this.sandbar.call(path, { method: "POST", token, body }), 1);
  }

  query(body: object): Promise<Reply> {
    return this.post("/v1/query", body);
  }

  /** Names of the round trips of what `work` does. */
  async roundTrips(work: () => Promise<unknown>): Promise<string[]> {
    const before = this.sandbar.roundTrips.length;
    await work();
    return this.sandbar.roundTrips.slice(before);
  }
}

export class Student {
  readonly #sandbar: TestSandbar;
  readonly id: string;
  readonly #key: string;
  readonly token: string;

  constructor(sandbar: TestSandbar, id: string, key: string, token: string) {
    this.#sandbar = sandbar;
    this.id = id;
    this.#key = key;
    this.token = token;
  }

  kubernetes(path: string, call: { method?: string; body?: unknown; headers?: Record<string, string> } = {}) {
    const reply = this.#sandbar.call(`/clusters/${this.id}${path}`, { ...call, token: this.token });
    return this.#sandbar.clock.until(reply, 1);
  }

  async deployment(name: string, replicas: number, image = "nginx:1.27"): Promise<void> {
    const labels = { app: name };
    const containers = [{ name: "web", image, resources: { limits: { memory: "1Gi", cpu: "500m" } } }];
    const body = {
      ...{ apiVersion: "apps/v1", kind: "Deployment", metadata: { name, labels } },
      spec: { replicas, selector: { matchLabels: labels }, template: { metadata: { labels }, spec: { containers } } },
    };
    const reply = await this.kubernetes("/apis/apps/v1/namespaces/default/deployments", { method: "POST", body });
    if (reply.status !== 201) throw new Error(reply.text);
  }

  async check(...checks: object[]): Promise<Reply> {
    const call = { method: "POST", token: this.#key, body: { checks } };
    return this.#sandbar.clock.until(this.#sandbar.call(`/v1/clusters/${this.id}/checks`, call), 1);
  }

  /** The one result of one check. */
  async verdict(check: object) {
    const { status, body, text } = await this.check(check);
    if (status !== 200) throw new Error(text);
    return body.results[0];
  }

  async advance(seconds: number): Promise<Reply> {
    const call = { method: "POST", token: this.#key, body: { seconds } };
    return this.#sandbar.clock.until(this.#sandbar.call(`/v1/clusters/${this.id}/advance`, call), 1);
  }

  /** Advances until the cluster is idle. */
  async settle(): Promise<void> {
    await this.#sandbar.clock.pass(60_000);
    await this.kubernetes("/api/v1/namespaces/default/pods");
  }
}
