/**
 * The outcome of a probe at an instant, by rule: an HTTP or TCP probe succeeds if the program listens on the port, and
 * a command succeeds unless it certainly fails.
 * Kubernetes: pkg/kubelet/prober/prober.go, pkg/probe/http/http.go, pkg/probe/tcp/tcp.go, pkg/probe/exec/exec.go
 */
import type { Container, Probe } from "../../schema/index.ts";
import type { Image } from "../images/catalogue.ts";
import type { Program } from "../programs/program.ts";
import { fileExists, runCommand } from "../programs/script.ts";

export interface ProbeTarget {
  container: Container;
  program: Program;
  image: Image;
  podIp: string;
}

export type ProbeOutcome = { succeeded: true } | { succeeded: false; output: string };

const SUCCESS: ProbeOutcome = { succeeded: true };

/** The outcome `sinceStartMs` after the container's start. */
export function probeOutcome(probe: Probe, target: ProbeTarget, sinceStartMs: number): ProbeOutcome {
  if (probe.exec) return commandOutcome(probe.exec.command ?? [], target, sinceStartMs);
  if (probe.httpGet) return httpOutcome(probe.httpGet, target, sinceStartMs);
  if (probe.tcpSocket) {
    const port = portNumber(probe.tcpSocket.port, target.container);
    const host = probe.tcpSocket.host || target.podIp;
    return listens(port, target) ? SUCCESS : failure(`dial tcp ${host}:${port}: connect: connection refused`);
  }
  return SUCCESS;
}

/** Instants (ms after the container's start) at which the outcome may change. */
export function outcomeChanges(probe: Probe, target: ProbeTarget): readonly number[] {
  if (probe.exec) return target.program.files.map(({ atMs }) => atMs);
  const failsAtMs = probe.httpGet && failureMs(target);
  return failsAtMs === undefined ? [] : [failsAtMs];
}

function failureMs({ container, image }: ProbeTarget): number | undefined {
  const isOwnProgram = !container.command?.length;
  return isOwnProgram ? image.failsAfterMs?.[container.args?.[0] ?? ""] : undefined;
}

function commandOutcome(command: readonly string[], { program }: ProbeTarget, sinceStartMs: number): ProbeOutcome {
  const [name, ...args] = command;
  if (name === "cat" || name === "ls" || (name === "test" && args[0]?.startsWith("-"))) {
    const paths = args.filter((arg) => !arg.startsWith("-"));
    const missing = paths.find((path) => !fileExists(program.files, path, sinceStartMs));
    if (missing === undefined) return SUCCESS;
    const output = { cat: `cat: can't open '${missing}'`, ls: `ls: ${missing}`, test: "" }[name];
    return failure(output ? `${output}: No such file or directory\n` : "");
  }
  const { durationMs, exitCode } = runCommand(command);
  return durationMs === undefined || exitCode === 0 ? SUCCESS : failure("");
}

function httpOutcome(request: NonNullable<Probe["httpGet"]>, target: ProbeTarget, sinceStartMs: number): ProbeOutcome {
  const port = portNumber(request.port, target.container);
  const path = request.path ?? "/";
  const host = request.host || target.podIp;
  if (!listens(port, target)) {
    const url = `${(request.scheme ?? "HTTP").toLowerCase()}://${host}:${port}${path}`;
    return failure(`Get "${url}": dial tcp ${host}:${port}: connect: connection refused`);
  }
  if (sinceStartMs >= (failureMs(target) ?? Number.POSITIVE_INFINITY)) {
    return failure("HTTP probe failed with statuscode: 500");
  }
  const { paths } = target.image;
  const isOwnProgram = !target.container.command?.length;
  if (!isOwnProgram || !paths || paths.includes(path.replace(/\?.*$/, ""))) return SUCCESS;
  return failure("HTTP probe failed with statuscode: 404");
}

/**
 * An image's own program listens on its known ports. Other programs listen on every port that is declared or probed.
 */
function listens(port: number, { container, program, image }: ProbeTarget): boolean {
  if (!program.serves) return false;
  const isOwnProgram = !container.command?.length;
  return !isOwnProgram || !image.ports || image.ports.includes(port) || isConfigurable(container);
}

/** Arguments, variables and mounted files may change the port. */
function isConfigurable({ args, env, envFrom, volumeMounts }: Container): boolean {
  const mounts = volumeMounts?.filter(({ mountPath }) => !mountPath.startsWith("/var/run/secrets/")) ?? [];
  return [args, env, envFrom, mounts].some((list) => (list?.length ?? 0) > 0);
}

function portNumber(port: string | number, { ports }: Container): number {
  if (typeof port === "number") return port;
  return ports?.find(({ name }) => name === port)?.containerPort ?? Number(port);
}

function failure(output: string): ProbeOutcome {
  return { succeeded: false, output };
}
