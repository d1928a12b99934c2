/** A proxy between a client and Sandbar. Counts requests; cuts connections and refuses requests on a test's command. */

import { createServer, type IncomingMessage, type Server, type ServerResponse } from "node:http";
import { Agent, request } from "node:https";
import type { AddressInfo } from "node:net";

export interface Counted {
  method: string;
  /** The path without query and without the cluster's prefix. */
  path: string;
  isWatch: boolean;
  status: number;
}

export class CountingProxy {
  readonly requests: Counted[] = [];
  readonly #server: Server;
  readonly #agent: Agent;
  readonly #target: string;
  readonly #open = new Set<ServerResponse>();
  /** Refuses every request, like a server that is starting. */
  isAway = false;

  private constructor(target: string, authorityPem: string) {
    this.#target = target;
    this.#agent = new Agent({ ca: authorityPem, keepAlive: true });
    this.#server = createServer((incoming, outgoing) => this.#forward(incoming, outgoing));
  }

  static async start(target: string, authorityPem: string): Promise<CountingProxy> {
    const proxy = new CountingProxy(target, authorityPem);
    await new Promise<void>((resolve) => proxy.#server.listen(0, "127.0.0.1", resolve));
    return proxy;
  }

  get url(): string {
    return `http://127.0.0.1:${(this.#server.address() as AddressInfo).port}`;
  }

  /** The number of list requests for a resource: reads of its collection without watches. */
  lists(plural: string): number {
    return this.requests.filter(
      ({ method, path, isWatch }) => method === "GET" && !isWatch && path.endsWith(`/${plural}`),
    ).length;
  }

  watches(plural: string): number {
    return this.requests.filter(({ path, isWatch }) => isWatch && path.endsWith(`/${plural}`)).length;
  }

  /** Cuts all open connections. */
  cut(): void {
    for (const response of this.#open) response.destroy();
  }

  async stop(): Promise<void> {
    this.cut();
    this.#server.closeAllConnections();
    this.#agent.destroy();
    await new Promise((resolve) => this.#server.close(resolve));
  }

  #forward(incoming: IncomingMessage, outgoing: ServerResponse): void {
    const url = new URL(incoming.url ?? "/", "http://proxy");
    const counted: Counted = {
      method: incoming.method ?? "",
      path: url.pathname.replace(/^\/clusters\/\w+/, ""),
      isWatch: url.searchParams.has("watch"),
      status: 0,
    };
    this.requests.push(counted);
    if (this.isAway) {
      outgoing.destroy();
      return;
    }
    this.#open.add(outgoing);
    outgoing.once("close", () => this.#open.delete(outgoing));
    const { host: _, ...headers } = incoming.headers;
    const forwarded = request(
      `${this.#target}${incoming.url}`,
      { method: incoming.method, headers, agent: this.#agent },
      (answer) => {
        counted.status = answer.statusCode ?? 0;
        outgoing.writeHead(counted.status, answer.headers);
        outgoing.flushHeaders();
        answer.on("error", () => outgoing.destroy());
        answer.pipe(outgoing);
      },
    );
    forwarded.on("error", () => outgoing.destroy());
    outgoing.once("close", () => forwarded.destroy());
    incoming.pipe(forwarded);
  }
}
