/** The commands of the kubectl of containers print what the real ones print. */
import { beforeAll, expect, it } from "vitest";
import { type CommandResult, describeNewestKubectl, type KubectlSession, shape } from "./harness.ts";
import { COMMAND_CHANGES, COMMAND_READS, FILES } from "./lines/commands.ts";
import { runOurKubectl } from "./our-kubectl.ts";

async function prepare({ ok, write }: KubectlSession): Promise<void> {
  for (const [name, text] of Object.entries(FILES)) await write(name, text);
  await ok("create deployment web --image=nginx --replicas=2");
  await ok("expose deployment web --port=80");
  await ok("create configmap text --from-literal=a=yes --from-literal=b=no");
  await ok("rollout status deployment web");
}

describeNewestKubectl("commands of the kubectl of containers", (session) => {
  beforeAll(async () => {
    await prepare(session());
  });

  it.each(COMMAND_READS)("%s", async (line) => {
    const [real, ours] = await Promise.all([session().run(line), runOurKubectl(session(), line)]);
    expect(shaped(ours, session())).toEqual(shaped(real, session()));
  });
});

describeNewestKubectl("the real kubectl", (real) => {
  describeNewestKubectl("changes of the kubectl of containers", (ours) => {
    beforeAll(async () => {
      await prepare(real());
      await prepare(ours());
    });

    it.each(COMMAND_CHANGES.map((one) => (typeof one === "string" ? ([one, "vi"] as const) : one)))(
      "%s (%s)",
      async (line, editor) => {
        const env = { KUBE_EDITOR: editor };
        const [expected, got] = await Promise.all([real().run(line, { env }), runOurKubectl(ours(), line, { env })]);
        expect(shaped(got, ours())).toEqual(shaped(expected, real()));
      },
    );
  });
});

function shaped({ stdout, stderr, exitCode }: CommandResult, { folder }: KubectlSession) {
  const plain = (text: string) =>
    shape(text.replaceAll(folder, "/work")).replaceAll(/(resourceVersion\W+)\d+/g, "$1<version>");
  return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
}
