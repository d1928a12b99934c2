/**
 * The clients of the bench, in a separate process, so that they do not share an event loop with the database. Takes
 * jobs over IPC and returns the duration of each request.
 */
import { Agent as HttpAgent, request as httpRequest } from "node:http";
import { Agent, request as httpsRequest } from "node:https";
import { performance } from "node:perf_hooks";

export interface LoadRequest {
  method: string;
  /** `<n>` stands for the request's number. */
  path: string;
  token?: string;
  contentType?: string;
  /** `<n>` likewise. */
  body?: string;
}

export interface LoadJob {
  url: string;
  authorityPem: string;
  /** Request i uses the one at `i % requests.length`. */
  requests: LoadRequest[];
  count: number;
  connections: number;
  /** Number of the first request. */
  from: number;
  /** The expected status. */
  status: number;
}

export interface LoadResult {
  latenciesMs: number[];
  elapsedMs: number;
  bytes: number;
  /** The last answer's text. */
  last: string;
}

let agent: Agent | HttpAgent | null = null;

async function run(job: LoadJob): Promise<LoadResult> {
  const options = { keepAlive: true, maxSockets: 64 };
  agent ??= job.url.startsWith("https:") ? new Agent({ ...options, ca: job.authorityPem }) : new HttpAgent(options);
  const latenciesMs: number[] = [];
  let next = 0;
  let bytes = 0;
  let last = "";
  const began = performance.now();
  const client = async () => {
    while (next < job.count) {
      const number = next++;
      const start = performance.now();
      const answer = await send(job, job.requests[number % job.requests.length]!, job.from + number);
      latenciesMs.push(performance.now() - start);
      bytes += answer.length;
      last = answer;
    }
  };
  await Promise.all(Array.from({ length: job.connections }, client));
  return { latenciesMs, elapsedMs: performance.now() - began, bytes, last };
}

function send(job: LoadJob, load: LoadRequest, number: number): Promise<string> {
  const fill = (text: string) => text.replaceAll("<n>", String(number));
  const body = load.body === undefined ? undefined : fill(load.body);
  const headers: Record<string, string> = {};
  if (load.token !== undefined) headers["authorization"] = `Bearer ${load.token}`;
  if (body !== undefined) headers["content-type"] = load.contentType ?? "application/json";
  const request = job.url.startsWith("https:") ? httpsRequest : httpRequest;
  return new Promise((resolve, reject) => {
    const outgoing = request(
      `${job.url}${fill(load.path)}`,
      { method: load.method, headers, agent: agent! },
      (incoming) => {
        const chunks: Buffer[] = [];
        incoming.on("data", (chunk: Buffer) => chunks.push(chunk));
        incoming.on("error", reject);
        incoming.on("end", () => {
          const text = Buffer.concat(chunks).toString("utf8");
          if (incoming.statusCode === job.status) resolve(text);
          else reject(new Error(`${load.method} ${load.path}: ${incoming.statusCode} ${text.slice(0, 500)}`));
        });
      },
    );
    outgoing.on("error", reject);
    outgoing.end(body);
  });
}

process.on("message", (job: LoadJob) => {
  run(job).then(
    (result) => process.send!({ result }),
    (error: unknown) => process.send!({ error: error instanceof Error ? error.message : String(error) }),
  );
});
