/** Stories of command lines: the kubectl of containers prints what the real one prints. */
import { beforeAll, expect, it } from "vitest";
import { type CommandResult, describeNewestKubectl, type KubectlSession, shape } from "./harness.ts";
import { APPLY_STORY } from "./lines/apply.ts";
import { AUTH_STORY } from "./lines/auth.ts";
import { COMPLETION_STORY } from "./lines/completion.ts";
import { CONFIG_STORY } from "./lines/config.ts";
import { DEBUG_STORY } from "./lines/debug.ts";
import { HELP_STORY } from "./lines/help.ts";
import { RUN_STORY } from "./lines/run.ts";
import type { CommandStory } from "./lines/story.ts";
import { STREAM_STORY } from "./lines/streams.ts";
import { runOurKubectl } from "./our-kubectl.ts";

const STORIES: readonly CommandStory[] = [
  APPLY_STORY,
  AUTH_STORY,
  COMPLETION_STORY,
  CONFIG_STORY,
  DEBUG_STORY,
  HELP_STORY,
  RUN_STORY,
  STREAM_STORY,
];

for (const { title, files = {}, prepare, reads = [], changes = [] } of STORIES) {
  const begin = async ({ ok, write }: KubectlSession): Promise<void> => {
    for (const [name, text] of Object.entries(files)) await write(name, text);
    for (const line of prepare) await ok(line);
  };

  if (reads.length > 0) {
    describeNewestKubectl(title, (session) => {
      beforeAll(async () => {
        await begin(session());
      });

      it.each(pairs(reads, ""))("%s", async (line, stdin) => {
        const ours = runOurKubectl(session(), line, { stdin });
        const [real, got] = await Promise.all([session().run(line, { stdin }), ours]);
        expect(shaped(got, session())).toEqual(shaped(real, session()));
      });
    });
  }

  if (changes.length === 0) continue;
  describeNewestKubectl(`${title}: the real one`, (real) => {
    describeNewestKubectl("changes", (ours) => {
      beforeAll(async () => {
        await begin(real());
        await begin(ours());
      });

      it.each(pairs(changes, "vi"))("%s (%s)", async (line, editor) => {
        const env = { KUBE_EDITOR: editor };
        const [expected, got] = await Promise.all([real().run(line, { env }), runOurKubectl(ours(), line, { env })]);
        expect(shaped(got, ours())).toEqual(shaped(expected, real()));
      });
    });
  });
}

function pairs(lines: readonly (string | readonly [string, string])[], second: string): (readonly [string, string])[] {
  return lines.map((one) => (typeof one === "string" ? ([one, second] as const) : one));
}

function shaped({ stdout, stderr, exitCode }: CommandResult, { folder }: KubectlSession) {
  const plain = (text: string) =>
    shape(text.replaceAll(folder, "/work")).replaceAll(/(resourceVersion\W+)\d+/g, "$1<version>");
  return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
}
