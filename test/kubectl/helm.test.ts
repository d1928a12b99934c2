import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, inject, it } from "vitest";
import { KubectlSession } from "./harness.ts";

const helm = inject("helm");
const kubectl = inject("kubectls").at(-1);

const CHART = "apiVersion: v2\nname: shop\nversion: 0.1.0\n";
const VALUES = "replicas: 2\nimage: nginx:1.25\ngreeting: hello\n";
const TEMPLATE = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: {{ .Release.Name }}
spec:
  replicas: {{ .Values.replicas }}
  selector: {matchLabels: {app: {{ .Release.Name }}}}
  template:
    metadata: {labels: {app: {{ .Release.Name }}}}
    spec: {containers: [{name: web, image: {{ .Values.image | quote }}}]}
---
apiVersion: v1
kind: Service
metadata: {name: {{ .Release.Name }}}
spec: {selector: {app: {{ .Release.Name }}}, ports: [{port: 80}]}
---
apiVersion: v1
kind: ConfigMap
metadata: {name: {{ .Release.Name }}-config}
data: {greeting: {{ .Values.greeting }}}
`;

describe.skipIf(!helm || !kubectl)("helm 4", () => {
  let session: KubectlSession;

  /** Fails the test unless helm succeeds. */
  const run = async (commandLine: string) => {
    const result = await session.runProgram(helm ?? "", commandLine);
    expect(result.exitCode, `helm ${commandLine}\n${result.stdout}${result.stderr}`).toBe(0);
    return result.stdout;
  };
  const image = () => session.ok("get deployment shop -o jsonpath={.spec.template.spec.containers[0].image}");

  beforeAll(async () => {
    if (!kubectl) return;
    session = await KubectlSession.open(kubectl);
    await mkdir(join(session.folder, "shop/templates"), { recursive: true });
    await session.write("shop/Chart.yaml", CHART);
    await session.write("shop/values.yaml", VALUES);
    await session.write("shop/templates/all.yaml", TEMPLATE);
  });
  afterAll(() => session?.close());

  it("installs a chart and waits until it runs", async () => {
    expect(await run("install shop ./shop --wait --timeout 50s")).toContain("STATUS: deployed");
    expect(await session.ok("get deployment shop -o jsonpath={.status.availableReplicas}")).toBe("2");
    expect(await session.ok("get configmap shop-config -o jsonpath={.data.greeting}")).toBe("hello");
  });

  it("upgrades it", async () => {
    await run("upgrade shop ./shop --set image=nginx:1.26 --set replicas=3 --wait --timeout 50s");
    expect(await image()).toBe("nginx:1.26");
    expect(await session.ok("get deployment shop -o jsonpath={.status.availableReplicas}")).toBe("3");
  });

  it("rolls it back, and knows its history", async () => {
    await run("rollback shop 1 --wait --timeout 50s");
    expect(await image()).toBe("nginx:1.25");
    const history = JSON.parse(await run("history shop -o json")) as { revision: number; status: string }[];
    expect(history.map(({ revision, status }) => [revision, status])).toEqual([
      [1, "superseded"],
      [2, "superseded"],
      [3, "deployed"],
    ]);
  });

  it("lists and uninstalls it", async () => {
    expect(await run("list --short")).toBe("shop\n");
    expect(await run("uninstall shop --wait --timeout 50s")).toContain('release "shop" uninstalled');
    expect(await session.ok("get deployments,services,configmaps -o name")).toBe(
      "service/kubernetes\nconfigmap/kube-root-ca.crt\n",
    );
  });
});
