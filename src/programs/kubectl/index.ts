/**
 * kubectl in a container: the API server's answers, printed as kubectl 1.36 prints them.
 * Source: k8s.io/kubectl pkg/cmd
 */
import type { ProcessView, Program } from "../../shell/program.ts";
import type { ServedAnswer, ServedRequest } from "../../shell/question.ts";
import { commandOf, flagsOf, GLOBAL, preferredCall, RunningCall } from "./called.ts";
import { complete, isCompletion } from "./completion/complete.ts";
import type { Command } from "./core/command.ts";
import { type Flags, parseFlags } from "./core/flags.ts";
import { warningHead } from "./core/log-lines.ts";
import { applyDefaults } from "./core/preferences.ts";
import { drive, Failure, Session, type Steps } from "./core/session.ts";
import { showHelp } from "./help/show.ts";
import { PartialFailure } from "./printers/failure.ts";

export const kubectl: Program = { handles: ["WINCH"], run: (process) => drive(process, main), serve };

/** Requests reach a command that has run up to the point at which it listens. */
function serve(process: ProcessView, request: ServedRequest): ServedAnswer {
  const session = new Session(process, {});
  const { command, words, rest } = commandOf(session.args);
  if (!command?.serve) return { type: "failed", why: "refused", afterMs: 0 };
  const flags = parseFlags(rest, flagsOf(command), "");
  return command.serve(new RunningCall(session, flags, ["kubectl", ...words].join(" ")), request);
}

function* main(session: Session): Steps<number> {
  try {
    if (isCompletion(session)) return yield* complete(session);
    const { command, words, rest, options, source } = preferredCall(session);
    const seeHelp = ["kubectl", ...words].join(" ");
    const flags = parseFlags(rest, command ? flagsOf(command) : GLOBAL, seeHelp);
    if (command) applyDefaults(flags, options, (name) => `invalid flag ${name} for command ${source}`);
    if (!command || flags.is("help")) return showHelp(session, words, flags);
    checkRequired(flags, command);
    checkDryRun(flags, session);
    return yield* command.run(new RunningCall(session, flags, seeHelp));
  } catch (error) {
    if (!(error instanceof Failure)) throw error;
    if (error instanceof PartialFailure) session.print(error.output);
    if (error.message !== "") session.warn(`${error.message}\n`);
    return error.status;
  }
}

/** Source: github.com/spf13/cobra command.go (`ValidateRequiredFlags`) */
function checkRequired(flags: Flags, { required = [] }: Command): void {
  const missing = required.filter((name) => !flags.has(name));
  if (missing.length === 0) return;
  throw new Failure(`error: required flag(s) ${missing.map((name) => JSON.stringify(name)).join(", ")} not set`);
}

/** Throws Failure for a `--dry-run` of unknown meaning. */
function checkDryRun(flags: Flags, session: Session): void {
  if (!flags.has("dry-run") || flags.isBool("dry-run")) return;
  const value = flags.text("dry-run");
  if (["none", "client", "server"].includes(value)) return;
  if (value === "unchanged") {
    session.warn(
      `${warningHead(session.nowMs, "helpers.go:719")} --dry-run is deprecated and can be replaced with --dry-run=client.\n`,
    );
    flags.set("dry-run", "client");
    return;
  }
  throw new Failure(`error: Invalid dry-run value (${value}). Must be "none", "server", or "client".`);
}
