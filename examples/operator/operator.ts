/**
 * Keeps a Deployment and a Service for every Website, says in its status how far they are, and takes a Website off the list of
 * published sites before it goes. `node examples/operator/operator.ts [namespace]` uses the kubeconfig that kubectl would.
 */
import { randomUUID } from "node:crypto";
import {
  ApiException,
  AppsV1Api,
  CoordinationV1Api,
  CoreV1Api as CoreApi,
  type CoreV1Api,
  CustomObjectsApi,
  type Informer,
  KubeConfig,
  type KubernetesObject,
  KubernetesObjectApi,
  makeInformer,
  type ObjectCache,
  PatchStrategy,
  setHeaderOptions,
  type V1Deployment,
} from "@kubernetes/client-node";
import { holdLease } from "./leader.ts";
import {
  deploymentOf,
  FINALIZER,
  GROUP,
  MANAGED,
  PLURAL,
  serviceOf,
  statusOf,
  VERSION,
  type Website,
  type WebsiteList,
} from "./website.ts";

const MANAGER = "website-operator";
const PUBLISHED = "published-websites";
const LEASE_SECONDS = 15;
const RETRY_MS = 500;
const MAX_RETRY_MS = 30_000;

export interface OperatorOptions {
  kubeConfig: KubeConfig;
  namespace: string;
  identity?: string;
  /** Everything is looked at again this often, changed or not. */
  resyncMs?: number;
  /** Told of each Website that was looked at. */
  onReconcile?: (name: string) => void;
  log?: (line: string) => void;
}

type Cached<T extends KubernetesObject> = Informer<T> & ObjectCache<T>;

export class Operator {
  readonly #options: Required<OperatorOptions>;
  readonly #objects: KubernetesObjectApi;
  readonly #core: CoreV1Api;
  readonly #custom: CustomObjectsApi;
  readonly #coordination: CoordinationV1Api;
  readonly #websites: Cached<Website>;
  readonly #deployments: Cached<V1Deployment>;
  /** Names that are to be looked at, and how often each failed in a row. */
  readonly #queue = new Set<string>();
  readonly #failures = new Map<string, number>();
  readonly #timers = new Set<NodeJS.Timeout>();
  #isWorking = false;
  #isLeader = false;
  #isStopped = false;

  constructor(options: OperatorOptions) {
    this.#options = { identity: randomUUID(), resyncMs: 60_000, onReconcile: () => {}, log: console.log, ...options };
    const { kubeConfig, namespace } = this.#options;
    this.#objects = KubernetesObjectApi.makeApiClient(kubeConfig);
    this.#core = kubeConfig.makeApiClient(CoreApi);
    this.#custom = kubeConfig.makeApiClient(CustomObjectsApi);
    this.#coordination = kubeConfig.makeApiClient(CoordinationV1Api);
    const websites = { group: GROUP, version: VERSION, namespace, plural: PLURAL };
    this.#websites = makeInformer<Website>(
      kubeConfig,
      `/apis/${GROUP}/${VERSION}/namespaces/${namespace}/${PLURAL}`,
      async () => (await this.#custom.listNamespacedCustomObject(websites)) as WebsiteList,
    );
    const labelSelector = Object.entries(MANAGED)
      .map((label) => label.join("="))
      .join(",");
    const apps = kubeConfig.makeApiClient(AppsV1Api);
    this.#deployments = makeInformer<V1Deployment>(
      kubeConfig,
      `/apis/apps/v1/namespaces/${namespace}/deployments`,
      () => apps.listNamespacedDeployment({ namespace, labelSelector }),
      labelSelector,
    );
  }

  get isLeader(): boolean {
    return this.#isLeader;
  }

  /** Stands for election, and works as long as it holds the lease. */
  async start(): Promise<void> {
    await Promise.all([this.#follow(this.#websites), this.#follow(this.#deployments)]);
    await this.#stand();
    this.#resync();
  }

  async stop(): Promise<void> {
    this.#isStopped = true;
    for (const timer of this.#timers) clearTimeout(timer);
    await Promise.all([this.#websites.stop(), this.#deployments.stop()]);
  }

  async #follow<T extends KubernetesObject>(informer: Cached<T>): Promise<void> {
    informer.on("change", (object: T) => this.#enqueue(nameOf(object)));
    // A watch that broke goes on from where it was; only what the server has forgotten is listed again.
    informer.on("error", () => this.#later(RETRY_MS, () => informer.start()));
    await informer.start();
  }

  async #stand(): Promise<void> {
    const { namespace, identity, log } = this.#options;
    const wasLeader = this.#isLeader;
    try {
      const election = { namespace, name: MANAGER, identity, leaseSeconds: LEASE_SECONDS };
      this.#isLeader = await holdLease(this.#coordination, election, new Date());
    } catch (error) {
      // Who cannot renew does not know whether another has taken over.
      this.#isLeader = false;
      log(`cannot hold the lease: ${messageOf(error)}`);
    }
    if (this.#isLeader && !wasLeader) {
      log(`${identity} leads`);
      for (const website of this.#websites.list()) this.#enqueue(nameOf(website));
    }
    this.#later((LEASE_SECONDS * 1000) / 3, () => this.#stand());
  }

  #resync(): void {
    for (const website of this.#websites.list()) this.#enqueue(nameOf(website));
    this.#later(this.#options.resyncMs, () => this.#resync());
  }

  #enqueue(name: string): void {
    this.#queue.add(name);
    if (!this.#isWorking) this.#later(0, () => this.#work());
  }

  /** One after the other, each name once however often it was asked for. */
  async #work(): Promise<void> {
    if (this.#isWorking || !this.#isLeader) return;
    this.#isWorking = true;
    for (let name = first(this.#queue); name !== undefined && !this.#isStopped; name = first(this.#queue)) {
      this.#queue.delete(name);
      await this.#tryReconcile(name);
    }
    this.#isWorking = false;
  }

  async #tryReconcile(name: string): Promise<void> {
    try {
      await this.#reconcile(name);
      this.#failures.delete(name);
    } catch (error) {
      const failures = (this.#failures.get(name) ?? 0) + 1;
      this.#failures.set(name, failures);
      this.#options.log(`${name}: ${messageOf(error)}`);
      this.#later(Math.min(RETRY_MS * 2 ** failures, MAX_RETRY_MS), () => this.#enqueue(name));
    }
    this.#options.onReconcile(name);
  }

  async #reconcile(name: string): Promise<void> {
    const { namespace } = this.#options;
    const website = this.#websites.get(name, namespace);
    if (!website) return;
    const finalizers = website.metadata?.finalizers ?? [];
    if (website.metadata?.deletionTimestamp) {
      if (!finalizers.includes(FINALIZER)) return;
      await this.#publish(name, null);
      await this.#setFinalizers(
        website,
        finalizers.filter((finalizer) => finalizer !== FINALIZER),
      );
      return;
    }
    if (!finalizers.includes(FINALIZER)) {
      await this.#setFinalizers(website, [...finalizers, FINALIZER]);
      return; // the change comes back through the informer
    }
    await this.#publish(name, website.spec.host);
    await this.#apply(deploymentOf(website));
    await this.#apply(serviceOf(website));
    const status = statusOf(website, this.#deployments.get(name, namespace), new Date());
    if (status) await this.#writeStatus(website, status);
  }

  /** Applied on the server: only the fields that are named here are the operator's. */
  async #apply(object: KubernetesObject): Promise<void> {
    await this.#objects.patch(object, undefined, undefined, MANAGER, true, PatchStrategy.ServerSideApply);
  }

  /** The resourceVersion makes it a conflict if somebody else changed the list meanwhile. */
  async #setFinalizers({ metadata }: Website, finalizers: string[]): Promise<void> {
    const { namespace } = this.#options;
    const body = { metadata: { finalizers, resourceVersion: metadata!.resourceVersion } };
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const target = { group: GROUP, version: VERSION, namespace, plural: PLURAL, name: metadata!.name! };
    await this.#custom.patchNamespacedCustomObject({ ...target, body, fieldManager: MANAGER }, options);
  }

  async #writeStatus(website: Website, status: Website["status"]): Promise<void> {
    const { namespace } = this.#options;
    const name = website.metadata!.name!;
    const body = { apiVersion: `${GROUP}/${VERSION}`, kind: "Website", metadata: { name, namespace }, status };
    const target = { group: GROUP, version: VERSION, namespace, plural: PLURAL, name };
    const options = setHeaderOptions("Content-Type", PatchStrategy.ServerSideApply);
    await this.#custom.patchNamespacedCustomObjectStatus(
      { ...target, body, fieldManager: MANAGER, force: true },
      options,
    );
  }

  /** The list of published sites stands for something outside of the cluster, which no garbage collector would tidy up. */
  async #publish(name: string, host: string | null): Promise<void> {
    const { namespace } = this.#options;
    const options = setHeaderOptions("Content-Type", PatchStrategy.MergePatch);
    const body = { data: { [name]: host } };
    try {
      await this.#core.patchNamespacedConfigMap({ namespace, name: PUBLISHED, body, fieldManager: MANAGER }, options);
    } catch (error) {
      if (!(error instanceof ApiException) || error.code !== 404) throw error;
      if (host === null) return;
      await this.#core.createNamespacedConfigMap({
        namespace,
        body: { metadata: { name: PUBLISHED }, data: { [name]: host } },
      });
    }
  }

  #later(delayMs: number, work: () => void | Promise<void>): void {
    if (this.#isStopped) return;
    const timer = setTimeout(() => {
      this.#timers.delete(timer);
      Promise.resolve(work()).catch((error: unknown) => this.#options.log(messageOf(error)));
    }, delayMs);
    this.#timers.add(timer);
  }
}

function nameOf({ metadata }: KubernetesObject): string {
  return metadata?.name ?? "";
}

function first<T>(set: ReadonlySet<T>): T | undefined {
  for (const item of set) return item;
  return undefined;
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}

if (import.meta.main) {
  const kubeConfig = new KubeConfig();
  kubeConfig.loadFromDefault();
  const operator = new Operator({ kubeConfig, namespace: process.argv[2] ?? "default" });
  await operator.start();
  process.once("SIGINT", () => void operator.stop());
  process.once("SIGTERM", () => void operator.stop());
}
