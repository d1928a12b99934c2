/**
 * Process 1 of a container, from its spec and its image: command, environment, working directory, user, streams.
 * Kubernetes: pkg/kubelet/kuberuntime/kuberuntime_container.go (`generateContainerConfig`); containerd:
 * internal/cri/opts/spec_opts.go; runc's errors.
 */

import type { Bytes, Credentials } from "../../files/entry.ts";
import type { ImageConfig } from "../../images/image.ts";
import { isUnknownImage } from "../../images/unknown.ts";
import { textOfBytes } from "../../lib/bytes.ts";
import type { Container, EphemeralContainer, Pod } from "../../schema/index.ts";
import type { ProcessStart } from "../../shell/contract.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { environmentOf, expandWords } from "../environment.ts";
import { kernelHostname } from "../mounts/hostname.ts";
import type { PodVolumes } from "../mounts/pod-volumes.ts";
import { podAddresses } from "../pod-addresses.ts";
import { type OpenedFiles, ROOT } from "./container-files.ts";
import { credentialsOf } from "./credentials.ts";
import { software } from "./software.ts";

export const RUNC =
  "failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: ";

/** A pod that is a hook or a test of a chart: helm waits until it has ended. */
const HELM_HOOK = "helm.sh/hook";

/** What all processes of a container begin with. */
export interface ProcessDefaults {
  env: Readonly<Record<string, string>>;
  cwd: string;
  credentials: Credentials;
}

const DEFAULT_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

export type StartOutcome = { start: ProcessStart; defaults: ProcessDefaults } | { problem: string };

/** The variables of a container as byte strings in the runtime's order, without the one that depends on its user. */
export function variablesOf(
  context: PodContext,
  { spec }: PodContainer,
  { image, volumes }: { image: ImageConfig; volumes: PodVolumes },
): Record<string, Bytes> {
  const { tx, pod, node } = context;
  const podIps = podAddresses(context);
  const readVolume = (volume: string, path: string) => volumes.readFile(volume, path);
  const environment = environmentOf({ reader: tx, pod, node, podIps, container: spec, readVolume });
  return {
    PATH: DEFAULT_PATH,
    ...(spec.tty && { TERM: "xterm" }),
    HOSTNAME: kernelHostname(pod, node),
    ...image.env,
    ...("values" in environment && environment.values),
  };
}

/** The start of process 1, or the runtime's error if it cannot start. */
export function processStart(
  { pod }: PodContext,
  container: PodContainer,
  { image, files, variables }: { image: ImageConfig; files: OpenedFiles; variables: Record<string, Bytes> },
): StartOutcome {
  const { spec } = container;
  const found = credentialsOf(pod, spec, image.user, files.filesFor(ROOT));
  if ("problem" in found) return found;
  const { credentials, home } = found;
  // runc appends the home folder, unless the container sets it.
  const values = Object.hasOwn(variables, "HOME") ? variables : { ...variables, HOME: home };
  const env = Object.fromEntries(Object.entries(values).map(([name, value]) => [name, textOfBytes(value)]));
  const defaults = { env, cwd: spec.workingDir || image.workingDir || "/", credentials };
  const command = commandOf(spec, image, variables).map(textOfBytes);
  const isOwn = image.standIn !== undefined && isOwnProgram(command, image.standIn, { defaults, files });
  const argv = isOwn ? ownProgram(image, command) : command;
  if (argv.length === 0) return { problem: "failed to generate container spec: no command specified" };
  const problem = executableProblem(argv[0]!, defaults, files);
  if (problem !== undefined) return { problem: RUNC + problem };
  const stdin = spec.stdin ? "open" : "none";
  const terminal = spec.tty ? { terminal: { columns: 80, rows: 24 } } : {};
  return { start: { argv, ...defaults, stdin, ...terminal }, defaults };
}

/** Whether the command is the image's stand-in, or a program that the image may have. */
function isOwnProgram(
  command: readonly string[],
  standIn: string,
  { defaults, files }: { defaults: ProcessDefaults; files: OpenedFiles },
): boolean {
  const [name = ""] = command;
  if (name === standIn) return true;
  return (
    software().findExecutable(name, defaults.env, defaults.cwd, files.filesFor(defaults.credentials)).type === "missing"
  );
}

/** The command of the program that stands for it. */
function ownProgram({ entrypoint, standIn = "" }: ImageConfig, command: readonly string[]): string[] {
  // The program of an unknown image reads the whole command, because a tool of Debian may follow its name.
  const isWhole = isUnknownImage({ entrypoint }) && command[0] !== standIn;
  return [standIn, ...(isWhole ? command : command.slice(1))];
}

/** Whether a container that listens on no port must end: in a Job, as a hook of helm, or before others begin. */
export function mustEnd({ metadata }: Pod, { role, spec }: PodContainer): boolean {
  const isOfJob = metadata.ownerReferences?.some(({ kind, controller }) => controller && kind === "Job") ?? false;
  const isHook = metadata.annotations?.[HELM_HOOK] !== undefined;
  return !spec.ports?.length && (role === "init" || (role === "main" && (isOfJob || isHook)));
}

/** runc's error for a program that cannot be executed; undefined if it can. */
export function executableProblem(
  name: string,
  { env, cwd, credentials }: ProcessDefaults,
  files: OpenedFiles,
): string | undefined {
  const found = software().findExecutable(name, env, cwd, files.filesFor(credentials));
  switch (found.type) {
    case "found":
      return undefined;
    case "notExecutable":
      return failure(name, "permission denied");
    case "isDirectory":
      return failure(name, name.includes("/") ? "is a directory" : "executable file not found in $PATH");
    case "missing":
      return failure(
        name,
        name.includes("/") ? `stat ${name}: no such file or directory` : "executable file not found in $PATH",
      );
  }
}

function failure(name: string, problem: string): string {
  return `exec: ${JSON.stringify(name)}: ${problem}`;
}

function commandOf(spec: Container | EphemeralContainer, image: ImageConfig, env: Record<string, Bytes>): Bytes[] {
  const command = expandWords(spec.command, env);
  const args = expandWords(spec.args, env);
  if (command.length > 0) return [...command, ...args];
  return [...image.entrypoint, ...(args.length > 0 ? args : image.cmd)];
}
