/**
 * `--help`, `kubectl help`, and groups of commands without a command.
 * Source: github.com/spf13/cobra command.go, k8s.io/kubectl pkg/cmd/util/helpers.go (`DefaultSubCommandRun`)
 */
import type { Flags } from "../core/flags.ts";
import type { Session } from "../core/session.ts";
import { unknownCommand } from "../core/suggestions.ts";
import { helpOf } from "./help.ts";

interface Group {
  /** Where the help goes if the command is missing. */
  fd: 1 | 2;
  status: number;
  /** Further arguments are ignored. */
  isLoose?: true;
}

const GROUP: Group = { fd: 2, status: 1 };
const OTHER_GROUPS: Readonly<Record<string, Group>> = {
  "": { fd: 1, status: 0 },
  alpha: { fd: 1, status: 0, isLoose: true },
  certificate: { fd: 1, status: 0, isLoose: true },
  rollout: { fd: 1, status: 1 },
};

/** Prints the help that the arguments ask for, and returns the exit code. Throws Failure for an unknown command. */
export function showHelp(session: Session, words: readonly string[], flags: Flags): number {
  const [first, ...rest] = words;
  if (first === "help") return showTopic(session, [...rest, ...flags.args]);
  const name = words.join(" ");
  const help = helpOf(name) ?? "";
  const group = OTHER_GROUPS[name] ?? GROUP;
  const [unknown] = flags.args;
  const isUnknown = unknown !== undefined && !group.isLoose && (words.length === 0 || !flags.is("help"));
  if (isUnknown) throw unknownCommand(unknown, ["kubectl", ...words].join(" "));
  if (flags.is("help")) {
    if (name !== "options") session.print(help);
    return 0;
  }
  if (group.fd === 1) session.print(help);
  else session.warn(help);
  return group.status;
}

/** `kubectl help create configmap` */
function showTopic(session: Session, topic: readonly string[]): number {
  const known = topic.findIndex((_, i) => helpOf(topic.slice(0, i + 1).join(" ")) === undefined);
  const words = known < 0 ? topic : topic.slice(0, known);
  const help = helpOf(words.join(" ")) ?? "";
  if (words.length > 0 || topic.length === 0) {
    session.print(help);
    return 0;
  }
  session.warn(`Unknown help topic [${topic.map((word) => `\`${word}\``).join(" ")}]\n`);
  session.warn(help.slice(help.indexOf("\n\nBasic Commands")));
  return 0;
}
