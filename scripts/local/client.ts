/** Calls a Sandbar on this machine as its users do: over TLS, trusting its own authority. */
import { Agent, request } from "node:https";

export interface ApiAnswer {
  status: number;
  text: string;
}

export interface ApiCall {
  method?: string;
  token?: string;
  /** Sent as JSON. */
  body?: unknown;
  headers?: Record<string, string>;
}

class ApiCallError extends Error {
  override readonly name = "ApiCallError";
}

export class ApiClient {
  readonly url: string;
  readonly #agent: Agent;

  constructor(url: string, authorityPem: string) {
    this.url = url;
    this.#agent = new Agent({ ca: authorityPem, keepAlive: true });
  }

  /** One exchange; any status is an answer. Rejects when no answer arrives. */
  async call(path: string, { method = "GET", token, body, headers = {} }: ApiCall = {}): Promise<ApiAnswer> {
    const payload = body === undefined ? undefined : JSON.stringify(body);
    const allHeaders: Record<string, string> = { ...headers };
    if (token !== undefined) allHeaders["authorization"] = `Bearer ${token}`;
    if (payload !== undefined) allHeaders["content-type"] ??= "application/json";
    return await new Promise((resolve, reject) => {
      const outgoing = request(
        new URL(path, this.url).href,
        { method, headers: allHeaders, agent: this.#agent },
        (incoming) => {
          const chunks: Buffer[] = [];
          incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
          incoming.on("error", reject);
          incoming.on("end", () => {
            resolve({ status: incoming.statusCode ?? 0, text: Buffer.concat(chunks).toString("utf8") });
          });
        },
      );
      outgoing.on("error", reject);
      outgoing.end(payload);
    });
  }

  /** As {@link call}, but a status other than 2xx throws an error with the server's message. */
  async expectOk(path: string, call: ApiCall = {}): Promise<string> {
    const { status, text } = await this.call(path, call);
    if (status >= 200 && status < 300) return text;
    throw new ApiCallError(`${call.method ?? "GET"} ${path} answered ${status}: ${text.slice(0, 2000)}`);
  }

  close(): void {
    this.#agent.destroy();
  }
}
