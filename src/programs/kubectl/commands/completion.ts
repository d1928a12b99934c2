/**
 * `kubectl completion`: scripts for shells, which call `kubectl __complete`. The scripts are recorded
 * (`npm run kubectl-help`).
 * Source: k8s.io/kubectl pkg/cmd/completion/completion.go
 */
import type { Command } from "../core/command.ts";
import { usageError } from "../core/usage.ts";
import scripts from "../help/generated/completion.json" with { type: "json" };

const SCRIPTS: Readonly<Record<string, string>> = scripts;

export const completion: Command = {
  words: ["completion"],
  flags: [],
  // biome-ignore lint/correctness/useYield: a command that asks nothing is a generator like all others
  *run(call) {
    const [shell, ...more] = call.args;
    if (shell === undefined) throw usageError(call, "Shell not specified.");
    if (more.length > 0) throw usageError(call, "Too many arguments. Expected only the shell type.");
    const script = Object.hasOwn(SCRIPTS, shell) ? SCRIPTS[shell] : undefined;
    if (script === undefined) throw usageError(call, `Unsupported shell type ${JSON.stringify(shell)}.`);
    call.session.print(script);
    return 0;
  },
};
