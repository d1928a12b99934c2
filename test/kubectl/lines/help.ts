/** Help of all commands, and command lines without a known command. */
import texts from "../../../src/programs/kubectl/help/generated/texts.json" with { type: "json" };
import type { CommandStory } from "./story.ts";

const ALL = Object.keys(texts.commands).map((words) => `${words} --help`.trim());

export const HELP_STORY: CommandStory = {
  title: "help",
  prepare: [],
  reads: [
    ...ALL,
    "",
    "-h",
    "help",
    "help create configmap",
    "help nope",
    "help create nope",
    "rollout",
    "set",
    "config",
    "auth",
    "top",
    "certificate",
    "plugin",
    "alpha",
    "create secret",
    "create service",
    "options",
    "create cm -h",
    "rollout frob --help",
    "rollout --frob",
    "get --frob --help",
    "config frob",
    "auth frob",
    "alpha frob",
    "nope --help",
    "--frob",
    "certificate frob",
    "apply frob -f x",
    "cluster-info frob",
    "run --help --image=x",
    "run -h",
  ],
};
