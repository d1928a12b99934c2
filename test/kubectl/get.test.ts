import { expect, it } from "vitest";
import { describeEveryKubectl, shape } from "./harness.ts";
import { webManifest } from "./objects.ts";

describeEveryKubectl("get", (session) => {
  it("finds three nodes that are ready", async () => {
    expect(shape(await session().ok("get nodes"))).toMatch(
      /^NAME {2}STATUS {2}ROLES {2}AGE {2}VERSION\nnode-1 {2}Ready {2}\S+ {2}<age> {2}v1\.36\.\d+\nnode-2 .*\nnode-3 .*\n$/,
    );
  });

  it("prints a table of pods, narrow and wide", async () => {
    const { ok, write } = session();
    await write("web.yaml", webManifest());
    await ok("apply -f web.yaml");
    await ok("rollout status deployment/web --timeout=50s");
    expect(shape(await ok("get pods"))).toBe(
      `NAME  READY  STATUS  RESTARTS  AGE\n${"web-<hash>-<suffix>  1/1  Running  0  <age>\n".repeat(2)}`,
    );
    expect(shape(await ok("get pods -o wide --sort-by=.metadata.name"))).toMatch(
      /^NAME {2}READY {2}STATUS {2}RESTARTS {2}AGE {2}IP {2}NODE {2}NOMINATED NODE {2}READINESS GATES\n(web-<hash>-<suffix> {2}1\/1 {2}Running {2}0 {2}<age> {2}<ip> {2}node-[123] {2}<none> {2}<none>\n){2}$/,
    );
  });

  it("prints several kinds at once", async () => {
    expect(shape(await session().ok("get deployments,replicasets,services -o wide"))).toBe(
      [
        "NAME  READY  UP-TO-DATE  AVAILABLE  AGE  CONTAINERS  IMAGES  SELECTOR",
        "deployment.apps/web  2/2  2  2  <age>  nginx  nginx:1.25  app=web",
        "",
        "NAME  DESIRED  CURRENT  READY  AGE  CONTAINERS  IMAGES  SELECTOR",
        "replicaset.apps/web-<hash>  2  2  2  <age>  nginx  nginx:1.25  app=web,pod-template-hash=<hash>",
        "",
        "NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE  SELECTOR",
        "service/kubernetes  ClusterIP  <ip>  <none>  443/TCP  <age>  <none>",
        "service/web  ClusterIP  <ip>  <none>  80/TCP  <age>  app=web",
        "",
      ].join("\n"),
    );
  });

  it("prints whole objects as YAML and JSON", async () => {
    const { ok } = session();
    const yaml = await ok("get deployment web -o yaml");
    expect(yaml).toMatch(/^apiVersion: apps\/v1\nkind: Deployment\nmetadata:\n {2}annotations:\n/);
    expect(yaml).not.toContain("managedFields");
    expect(await ok("get deployment web -o yaml --show-managed-fields")).toContain(
      "manager: kubectl-client-side-apply",
    );

    const pods = JSON.parse(await ok("get pods -o json")) as { kind: string; items: { kind: string; spec: object }[] };
    expect(pods.kind).toBe("List");
    expect(pods.items.map((pod) => pod.kind)).toEqual(["Pod", "Pod"]);
  });

  it("prints fields by jsonpath, template, columns and name", async () => {
    const { ok } = session();
    expect(await ok("get deployment web -o jsonpath={.spec.template.spec.containers[*].image}")).toBe("nginx:1.25");
    expect(await ok("get pods -o 'go-template={{range .items}}{{.status.phase}} {{end}}'")).toBe("Running Running ");
    expect(shape(await ok("get pods -o custom-columns=PHASE:.status.phase,NONE:.x.y"))).toBe(
      `PHASE  NONE\n${"Running  <none>\n".repeat(2)}`,
    );
    expect(shape(await ok("get pods,svc -o name -l app=web"))).toBe("pod/web-<hash>-<suffix>\n".repeat(2));
  });

  it("selects by label and field", async () => {
    const { ok, run } = session();
    const count = async (selection: string) => (await ok(`get pods --no-headers ${selection}`)).split("\n").length - 1;
    expect(await count("-l app=web")).toBe(2);
    expect(await count("-l 'app in (web,db),app!=db'")).toBe(2);
    expect(await count("--field-selector=status.phase=Running")).toBe(2);
    expect(await run("get pods -l app=nothing")).toEqual({
      stdout: "",
      stderr: "No resources found in default namespace.\n",
      exitCode: 0,
    });
    expect(await count("--field-selector=status.phase=Pending")).toBe(0);
    expect(shape(await ok("get pods -L app --show-labels --no-headers"))).toMatch(
      /^(web-<hash>-<suffix> {2}1\/1 {2}Running {2}0 {2}<age> {2}web {2}app=web,pod-template-hash=\S+\n){2}$/,
    );
  });

  it("reads long lists in chunks, in one order", async () => {
    const { ok } = session();
    const names = (await ok("get clusterroles -o name")).trim().split("\n");
    expect((await ok("get clusterroles -o name --chunk-size=7")).trim().split("\n")).toEqual(names);
    expect(names.length).toBeGreaterThan(50);
    expect(names).toEqual([...names].sort());
  });

  it("reports an object that does not exist", async () => {
    const { run } = session();
    expect(await run("get pods nope")).toMatchObject({
      exitCode: 1,
      stderr: 'Error from server (NotFound): pods "nope" not found\n',
    });
    expect(await run("get wombats")).toMatchObject({
      exitCode: 1,
      stderr: 'error: the server doesn\'t have a resource type "wombats"\n',
    });
  });

  it("watches: the existing objects, then every change in order", async () => {
    const { ok, run } = session();
    const watching = run("get configmaps -w -o name", {
      stopWhen: (stdout) => stdout.includes("configmap/third"),
      stopAfterMs: 40_000,
    });
    for (const name of ["first", "second", "third"]) await ok(`create configmap ${name}`);
    const seen = (await watching).stdout.split("\n").filter((line) => /first|second|third/.test(line));
    expect(seen).toEqual(["configmap/first", "configmap/second", "configmap/third"]);
  });

  it("watches a table while pods start", async () => {
    const { run, ok } = session();
    const isReady = (stdout: string) => /^late +1\/1 +Running/m.test(stdout);
    const watching = run("get pods -w", { stopWhen: isReady, stopAfterMs: 40_000 });
    await ok("run late --image=nginx");
    const { stdout } = await watching;
    const states = shape(stdout)
      .split("\n")
      .filter((line) => line.startsWith("late"))
      .map((line) => line.split("  ").slice(1, 3).join(" "));
    // The pod may already be scheduled at the first event.
    const steps = ["0/1 Pending", "0/1 ContainerCreating", "1/1 Running"];
    expect(steps.slice(steps.indexOf(states[0] ?? ""))).toEqual([...new Set(states)]);
    expect(states.length).toBeGreaterThan(1);
  });
});
