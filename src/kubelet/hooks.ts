/**
 * Lifecycle hooks: commands, requests and pauses.
 * Kubernetes: pkg/kubelet/lifecycle/handlers.go
 */

import { textOfBytes } from "../lib/bytes.ts";
import { goQuote } from "../lib/go-quote.ts";
import type { LifecycleHandler } from "../schema/index.ts";
import { type PodContainer, type PodContext, podLabel } from "./context.ts";
import { portNumber } from "./port-number.ts";
import { execProblem, taskCommand } from "./runtime/exec-problem.ts";
import type { Happening } from "./runtime/happening.ts";
import { processesOf } from "./runtime/opened.ts";
import type { TaskEnd } from "./runtime/task.ts";
import type { HookOutcome } from "./state.ts";

export type HookBegin = { happenings: Happening[] } & (
  | { type: "ended"; outcome: HookOutcome }
  | { type: "running" }
  | { type: "sleeps"; endsAtMs: number }
);

const SECOND_MS = 1000;

/** Begins a hook. `running`: its end is a happening of the container's processes. */
export function beginHook(
  context: PodContext,
  container: PodContainer,
  { handler, purpose }: { handler: LifecycleHandler; purpose: "postStart" | "preStop" },
): HookBegin {
  const { exec, httpGet, sleep } = handler;
  const { nowMs } = context;
  if (sleep) return { type: "sleeps", endsAtMs: nowMs + sleep.seconds * SECOND_MS, happenings: [] };
  if (httpGet) return { type: "ended", ...sendRequest(context, container, httpGet) };
  const processes = processesOf(context);
  const live = processes.find(container.spec.name);
  if (!exec || !live) return { type: "ended", outcome: {}, happenings: [] };
  const command = taskCommand(live, exec.command ?? []);
  const problem = execProblem(live, command);
  if (problem !== undefined) {
    return {
      type: "ended",
      outcome: { problem: commandFailed(context, container, command, problem, "") },
      happenings: [],
    };
  }
  const happenings = processes.startTask(live, command, { purpose, startedAtMs: nowMs });
  return { type: "running", happenings };
}

/** The outcome of a hook's command. */
export function hookOutcome(
  context: PodContext,
  container: PodContainer,
  handler: LifecycleHandler,
  end: TaskEnd,
): HookOutcome {
  if (end.exitCode === 0) return {};
  const command = handler.exec?.command ?? [];
  const output = textOfBytes(end.output);
  const error = `command '${command.join(" ")}' exited with ${end.exitCode}: ${output}`;
  return { problem: commandFailed(context, container, command, error, output) };
}

function commandFailed(
  { pod }: PodContext,
  { spec }: PodContainer,
  command: readonly string[],
  error: string,
  output: string,
): string {
  const what = `Exec lifecycle hook ([${command.join(" ")}]) for Container ${goQuote(spec.name)} in Pod ${goQuote(podLabel(pod))}`;
  return `${what} failed - error: ${error}, message: ${goQuote(output)}`;
}

function sendRequest(
  context: PodContext,
  { spec }: PodContainer,
  request: NonNullable<LifecycleHandler["httpGet"]>,
): { outcome: HookOutcome; happenings: Happening[] } {
  const { pod, node, nowMs, state } = context;
  const hostIp = node.status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
  const host = request.host || (pod.spec.hostNetwork ? hostIp : (state.podIp ?? ""));
  const path = request.path ?? "";
  const fail = (error: string) => {
    const where = `for Container ${goQuote(spec.name)} in Pod ${goQuote(podLabel(pod))}`;
    return { problem: `HTTP lifecycle hook (${path}) ${where} failed - error: ${error}` };
  };
  const port = portNumber(request.port, spec);
  if (typeof port === "string") return { outcome: fail(port), happenings: [] };
  const scheme = request.scheme === "HTTPS" ? "https" : "http";
  const headers: Record<string, string> = {
    host: `${host}:${port}`,
    "user-agent": "kube-lifecycle/1.36",
    accept: "*/*",
  };
  for (const { name, value } of request.httpHeaders ?? []) headers[name.toLowerCase()] = value;
  const served = processesOf(context).serve(
    { type: "http", scheme, method: "GET", path: path || "/", headers, body: "", host, port, from: hostIp },
    nowMs,
  );
  const { happenings, answer } = served;
  if (answer?.type === "http") return { outcome: {}, happenings };
  const problem = answer === undefined ? `dial tcp ${host}:${port}: connect: connection refused` : "EOF";
  return { outcome: fail(`Get ${goQuote(`${scheme}://${host}:${port}${path || "/"}`)}: ${problem}`), happenings };
}
