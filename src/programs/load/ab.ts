/** ab: Apache's benchmark, with the report of version 2.3. */
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { resolvePath } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";
import { type Distribution, quantileOf, summaryOf } from "./distribution.ts";
import { answeredOf, type LoadPlan, type LoadResult, runLoad, sizesOf } from "./load-run.ts";
import { requestTo } from "./request.ts";

const RULES = { short: "n:c:t:b:T:p:u:v:lrkVhwiX:x:y:z:C:H:P:A:g:e:Sdqf:Z:s:m:" };
/** `-t` without `-n` sends at most so many. */
const MAX_TIMED_REQUESTS = 50_000;

const BANNER = `This is ApacheBench, Version 2.3 <$Revision: 1923142 $>
Copyright 1996 Adam Twiss, Zeus Technology Ltd, http://www.zeustech.net/
Licensed to The Apache Software Foundation, http://www.apache.org/

`;

export const ab: Tool = (flavour) => ({
  handles: ["INT", "TERM"],
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, RULES);
      if (options.has("V")) {
        process.write(1, BANNER);
        return { type: "exit", status: 0 };
      }
      return run(process, options);
    }),
});

function planOf(process: ProcessView, options: Options): LoadPlan & { url: string } {
  const url = options.operands[0];
  const hasPath = url !== undefined && /^(?:https?:\/\/)?[^/]+\//.test(url);
  if (!hasPath) throw new UsageError(url === undefined ? "wrong number of arguments" : `ab: invalid URL`, {});
  const timed = options.value("t");
  const requests = Number(options.value("n") ?? (timed === undefined ? 1 : MAX_TIMED_REQUESTS));
  const clients = Number(options.value("c") ?? 1);
  if (!(requests > 0)) throw new UsageError("Invalid number of requests", { hasHint: false });
  if (!(clients > 0) || clients > requests) {
    throw new UsageError("Cannot use concurrency level greater than total number of requests", { hasHint: false });
  }
  const file = options.value("p") ?? options.value("u");
  const method = options.has("i") ? "HEAD" : options.has("p") ? "POST" : options.has("u") ? "PUT" : options.value("m");
  const user = options.value("A");
  const request = requestTo(url, {
    ...{ method, contentType: options.value("T"), userAgent: "ApacheBench/2.3" },
    headers: [
      ...(options.has("k") ? ["connection: Keep-Alive"] : []),
      ...(user === undefined ? [] : [`authorization: Basic ${btoa(user)}`]),
      ...options.values("C").map((cookie) => `cookie: ${cookie}`),
      ...options.values("H"),
    ],
    body: file === undefined ? "" : process.files.read(resolvePath(process.cwd, file)),
    timeoutMs: Number(options.value("s") ?? 30) * 1000,
  });
  return { url, request, clients, requests, ...(timed !== undefined && { durationMs: Number(timed) * 1000 }) };
}

function run(process: ProcessView, options: Options): Step {
  const plan = planOf(process, options);
  const { host, port } = plan.request;
  const isLong = (plan.requests ?? 0) > 150 && !options.has("q");
  if (process.state["hasBegun"] !== true) {
    process.state["hasBegun"] = true;
    process.write(1, `${BANNER}Benchmarking ${host} (be patient)${isLong ? "\n" : "..."}`);
  }
  const beatEvery = Math.max(100, Math.floor((plan.requests ?? 0) / 10));
  const outcome = runLoad(process, {
    ...plan,
    goesOn: (first) => first.type === "http",
    onProgress: (answered) => {
      if (!isLong) return;
      for (let told = Number(process.state["told"] ?? 0) + beatEvery; told <= answered; told += beatEvery) {
        process.write(2, `Completed ${told} requests\n`);
        process.state["told"] = told;
      }
    },
  });
  if (outcome.type !== "done") return outcome;
  const { result } = outcome;
  if (result.first.type === "failed" && result.requests === 0) {
    const { why } = result.first;
    const isName = /Name|Record|dns|server/.test(why);
    const text = why === "timeout" ? "The timeout specified has expired (70007)" : "Connection refused (111)";
    process.write(2, isName ? `\nab: host not found: ${host}\n` : `\napr_socket_recv: ${text}\n`);
    return { type: "exit", status: isName ? 1 : why === "timeout" ? 7 : 111 };
  }
  process.write(isLong ? 2 : 1, isLong ? `Finished ${result.requests} requests\n` : "..done\n");
  process.write(1, reportOf({ ...plan, host, port }, result));
  return { type: "exit", status: 0 };
}

function reportOf(
  { clients, request, host, port }: LoadPlan & { host: string; port: number },
  result: LoadResult,
): string {
  const { tookMs, outcomes, first, latencies } = result;
  const { bodyBytes, headBytes } = sizesOf(result);
  const { answered, failed } = answeredOf(result);
  const others = Object.entries(outcomes).reduce((sum, [status, n]) => (/^2\d\d$/.test(status) ? sum : sum + n), 0);
  const software = first.type === "http" ? (first.headers["server"] ?? "") : "";
  const seconds = tookMs / 1000;
  const rate = answered / seconds;
  const total = (headBytes + bodyBytes) * answered;
  const row = (label: string, value: string | number) => `${`${label}:`.padEnd(24)}${value}\n`;
  return [
    `\n\n${row("Server Software", software)}${row("Server Hostname", host)}${row("Server Port", port)}\n`,
    `${row("Document Path", request.path)}${row("Document Length", `${bodyBytes} bytes`)}\n`,
    row("Concurrency Level", clients),
    row("Time taken for tests", `${seconds.toFixed(3)} seconds`),
    row("Complete requests", answered),
    row("Failed requests", failed),
    others - failed > 0 ? row("Non-2xx responses", others - failed) : "",
    row("Total transferred", `${total} bytes`),
    row("HTML transferred", `${bodyBytes * answered} bytes`),
    row("Requests per second", `${rate.toFixed(2)} [#/sec] (mean)`),
    row("Time per request", `${((clients * tookMs) / Math.max(1, answered)).toFixed(3)} [ms] (mean)`),
    row(
      "Time per request",
      `${(tookMs / Math.max(1, answered)).toFixed(3)} [ms] (mean, across all concurrent requests)`,
    ),
    row("Transfer rate", `${(total / 1024 / seconds).toFixed(2)} [Kbytes/sec] received`),
    answered > 0 ? times(latencies) : "",
  ].join("");
}

const PERCENTAGES = [50, 66, 75, 80, 90, 95, 98, 99, 100];

function times(latencies: Distribution): string {
  const { min, max, mean, deviation } = summaryOf(latencies);
  const median = quantileOf(latencies, 0.5);
  const cells = [min, mean, median, max].map((ms) => String(Math.round(ms)));
  const spread = deviation.toFixed(1).padStart(5);
  const row = (label: string, [least = "", average = "", middle = "", most = ""]: readonly string[], sd: string) =>
    `${label.padEnd(12)}${least.padStart(5)} ${average.padStart(4)} ${sd} ${middle.padStart(6)} ${most.padStart(7)}\n`;
  const percentages = PERCENTAGES.map((percent) => {
    const ms = String(Math.round(quantileOf(latencies, percent / 100))).padStart(6);
    return `${String(percent).padStart(3)}% ${ms}${percent === 100 ? " (longest request)" : ""}\n`;
  });
  return [
    "\nConnection Times (ms)\n              min  mean[+/-sd] median   max\n",
    row("Connect:", ["0", "0", "0", "1"], "  0.0"),
    row("Processing:", cells, spread),
    row("Waiting:", cells, spread),
    row("Total:", cells, spread),
    "\nPercentage of the requests served within a certain time (ms)\n",
    percentages.map((line) => ` ${line}`).join(""),
  ].join("");
}
