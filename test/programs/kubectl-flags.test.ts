/** The kubectl of containers knows the commands and the flags that the help of the real one lists. */
import { describe, expect, it } from "vitest";
import { commands } from "../../src/programs/kubectl/commands/registry.ts";
import texts from "../../src/programs/kubectl/help/generated/texts.json" with { type: "json" };
import { helpOf } from "../../src/programs/kubectl/help/help.ts";
/** Commands and flags that are missing, in the order of the registry. */
import unwritten from "./kubectl-unwritten.json" with { type: "json" };

/** Commands of the help, without groups: their usage takes a subcommand. */
const LISTED = Object.keys(texts.commands).filter((words) => /\nUsage:\n/.test(helpOf(words) ?? ""));
const GROUPS = /^(|alpha.*|auth|certificate|config|plugin|rollout|set|top|create secret|create service)$/;

function flagsIn(help: string): string[] {
  const [, options = ""] = /\nOptions:\n([\s\S]*?)\n\nUsage:/.exec(help) ?? [];
  return [...options.matchAll(/^ {4}(?:-\w, )?--([\w-]+)/gm)].map(([, name = ""]) => name);
}

describe("kubectl", () => {
  it("has the commands of the help", () => {
    const known = new Set(commands.map(({ words }) => words.join(" ")));
    const missing = LISTED.filter((words) => !GROUPS.test(words) && !known.has(words));
    expect(missing).toEqual(unwritten.commands);
  });

  it("has the flags of the help", () => {
    const missing = commands.flatMap(({ words, flags }) => {
      const known = new Set(flags.filter(({ isUnwritten }) => !isUnwritten).map(({ name }) => name));
      const wanted = flagsIn(helpOf(words.join(" ")) ?? "");
      return wanted.filter((name) => !known.has(name)).map((name) => `${words.join(" ")} --${name}`);
    });
    expect(missing).toEqual(unwritten.flags);
  });
});
