/** Runs kubectl in a pseudo-terminal, and types into it what the screen asks for. */
import { spawn, spawnSync } from "node:child_process";
import type { KubectlSession } from "./harness.ts";

/** Waits for a text on the screen, after all texts before it, and then types. Without `see`, types at once. */
export interface Step {
  see?: string;
  type: string;
}

export interface Screen {
  /** All that was shown, with carriage returns. */
  text: string;
  exitCode: number;
}

/** Whether this machine can make pseudo-terminals (util-linux). */
export const hasTerminal = spawnSync("script", ["-qec", "true", "/dev/null"]).status === 0;

/** Resolves when the command has ended. The test's own time limit ends a wait in vain. */
export async function inTerminal(
  { kubectl, environment, folder }: KubectlSession,
  commandLine: string,
  steps: readonly Step[],
): Promise<Screen> {
  const command = `stty rows 33 cols 77; exec ${kubectl.path} ${commandLine}`;
  const child = spawn("script", ["-qec", command, "/dev/null"], {
    cwd: folder,
    env: { ...environment, SHELL: "/bin/sh" },
  });
  const screen: Screen = { text: "", exitCode: 0 };
  const waiting = [...steps];
  let seenUpTo = 0;
  const typeNext = () => {
    for (let step = waiting[0]; step; step = waiting[0]) {
      const at = step.see === undefined ? seenUpTo : screen.text.indexOf(step.see, seenUpTo);
      if (at < 0) return;
      seenUpTo = at + (step.see?.length ?? 0);
      waiting.shift();
      child.stdin.write(step.type);
    }
  };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    screen.text += text;
    typeNext();
  });
  child.stdin.on("error", () => {});
  screen.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code) => resolve(code ?? 1));
  });
  return screen;
}
