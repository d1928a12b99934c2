/** wrk: requests for a time, with the report of version 4.2.0. */
import type { Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";
import { type Distribution, partBetween, quantileOf, type Summary, summaryOf } from "./distribution.ts";
import { answeredOf, type LoadPlan, type LoadResult, runLoad, sizesOf } from "./load-run.ts";
import { requestTo } from "./request.ts";

const RULES = {
  short: "c:t:d:s:H:R:Lv",
  long: {
    ...{ connections: "c", threads: "t", duration: "d", script: "s", header: "H", rate: "R", latency: "L" },
    ...{ timeout: ":", version: "v" },
  },
};
const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3600 };

export const wrk: Tool = (flavour) => ({
  handles: ["INT", "TERM"],
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, RULES);
      if (options.has("v")) {
        process.write(1, "wrk 4.2.0 [epoll] Copyright (C) 2012 Will Glozer\n");
        return exit(1);
      }
      const plan = planOf(options);
      const { host, port } = plan.request;
      const outcome = runLoad(process, {
        ...plan,
        goesOn: ({ type }) => type === "http",
        onBegun: () => process.write(1, headOf(plan)),
      });
      if (outcome.type !== "done") return outcome;
      const { first, requests } = outcome.result;
      if (requests === 0 && first.type === "failed") {
        const isName = /Name|Record|dns|server/.test(first.why);
        const text = isName
          ? `unable to resolve ${host}:${port} Name does not resolve\n`
          : `unable to connect to ${host}:${port} Connection refused\n`;
        process.write(2, text);
        return exit(1);
      }
      process.write(1, reportOf(plan, outcome.result));
      return exit(0);
    }),
});

function exit(status: number): Step {
  return { type: "exit", status };
}

interface WrkPlan extends LoadPlan {
  url: string;
  threads: number;
  durationText: string;
  showsLatency: boolean;
}

function planOf(options: Options): WrkPlan {
  const url = options.operands[0];
  if (url === undefined) throw new UsageError("Usage: wrk <options> <url>", { hasHint: false });
  if (!/^https?:\/\//.test(url)) throw new UsageError(`invalid URL: ${url}`, { hasHint: false });
  const [, amount = "10", unit = "s"] = /^(\d+)([smh]?)$/.exec(options.value("d") ?? "10s") ?? [];
  const clients = Number(options.value("c") ?? 10);
  const threads = Number(options.value("t") ?? 2);
  if (clients < threads) throw new UsageError("number of connections must be >= threads", { hasHint: false });
  const perSecond = Number(options.value("R") ?? 0);
  const timeoutMs = Number.parseFloat(options.value("timeout") ?? "2") * 1000;
  const request = requestTo(url, { headers: options.values("H"), userAgent: "", timeoutMs });
  delete request.headers["user-agent"];
  return {
    ...{ url, clients, threads, request, durationText: `${amount}${unit || "s"}`, showsLatency: options.has("L") },
    durationMs: Number(amount) * 1000 * (UNITS[unit || "s"] ?? 1),
    ...(perSecond > 0 && { perSecond }),
  };
}

function headOf({ durationText, url, threads, clients }: WrkPlan): string {
  return `Running ${durationText} test @ ${url}\n  ${threads} threads and ${clients} connections\n`;
}

function reportOf({ threads, showsLatency }: WrkPlan, result: LoadResult): string {
  const { latencies, tookMs, outcomes } = result;
  const { bodyBytes, headBytes } = sizesOf(result);
  const { answered } = answeredOf(result);
  const summary = summaryOf(latencies);
  const seconds = tookMs / 1000;
  const perThread = answered / seconds / threads;
  const inside = 100 * partBetween(latencies, summary.mean - summary.deviation, summary.mean + summary.deviation);
  const bad = Object.entries(outcomes).reduce((sum, [status, n]) => (/^[45]\d\d$/.test(status) ? sum + n : sum), 0);
  const timeouts = outcomes["timed_out"] ?? 0;
  const refused = outcomes["connection_refused"] ?? 0;
  const resets = outcomes["connection_reset"] ?? 0;
  const bytes = (bodyBytes + headBytes) * answered;
  return [
    "  Thread Stats   Avg      Stdev     Max   +/- Stdev\n",
    `    Latency${latencyCells(summary)}${inside.toFixed(2).padStart(8)}%\n`,
    `    Req/Sec${[perThread, perThread * 0.04, perThread * 1.1].map((n) => metric(n).padStart(10)).join("")}   70.00%\n`,
    showsLatency ? quantiles(latencies) : "",
    `  ${answered} requests in ${seconds.toFixed(2)}s, ${binary(bytes)}B read\n`,
    timeouts + refused + resets > 0
      ? `  Socket errors: connect ${refused}, read ${resets}, write 0, timeout ${timeouts}\n`
      : "",
    bad > 0 ? `  Non-2xx or 3xx responses: ${bad}\n` : "",
    `Requests/sec: ${(answered / seconds).toFixed(2).padStart(9)}\n`,
    `Transfer/sec: ${binary(bytes / seconds).padStart(10)}B\n`,
  ].join("");
}

function latencyCells({ mean, deviation, max }: Summary): string {
  return [mean, deviation, max].map((ms) => time(ms).padStart(10)).join("");
}

function quantiles(latencies: Distribution): string {
  const lines = [50, 75, 90, 99].map(
    (p) => `  ${`${p}%`.padStart(6)} ${time(quantileOf(latencies, p / 100)).padStart(9)}\n`,
  );
  return `  Latency Distribution\n${lines.join("")}`;
}

/** `1.52ms`, `350.12us`, `2.01s` */
function time(ms: number): string {
  if (ms < 1) return `${(ms * 1000).toFixed(2)}us`;
  return ms < 1000 ? `${ms.toFixed(2)}ms` : `${(ms / 1000).toFixed(2)}s`;
}

/** `3.28k` */
function metric(value: number): string {
  if (value < 1000) return value.toFixed(2);
  return value < 1_000_000 ? `${(value / 1000).toFixed(2)}k` : `${(value / 1_000_000).toFixed(2)}M`;
}

/** `159.30M` */
function binary(bytes: number): string {
  const units = ["", "K", "M", "G", "T"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${value.toFixed(2)}${units[unit]}`;
}
