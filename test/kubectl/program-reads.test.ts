/** The kubectl of containers prints what the real one prints, for reads of a cluster with objects of many kinds. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { isDeepStrictEqual } from "node:util";
import { beforeAll, describe, expect, it } from "vitest";
import { type CommandResult, describeNewestKubectl, type KubectlSession } from "./harness.ts";
import { API_LINES } from "./lines/api.ts";
import { DESCRIBE_LINES } from "./lines/describe.ts";
import { EVENT_LINES } from "./lines/events.ts";
import { EXPLAIN_LINES } from "./lines/explain.ts";
import { GET_LINES } from "./lines/get.ts";
import { JSONPATH_LINES } from "./lines/jsonpath.ts";
import { TEMPLATE_LINES } from "./lines/templates.ts";
import { TOP_LINES } from "./lines/top.ts";
import { runOurKubectl } from "./our-kubectl.ts";

/** Ages are in minutes after this time, so that two runs rarely differ. Events live for an hour. */
const AGE_SECONDS = 1_200;
const ATTEMPTS = 3;

/** Files of the outputs that read one. */
const TEMPLATE_FILES = [
  ["t.tmpl", "{{range .spec.template.spec.containers}}{{.name}}\n{{end}}"],
  ["p.txt", '{.metadata.name}{"\\n"}'],
  ["cols.txt", "NAME   NODE\nmetadata.name  {.spec.nodeName}\n"],
  ["badcols.txt", "NAME   NODE\nmetadata.name\n"],
] as const;

describeNewestKubectl("the kubectl of containers reads", (session) => {
  beforeAll(async () => {
    const { ok, write, platform } = session();
    for (const name of ["objects.yaml", "custom.yaml", "requests.yaml"]) {
      await write(name, await readFile(join(import.meta.dirname, "rich", name), "utf8"));
      await ok(`apply -f ${name}`);
    }
    for (const [name, text] of TEMPLATE_FILES) await write(name, text);
    await ok("certificate approve jane");
    await ok("set image deployment/web -n shop nginx=nginx:1.28");
    await platform("advance", { seconds: AGE_SECONDS });
  });

  describe.each([
    ["api", API_LINES],
    ["describe", DESCRIBE_LINES],
    ["events", EVENT_LINES],
    ["explain", EXPLAIN_LINES],
    ["get", GET_LINES],
    ["jsonpath", JSONPATH_LINES],
    ["templates", TEMPLATE_LINES],
  ])("%s", (_, lines) => {
    it.each(lines)("%s", (line) => expectEqual(session(), line));
  });
});

/** Definitions stand for a metrics server. A cluster that serves metrics itself keeps its own. */
describeNewestKubectl("the kubectl of containers reads metrics", (session) => {
  beforeAll(async () => {
    const { run, write } = session();
    for (const name of ["metrics.yaml", "usage.yaml"]) {
      await write(name, await readFile(join(import.meta.dirname, "rich", name), "utf8"));
      await run(`apply -f ${name}`);
      await run("wait --for=condition=Established crd/pods.metrics.k8s.io --timeout=30s");
    }
  });

  it.each(TOP_LINES)("%s", (line) => expectEqual(session(), line));
});

/** Its documents come from the API server inside the cluster. */
describeNewestKubectl("kubectl explain in a container", (session) => {
  beforeAll(async () => {
    const { ok, write } = session();
    await write("objects.yaml", await readFile(join(import.meta.dirname, "rich", "objects.yaml"), "utf8"));
    await ok("apply -f objects.yaml");
    await ok("create clusterrolebinding reader --clusterrole=view --serviceaccount=default:default");
    await ok("run kubectl --image=bitnami/kubectl --command -- sleep 1000000");
    await ok("wait --for=condition=Ready pod/kubectl --timeout=100s");
  });

  it.each(["pods.spec.restartPolicy", "deployments --output=plaintext-openapiv2", "crontabs.spec"])(
    "%s",
    async (wanted) => {
      const { ok } = session();
      expect(await ok(`exec kubectl -- kubectl explain ${wanted}`)).toBe(await ok(`explain ${wanted}`));
    },
  );
});

/** Runs the command line with both. A second run is compared where the cluster changed between the two. */
async function expectEqual(session: KubectlSession, line: string): Promise<void> {
  for (let attempt = 1; ; attempt++) {
    const [real, ours] = await Promise.all([session.run(line), runOurKubectl(session, line)]);
    if (isDeepStrictEqual(withoutAges(ours), withoutAges(real))) return;
    if (attempt === ATTEMPTS) expect(ours).toEqual(real);
  }
}

/** The two runs of a long command see different seconds. */
function withoutAges(result: CommandResult): CommandResult {
  const mask = (text: string) => text.replaceAll(/\b(?:\d+[smhdy])+\b/g, (age) => age.replaceAll(/\d/g, "0"));
  return { ...result, stdout: mask(result.stdout) };
}
