/** The chart in examples/charts with helm 4: kinds, hooks, failure and rollback, with and without server-side apply. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { KubectlSession } from "./harness.ts";

const CHART = join(import.meta.dirname, "../../examples/charts/guestbook");
const WAIT = "--wait --timeout 50s";
const helm = inject("helm");
const kubectl = inject("kubectls").at(-1);

describe.skipIf(!helm || !kubectl).each([
  { title: "with server-side apply", flag: "--server-side=true", upgradeFlag: "--server-side=true" },
  { title: "without", flag: "--server-side=false", upgradeFlag: "--server-side=false" },
])("helm 4 $title", ({ flag, upgradeFlag }) => {
  let session: KubectlSession;
  const tryRun = (commandLine: string) => session.runProgram(helm ?? "", commandLine);
  /** Fails the test unless helm succeeds. */
  const run = async (commandLine: string) => {
    const result = await tryRun(commandLine);
    expect(result.exitCode, `helm ${commandLine}\n${result.stdout}${result.stderr}`).toBe(0);
    return result.stdout;
  };
  const json = async (commandLine: string) => JSON.parse(await run(`${commandLine} -o json`));

  beforeAll(async () => {
    if (kubectl) session = await KubectlSession.open(kubectl, { latency: "instant" });
  });
  afterAll(() => session?.close());

  it("installs it: definitions first, then the hook, then the rest", async () => {
    const said = await run(`install book ${CHART} ${flag} ${WAIT}`);
    expect(said).toContain("STATUS: deployed");
    expect(said).toContain('book greets with "hello" from 2 pods');
    expect(await session.ok("get greetings --no-headers")).toMatch(/^book-de +hallo\nbook-en +hello\n$/);
    expect(await session.ok("get greeting book-en -o jsonpath={.spec.loud}")).toBe("false");
    expect(await session.ok("get job book-prepare -o jsonpath={.status.succeeded}")).toBe("1");
    expect(await session.ok("get statefulset book-store -o jsonpath={.status.readyReplicas}")).toBe("2");
    const managers = await session.ok(
      'get deployment book-frontend -o jsonpath={.metadata.managedFields[?(@.manager=="helm")].operation}',
    );
    expect(managers).toBe(flag.endsWith("true") ? "Apply" : "Update");
  });

  it("shows it", async () => {
    expect(await json("list")).toMatchObject([
      { name: "book", revision: "1", status: "deployed", chart: "guestbook-0.1.0" },
    ]);
    expect(await json("status book")).toMatchObject({ name: "book", info: { status: "deployed" } });
    expect(await run("get manifest book")).toContain("kind: StatefulSet");
    expect(await run("get hooks book")).toContain("book-prepare");
    expect(await run("get notes book")).toContain("book greets");
    expect(await run(`template other ${CHART} --validate`)).toContain("kind: Greeting");
  });

  it("tests it", async () => {
    expect(await run("test book --timeout 50s")).toContain("Phase:          Succeeded");
  });

  it("upgrades it, with a hook afterwards", async () => {
    await run(
      `upgrade book ${CHART} ${upgradeFlag} --set greeting=moin --set frontend.replicas=3 --set greetings.fr=salut ${WAIT}`,
    );
    expect(await session.ok("get configmap book-config -o jsonpath={.data.greeting}")).toBe("moin");
    expect(await session.ok("get deployment book-frontend -o jsonpath={.status.availableReplicas}")).toBe("3");
    expect(await session.ok("get greetings -o name")).toContain("book-fr");
    expect((await session.run("get job book-migrate")).stderr).toContain("NotFound");
  });

  it("rolls a failed upgrade back by itself", async () => {
    const image = "--set frontend.image=nginx:no-such-tag";
    const failed = await tryRun(`upgrade book ${CHART} ${upgradeFlag} ${image} --rollback-on-failure --timeout 4s`);
    expect(failed.exitCode).toBe(1);
    const history = (await json("history book")) as { revision: number; status: string }[];
    expect(history.map(({ status }) => status)).toEqual(["superseded", "superseded", "failed", "deployed"]);
    expect(await session.ok("get deployment book-frontend -o jsonpath={.spec.template.spec.containers[0].image}")).toBe(
      "nginx:1.25",
    );
  });

  it("rolls it back and uninstalls it, and leaves only definitions and volumes", async () => {
    await run(`rollback book 1 ${upgradeFlag} ${WAIT}`);
    expect(await session.ok("get configmap book-config -o jsonpath={.data.greeting}")).toBe("hello");
    expect(await session.ok("get greetings -o name")).not.toContain("book-fr");
    expect(await run(`uninstall book ${WAIT}`)).toContain('release "book" uninstalled');
    expect(await json("list --all-namespaces")).toEqual([]);
    expect(await session.ok("get deployments,statefulsets,configmaps,secrets,greetings -o name")).toBe(
      "configmap/kube-root-ca.crt\n",
    );
    expect(await session.ok("get crd greetings.guestbook.example.com -o name")).toContain("greetings");
    expect((await session.ok("get pvc -o name")).trim().split("\n")).toHaveLength(2);
  });
});
