/** A cluster for a client library, reached through a proxy that counts. */
import { KubeConfig } from "@kubernetes/client-node";
import { ApiClient } from "../../scripts/local/client.ts";
import { CountingProxy } from "./proxy.ts";

export interface Target {
  url: string;
  authorityPem: string;
  adminToken: string;
}

export class ClientSession {
  readonly kubeConfig = new KubeConfig();
  readonly proxy: CountingProxy;
  readonly #api: ApiClient;
  readonly #apiKey: string;
  readonly #clusterId: string;

  private constructor(api: ApiClient, apiKey: string, clusterId: string, proxy: CountingProxy) {
    this.#api = api;
    this.#apiKey = apiKey;
    this.#clusterId = clusterId;
    this.proxy = proxy;
  }

  static async open({ url, authorityPem, adminToken }: Target): Promise<ClientSession> {
    const api = new ApiClient(url, authorityPem);
    const post = async (path: string, token: string, body: unknown) =>
      JSON.parse(await api.expectOk(path, { method: "POST", token, body }));
    const { apiKey } = (await post("/v1/organizations", adminToken, { name: "clients" })) as {
      apiKey: { key: string };
    };
    const { id } = (await post("/v1/clusters", apiKey.key, { latency: "instant" })) as { id: string };
    const proxy = await CountingProxy.start(url, authorityPem);
    const session = new ClientSession(api, apiKey.key, id, proxy);
    const kubeconfig = await api.expectOk(`/v1/clusters/${id}/kubeconfig`, { token: apiKey.key });
    session.kubeConfig.loadFromString(kubeconfig.replaceAll(url, proxy.url));
    // The proxy speaks plain HTTP, over which the library sends a token only when told so.
    session.kubeConfig.clusters = session.kubeConfig.clusters.map((cluster) => ({ ...cluster, skipTLSVerify: true }));
    return session;
  }

  /** Advances the cluster's time, which expires every watch. */
  async advance(seconds: number): Promise<void> {
    const path = `/v1/clusters/${this.#clusterId}/advance`;
    await this.#api.expectOk(path, { method: "POST", token: this.#apiKey, body: { seconds } });
  }

  async close(): Promise<void> {
    await this.proxy.stop();
    this.#api.close();
  }
}

/** Waits until the condition holds; the test's own time limit ends the wait. */
export async function until(holds: () => boolean | Promise<boolean>): Promise<void> {
  while (!(await holds())) await new Promise((resolve) => setTimeout(resolve, 50));
}
