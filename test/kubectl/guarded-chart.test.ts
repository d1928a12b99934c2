/** The chart in examples/charts/guarded with helm 4: certificate Jobs, a webhook, a subchart, a library and `lookup`. */
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { KubectlSession } from "./harness.ts";

const CHART = join(import.meta.dirname, "../../examples/charts/guarded");
const WAIT = "-n shop --wait --timeout 110s";
const helm = inject("helm");
const kubectl = inject("kubectls").at(-1);

describe.skipIf(!helm || !kubectl)("helm 4 and a chart with a webhook", () => {
  let session: KubectlSession;
  /** Fails the test unless helm succeeds. */
  const run = async (commandLine: string) => {
    const result = await session.runProgram(helm ?? "", commandLine);
    expect(result.exitCode, `helm ${commandLine}\n${result.stdout}${result.stderr}`).toBe(0);
    return result.stdout;
  };
  const secret = (name: string, key: string) => session.ok(`-n shop get secret ${name} -o jsonpath={.data.${key}}`);
  const webhook = (field: string) =>
    session.ok(`get validatingwebhookconfiguration g-webhook -o jsonpath={.webhooks[0].${field}}`);
  const tryConfigMap = (name: string) =>
    session.run(`-n shop create configmap ${name} --from-literal=webhook-e2e-test=webhook-disallow`);
  const first: Record<string, string> = {};

  beforeAll(async () => {
    if (kubectl) session = await KubectlSession.open(kubectl, { latency: "instant" });
  });
  afterAll(() => session?.close());

  it("installs it: the Jobs make a certificate and write its authority into the webhook", async () => {
    expect(await run(`install g ${CHART} --create-namespace ${WAIT}`)).toContain("g refuses ConfigMaps");
    expect(await session.ok("-n shop get job g-create -o jsonpath={.status.succeeded}")).toBe("1");
    expect((await session.run("-n shop get job g-patch")).stderr).toContain("NotFound");
    expect((await session.run("-n shop get serviceaccount g-certificates")).stderr).toContain("NotFound");
    first["ca"] = await secret("g-webhook", "ca");
    first["password"] = await secret("g-password", "password");
    expect(first["ca"]).not.toBe("");
    expect(await webhook("clientConfig.caBundle")).toBe(first["ca"]);
    expect(await webhook("failurePolicy")).toBe("Fail");
    expect(await session.ok("-n shop get statefulset g-cache -o jsonpath={.status.readyReplicas}")).toBe("1");
  });

  it("has a webhook that answers", async () => {
    const refused = await tryConfigMap("bad");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('admission webhook "configmaps.guarded.example.com" denied the request');
    await session.ok("-n shop create configmap good --from-literal=a=b");
    await session.ok("create configmap elsewhere --from-literal=webhook-e2e-test=webhook-disallow");
  });

  it("tests it", async () => {
    expect(await run("test g -n shop --timeout 50s")).toContain("Phase:          Succeeded");
    expect(await session.ok("-n shop logs g-reaches-front")).toContain("Welcome to nginx!");
  });

  it("upgrades it with other values, and keeps what was drawn", async () => {
    await run(`upgrade g ${CHART} --set cache.enabled=false --set replicas=2 ${WAIT}`);
    expect(await session.ok("-n shop get deployment g-front -o jsonpath={.status.availableReplicas}")).toBe("2");
    expect((await session.run("-n shop get statefulset g-cache")).stderr).toContain("NotFound");
    expect(await session.ok("-n shop get pvc -o name")).toBe("persistentvolumeclaim/data-g-cache-0\n");
    expect(await secret("g-password", "password")).toBe(first["password"]);
    expect(await secret("g-webhook", "ca")).toBe(first["ca"]);
    expect((await tryConfigMap("bad")).stderr).toContain("denied the request");
  });

  it("rolls it back to the first revision", async () => {
    await run(`rollback g 1 ${WAIT}`);
    expect(await session.ok("-n shop get statefulset g-cache -o jsonpath={.status.readyReplicas}")).toBe("1");
    expect(await session.ok("-n shop get deployment g-front -o jsonpath={.spec.replicas}")).toBe("1");
    expect(await secret("g-password", "password")).toBe(first["password"]);
  });

  it("uninstalls it, and leaves what its hooks have made", async () => {
    await run(`uninstall g ${WAIT}`);
    expect((await session.run("get validatingwebhookconfiguration g-webhook")).stderr).toContain("NotFound");
    await tryConfigMap("bad").then(({ exitCode }) => expect(exitCode).toBe(0));
    expect(await session.ok("-n shop get secrets,jobs -o name")).toBe("secret/g-webhook\njob.batch/g-create\n");
  });
});
