/**
 * Runs one probe: a command in the container, or a request to a port on which a process of the pod listens.
 * Kubernetes: pkg/kubelet/prober/prober.go, pkg/probe/exec/exec.go, pkg/probe/http/http.go, pkg/probe/tcp/tcp.go,
 * pkg/probe/grpc/grpc.go
 */

import { textOfBytes } from "../../lib/bytes.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { Probe } from "../../schema/index.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { portNumber } from "../port-number.ts";
import { execProblem, taskCommand } from "../runtime/exec-problem.ts";
import type { Happening } from "../runtime/happening.ts";
import type { LiveContainer } from "../runtime/live.ts";
import type { PodProcesses } from "../runtime/pod-processes.ts";
import type { ProbeType, TaskEnd } from "../runtime/task.ts";
import { probeHttp } from "./http.ts";
import { failure, type ProbeOutcome, SUCCESS, timeoutOf } from "./outcome.ts";

interface Target {
  container: PodContainer;
  live: LiveContainer;
  type: ProbeType;
  probe: Probe;
}

const SECOND_MS = 1000;

/** `running`: the outcome follows with the end of the command. */
export function startProbe(
  context: PodContext,
  processes: PodProcesses,
  target: Target,
  atMs: number,
): { outcome: ProbeOutcome | "running"; happenings: Happening[] } {
  const { exec, httpGet, tcpSocket, grpc } = target.probe;
  if (exec) {
    const command = taskCommand(target.live, exec.command ?? []);
    return startCommand(processes, target, { command, atMs });
  }
  const timeoutMs = timeoutOf(target.probe);
  const port = portNumber(httpGet?.port ?? tcpSocket?.port ?? grpc?.port ?? 0, target.container.spec);
  if (typeof port === "string") return { outcome: { type: "unknown", output: port }, happenings: [] };
  const host = httpGet?.host || tcpSocket?.host || podAddress(context);
  const from = hostAddress(context);
  if (httpGet) return probeHttp(processes, { action: httpGet, host, port, from, timeoutMs, atMs });
  if (tcpSocket) {
    const { answer, happenings } = processes.serve({ type: "connect", protocol: "tcp", port, from }, atMs);
    return { outcome: tcpOutcome(answer, `${host}:${port}`, timeoutMs), happenings };
  }
  const body = { service: grpc?.service ?? "" };
  const { answer, happenings } = processes.serve({ type: "message", protocol: "grpc-health", body, port, from }, atMs);
  return { outcome: grpcOutcome(answer, `${host}:${port}`, timeoutMs), happenings };
}

/** The outcome of a command that ended, or whose time is over. */
export function commandOutcome(probe: Probe, { exitCode, output }: TaskEnd): ProbeOutcome {
  if (exitCode === 0) return SUCCESS;
  if (exitCode !== undefined) return failure(textOfBytes(output));
  const command = goQuote((probe.exec?.command ?? []).join(" "));
  return failure(`command timed out: ${command} timed out after ${timeoutOf(probe) / SECOND_MS}s`);
}

function startCommand(
  processes: PodProcesses,
  { live, type, probe }: Target,
  { command, atMs }: { command: readonly string[]; atMs: number },
): { outcome: ProbeOutcome | "running"; happenings: Happening[] } {
  const problem = execProblem(live, command);
  if (problem !== undefined) return { outcome: { type: "unknown", output: problem }, happenings: [] };
  const task = { purpose: type, startedAtMs: atMs, deadlineMs: atMs + timeoutOf(probe) };
  return { outcome: "running", happenings: processes.startTask(live, command, task) };
}

function tcpOutcome(answer: ServedAnswer | undefined, address: string, timeoutMs: number): ProbeOutcome {
  if (answer === undefined) return failure(`dial tcp ${address}: connect: connection refused`);
  const isLate = answer.type === "failed" && answer.why === "timeout" && answer.afterMs > timeoutMs;
  return isLate ? failure(`dial tcp ${address}: i/o timeout`) : SUCCESS;
}

function grpcOutcome(answer: ServedAnswer | undefined, address: string, timeoutMs: number): ProbeOutcome {
  if (answer?.type !== "message" || answer.afterMs > timeoutMs) {
    const within = `${timeoutMs / SECOND_MS}s`;
    return failure(
      `timeout: failed to connect service ${goQuote(address)} within ${within}: context deadline exceeded`,
    );
  }
  const { body } = answer;
  const status = typeof body === "object" && body !== null && "status" in body ? body["status"] : undefined;
  return status === "SERVING" ? SUCCESS : failure(`service unhealthy (responded with ${goQuote(String(status))})`);
}

function podAddress(context: PodContext): string {
  return context.pod.spec.hostNetwork ? hostAddress(context) : (context.state.podIp ?? "");
}

function hostAddress({ node }: PodContext): string {
  return node.status.addresses?.find(({ type }) => type === "InternalIP")?.address ?? "";
}
