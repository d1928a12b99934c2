/**
 * What the main process of a container does, as far as the kubelet sees it. Sandbar's own model.
 * Kubernetes: no counterpart.
 */
import type { Container } from "../../schema/index.ts";
import { type Image, UNKNOWN_IMAGE } from "../images/catalogue.ts";
import { startProblem } from "./executables.ts";
import { type FileChange, runCommand } from "./script.ts";

export interface Program {
  /** The error at the start. All other fields are meaningless then. */
  problem?: string;
  /** Runtime without a stop; undefined: until it is stopped. */
  durationMs: number | undefined;
  exitCode: number;
  /** True if the program is assumed to run for ever only because it is unknown. */
  isGuess: boolean;
  files: readonly FileChange[];
  /** The reaction to SIGTERM; undefined: it ignores the signal and is killed at the end of its grace period. */
  stop: { exitCode: number; ms: number } | undefined;
  /** It answers on ports. */
  serves: boolean;
}

/** Runtime of an unknown program that must terminate (Jobs, init containers). */
const ARBITRARY_PROGRAM_MS = 3000;
/** Well-behaved servers take a moment to close. */
const QUICK_STOP = { exitCode: 0, ms: 80 };
/** Programs that ignore SIGTERM as process 1: the kernel gives process 1 no default action. */
const DEAF = new Set("sh ash bash dash zsh sleep tail cat python python3 node ruby perl watch top yes".split(" "));

/** The program of a container made from an image. */
export function programOf({ command, args }: Pick<Container, "command" | "args">, image: Image): Program {
  const ownServer = !command?.length && (!args?.length || image.runs === "server");
  if (ownServer) return imageProgram(image);
  const words = command?.length ? [...command, ...(args ?? [])] : (args ?? []);
  const problem = startProblem(words[0] ?? "", image);
  const run = runCommand(words);
  const name = words[0]?.slice(words[0].lastIndexOf("/") + 1) ?? "";
  const trapsSignals = words.some((word) => /\btrap\b/.test(word));
  return {
    ...run,
    ...(problem && { problem }),
    stop: DEAF.has(name) && !trapsSignals ? undefined : (image.stop ?? QUICK_STOP),
    // An unknown command counts as a server unless it certainly is not.
    serves: run.durationMs === undefined && !/^(sleep|tail)$/.test(name),
  };
}

/**
 * The same program where it must terminate. In init containers and in the pods of Jobs, an unknown program is assumed
 * to do its work and succeed.
 */
export function asTask(program: Program): Program {
  return program.isGuess ? { ...program, durationMs: ARBITRARY_PROGRAM_MS, exitCode: 0, serves: false } : program;
}

function imageProgram(image: Image): Program {
  return {
    durationMs: image.runs === "task" ? 0 : undefined,
    exitCode: 0,
    isGuess: image === UNKNOWN_IMAGE,
    files: [],
    stop: image.runs === "shell" ? undefined : (image.stop ?? QUICK_STOP),
    serves: image.runs === "server",
  };
}
