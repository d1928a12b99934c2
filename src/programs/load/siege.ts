/** siege: users that repeat a request, with the report of version 4.0. Delays between requests are half of `-d`. */
import type { ProcessView, Step } from "../../shell/program.ts";
import { type Tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { withUsage } from "../processes/waiting.ts";
import { summaryOf } from "./distribution.ts";
import { answeredOf, type LoadPlan, type LoadResult, runLoad, sizesOf } from "./load-run.ts";
import { requestTo } from "./request.ts";

const RULES = {
  short: "VhCvqgpc:r:t:d:bif:R:l::m:H:A:T:j",
  long: {
    ...{ version: "V", help: "h", verbose: "v", quiet: "q", concurrent: "c", reps: "r", time: "t", delay: "d" },
    ...{ benchmark: "b", internet: "i", file: "f", header: "H", "user-agent": "A", "content-type": "T" },
    ...{ "no-parser": "-", "no-follow": "-", "json-output": "j" },
  },
};
const UNIT_MS: Readonly<Record<string, number>> = { S: 1000, M: 60_000, H: 3_600_000 };

export const siege: Tool = (flavour) => ({
  handles: ["INT", "TERM"],
  run: (process) =>
    withUsage(process, flavour, () => {
      const options = readOptions({ args: process.argv.slice(1), flavour }, RULES);
      if (options.has("V")) {
        process.write(2, "SIEGE 4.0.7\n");
        return { type: "exit", status: 0 };
      }
      return run(process, options, planOf(options));
    }),
});

function planOf(options: Options): LoadPlan {
  const url = options.operands[0];
  if (url === undefined) throw new UsageError("No URL was specified.", { hasHint: false });
  const clients = Number(options.value("c") ?? 25);
  const [, amount, unit = "M"] = /^(\d+)\s*([SMHsmh]?)$/.exec(options.value("t") ?? "") ?? [];
  const reps = Number(options.value("r") ?? 0);
  const delaySeconds = options.has("b") ? 0 : Number(options.value("d") ?? 0);
  const userAgent = options.value("A") ?? "Mozilla/5.0 (pc-x86_64-linux-gnu) Siege/4.0.7";
  return {
    request: requestTo(url.replace(/ POST .*$/, ""), { headers: options.values("H"), userAgent, timeoutMs: 30_000 }),
    clients,
    ...(amount !== undefined && { durationMs: Number(amount) * (UNIT_MS[unit.toUpperCase() || "M"] ?? 60_000) }),
    ...(reps > 0 && { requests: reps * clients }),
    // A user waits for a random time up to the delay.
    ...(delaySeconds > 0 && { perSecond: clients / (delaySeconds / 2) }),
  };
}

function run(process: ProcessView, options: Options, plan: LoadPlan): Step {
  if (process.state["hasBegun"] !== true) {
    process.state["hasBegun"] = true;
    const users = `** Preparing ${plan.clients} concurrent users for battle.`;
    if (!options.has("q")) process.write(2, `** SIEGE 4.0.7\n${users}\nThe server is now under siege...\n`);
  }
  const outcome = runLoad(process, plan);
  if (outcome.type !== "done") return outcome;
  process.write(2, `${options.has("q") ? "" : "\nLifting the server siege...\n"}${reportOf(outcome.result)}`);
  return { type: "exit", status: 0 };
}

function reportOf(result: LoadResult): string {
  const { tookMs, latencies } = result;
  const { answered, succeeded, failed } = answeredOf(result);
  const { min, max, mean } = summaryOf(latencies);
  const { bodyBytes } = sizesOf(result);
  const seconds = tookMs / 1000;
  const megabytes = (bodyBytes * answered) / 1024 / 1024;
  const bad = failed + answered - succeeded;
  const row = (label: string, value: string, unit = "") => `${`${label}:`.padEnd(24)}${value.padStart(12)}${unit}\n`;
  return [
    row("Transactions", String(succeeded), " hits"),
    row("Availability", ((100 * succeeded) / Math.max(1, succeeded + bad)).toFixed(2), " %"),
    row("Elapsed time", seconds.toFixed(2), " secs"),
    row("Data transferred", megabytes.toFixed(2), " MB"),
    row("Response time", (mean / 1000).toFixed(2), " secs"),
    row("Transaction rate", (succeeded / seconds).toFixed(2), " trans/sec"),
    row("Throughput", (megabytes / seconds).toFixed(2), " MB/sec"),
    row("Concurrency", ((mean * answered) / tookMs).toFixed(2)),
    row("Successful transactions", String(succeeded)),
    row("Failed transactions", String(bad)),
    row("Longest transaction", (max / 1000).toFixed(2)),
    row("Shortest transaction", (min / 1000).toFixed(2)),
    " \n",
  ].join("");
}
