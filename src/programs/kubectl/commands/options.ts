/** `kubectl options`: the flags of all commands. */
import type { Command } from "../core/command.ts";
import { helpOf } from "../help/help.ts";

export const options: Command = {
  words: ["options"],
  flags: [],
  // biome-ignore lint/correctness/useYield: a command that asks nothing is a generator like all others
  *run({ session }) {
    session.print((helpOf("options") ?? "").replace("/root/.kube", `${session.env("HOME")}/.kube`));
    return 0;
  },
};
