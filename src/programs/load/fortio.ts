/** fortio: requests at a rate (`load`), one request (`curl`), and an echoing server (`server`). Texts of version 1.69. */
import { GoDurationError, parseGoDuration } from "../../lib/duration.ts";
import type { ProcessView, Program, Step } from "../../shell/program.ts";
import { UsageError } from "../base/call.ts";
import { withUsage } from "../processes/waiting.ts";
import { text } from "../servers/http.ts";
import { server } from "../servers/server.ts";
import { quantileOf, summaryOf } from "./distribution.ts";
import { type GoFlags, readGoFlags } from "./go-flags.ts";
import { answeredOf, type LoadPlan, type LoadResult, runLoad, sizesOf } from "./load-run.ts";
import { requestTo } from "./request.ts";

const SWITCHES = [
  "a",
  "allow-initial-errors",
  "k",
  "stdclient",
  "keepalive",
  "http1.0",
  "L",
  "quiet",
  "uniform",
  "jitter",
  "nocatchup",
];
const VERSION = "1.69.5";
/** `-t 0` runs until an interrupt. */
const DEFAULT_DURATION = "5s";

const echo = server({
  ports: () => [8080, 8079, 8078],
  ready: () => [`Fortio ${VERSION} tcp-echo server listening on tcp [::]:8078`, "HTTP server listening on [::]:8080"],
  http: (_process, { path, body, method }) => {
    if (path.startsWith("/fortio")) return text(200, "Fortio UI\n");
    const status = Number(/[?&]status=(\d{3})/.exec(path)?.[1] ?? 200);
    return text(status, method === "POST" ? body : "");
  },
});

export const fortio: Program = {
  handles: ["INT", "TERM", "QUIT", "URG"],
  run: (process) =>
    commandOf(process) === "server" ? echo.run(process) : withUsage(process, "gnu", () => run(process)),
  serve: (process, request) => echo.serve!(process, request),
};

function commandOf({ argv }: ProcessView): string {
  return argv[1] ?? "help";
}

function run(process: ProcessView): Step {
  const command = commandOf(process);
  if (command === "version") {
    process.write(1, `${VERSION}\n`);
    return { type: "exit", status: 0 };
  }
  if (command !== "load" && command !== "curl") {
    throw new UsageError("Error: need at least 1 command parameter: load, curl, server, version", { hasHint: false });
  }
  const flags = readGoFlags(process.argv.slice(2), SWITCHES);
  const url = flags.operands[0];
  if (url === undefined) throw new UsageError("Error: fortio load needs a url or destination", { hasHint: false });
  return command === "curl" ? curl(process, url, flags) : load(process, url, flags);
}

function curl(process: ProcessView, url: string, flags: GoFlags): Step {
  const answer = process.ask(requestOf(url, flags));
  if (!answer) return { type: "wait", for: [{ type: "answer" }] };
  if (answer.type !== "http") {
    process.write(2, `Unable to connect to ${url}: ${answer.type === "failed" ? answer.why : "no answer"}\n`);
    return { type: "exit", status: 1 };
  }
  const head = Object.entries(answer.headers).map(([name, value]) => `${name}: ${value}\r\n`);
  process.write(1, `HTTP/1.1 ${answer.status} OK\r\n${head.join("")}\r\n${answer.body}`);
  return { type: "exit", status: answer.status < 400 ? 0 : 1 };
}

function requestOf(url: string, flags: GoFlags) {
  return requestTo(url, {
    ...{ headers: flags.values("H"), userAgent: `fortio.org/fortio-${VERSION}` },
    ...(flags.has("payload") && { body: flags.value("payload"), method: "POST" }),
    timeoutMs: parseDuration(flags.value("timeout") ?? "3s"),
  });
}

function parseDuration(given: string): number {
  try {
    return parseGoDuration(given);
  } catch (error) {
    if (error instanceof GoDurationError) throw new UsageError(error.message, { hasHint: false });
    throw error;
  }
}

function load(process: ProcessView, url: string, flags: GoFlags): Step {
  const qps = Number(flags.value("qps") ?? 8);
  const calls = Number(flags.value("n") ?? 0);
  const durationMs = parseDuration(flags.value("t") ?? DEFAULT_DURATION);
  const plan: LoadPlan = {
    ...{ request: requestOf(url, flags), clients: Number(flags.value("c") ?? 4) },
    ...(qps > 0 && { perSecond: qps }),
    ...(calls > 0 ? { requests: calls } : durationMs > 0 && { durationMs }),
  };
  if (process.state["hasBegun"] !== true) {
    process.state["hasBegun"] = true;
    const rate = qps > 0 ? `${qps}` : "max";
    const time = calls > 0 ? `for ${calls} calls` : `for ${flags.value("t") ?? DEFAULT_DURATION}`;
    process.write(2, `Fortio ${VERSION} running at ${rate} queries per second, ${time}: ${url}\n`);
    process.write(1, `Starting at ${rate} qps with ${plan.clients} thread(s) ${time}\n`);
  }
  const outcome = runLoad(process, plan);
  if (outcome.type !== "done") return outcome;
  process.write(1, reportOf(plan, outcome.result));
  return { type: "exit", status: 0 };
}

function reportOf({ clients }: LoadPlan, result: LoadResult): string {
  const { tookMs, latencies, outcomes, requests } = result;
  const { answered, failed } = answeredOf(result);
  const { bodyBytes, headBytes } = sizesOf(result);
  const seconds = (ms: number) => String(Number((ms / 1000).toPrecision(7)));
  const { count, mean, deviation, min, max, sum } = summaryOf(latencies);
  const qps = String(Number(((requests * 1000) / tookMs).toPrecision(5)));
  const counter = (label: string, value: number) =>
    `${label} : count ${answered} avg ${value} +/- 0 min ${value} max ${value} sum ${value * answered}\n`;
  const code = ([outcome, n]: [string, number]) =>
    `Code ${Number.isNaN(Number(outcome)) ? "-1" : outcome.padStart(3)} : ${n} (${((100 * n) / requests).toFixed(1)} %)\n`;
  return [
    `Ended after ${seconds(tookMs)}s : ${requests} calls. qps=${qps}\n`,
    `Aggregated Function Time : count ${count} avg ${seconds(mean)} +/- ${(deviation / 1000).toPrecision(4)} `,
    `min ${seconds(min)} max ${seconds(max)} sum ${seconds(sum)}\n`,
    `# range, mid point, percentile, count\n>= ${seconds(min)} <= ${seconds(max)} , ${seconds((min + max) / 2)} , 100.00, ${count}\n`,
    ...[50, 75, 90, 99, 99.9].map((p) => `# target ${p}% ${seconds(quantileOf(latencies, p / 100))}\n`),
    failed > 0 ? `Error cases : count ${failed}\n` : "",
    `Sockets used: ${clients + failed} (for perfect keepalive, would be ${clients})\n`,
    Object.entries(outcomes).map(code).join(""),
    counter("Response Header Sizes", headBytes) + counter("Response Body/Total Sizes", headBytes + bodyBytes),
    `All done ${requests} calls (plus 0 warmup) ${mean.toFixed(3)} ms avg, ${qps} qps\n`,
  ].join("");
}
