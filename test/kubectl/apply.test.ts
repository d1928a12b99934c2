import { mkdir, writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeEveryKubectl, shape } from "./harness.ts";
import { BAD_DEPLOYMENT, CONFIGURATION, webManifest } from "./objects.ts";

describeEveryKubectl("apply, diff, delete", (session) => {
  it("applies a file, and reports it unchanged the second time", async () => {
    const { write, ok } = session();
    await write("web.yaml", webManifest());
    expect(await ok("apply -f web.yaml")).toBe("deployment.apps/web created\nservice/web created\n");
    expect(await ok("apply -f web.yaml")).toBe("deployment.apps/web unchanged\nservice/web unchanged\n");
  });

  it("makes dry runs on client and server", async () => {
    const { write, ok, run } = session();
    await write("dry.yaml", CONFIGURATION);
    expect(await ok("apply -f dry.yaml --dry-run=client")).toBe(
      "configmap/cfg created (dry run)\nsecret/sec created (dry run)\n",
    );
    expect(await ok("apply -f dry.yaml --dry-run=server")).toBe(
      "configmap/cfg created (server dry run)\nsecret/sec created (server dry run)\n",
    );
    expect((await run("get configmap cfg")).stderr).toBe('Error from server (NotFound): configmaps "cfg" not found\n');
  });

  it("shows what would change", async () => {
    const { write, run } = session();
    expect(await run("diff -f web.yaml")).toEqual({ stdout: "", stderr: "", exitCode: 0 });
    await write("web2.yaml", webManifest({ replicas: 3, image: "nginx:1.26" }));
    const { stdout, exitCode } = await run("diff -f web2.yaml");
    expect(exitCode).toBe(1);
    expect(changedLines(stdout)).toEqual([
      "-  generation: 1",
      "+  generation: 2",
      "-  replicas: 2",
      "+  replicas: 3",
      "-      - image: nginx:1.25",
      "+      - image: nginx:1.26",
    ]);
  });

  it("configures existing objects", async () => {
    const { ok } = session();
    expect(await ok("apply -f web2.yaml")).toBe("deployment.apps/web configured\nservice/web unchanged\n");
    expect(await ok("get deployment web -o jsonpath={.spec.replicas}")).toBe("3");
  });

  it("applies a folder, and standard input", async () => {
    const { ok } = session();
    const folder = join(session().folder, "all");
    await mkdir(folder);
    await writeFile(join(folder, "1.yaml"), CONFIGURATION);
    await writeFile(join(folder, "2.yaml"), webManifest({ replicas: 1 }));
    expect(await ok("apply -f all")).toBe(
      "configmap/cfg created\nsecret/sec created\ndeployment.apps/web configured\nservice/web unchanged\n",
    );
    const stdin = "apiVersion: v1\nkind: ServiceAccount\nmetadata: {name: robot}\n";
    expect(await ok("apply -f -", { stdin })).toBe("serviceaccount/robot created\n");
  });

  it("refuses unknown fields, with the server's message", async () => {
    const { write, run } = session();
    await write("bad.yaml", BAD_DEPLOYMENT);
    expect(await run("apply -f bad.yaml")).toMatchObject({
      exitCode: 1,
      stderr:
        'Error from server (BadRequest): error when creating "bad.yaml": Deployment in version "v1" cannot be handled as a Deployment: strict decoding error: unknown field "spec.replica"\n',
    });
    expect(await run("apply -f bad.yaml --validate=false")).toMatchObject({
      exitCode: 1,
      stderr:
        'The Deployment "bad" is invalid: spec.template.metadata.labels: Invalid value: {"a":"c"}: `selector` does not match template `labels`\n',
    });
  });

  it("creates once, and replaces", async () => {
    const { run, ok } = session();
    expect(await run("create -f web.yaml")).toMatchObject({
      exitCode: 1,
      stderr:
        'Error from server (AlreadyExists): error when creating "web.yaml": deployments.apps "web" already exists\nError from server (AlreadyExists): error when creating "web.yaml": services "web" already exists\n',
    });
    // A write of the status between kubectl's read and its write is a Conflict. The last one counts the terminating
    // pods, after the rollout is complete.
    await ok("rollout status deployment/web --timeout=50s");
    await ok("wait deployment/web --for=jsonpath={.status.terminatingReplicas}=0 --timeout=120s");
    expect(await ok("replace -f web.yaml")).toBe("deployment.apps/web replaced\nservice/web replaced\n");
  });

  it("patches with all three types", async () => {
    const { ok, run } = session();
    const patched = "deployment.apps/web patched\n";
    expect(await ok(`patch deployment web -p '{"spec":{"replicas":3}}'`)).toBe(patched);
    expect(await ok(`patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]'`)).toBe(
      patched,
    );
    // No controller writes to a Service, so the second patch reads the result of the first one.
    const labelled = `patch service web --type=merge -p '{"metadata":{"labels":{"z":"1"}}}'`;
    expect(await ok(labelled)).toBe("service/web patched\n");
    expect(await ok(labelled)).toBe("service/web patched (no change)\n");
    const refused = await run(`patch deployment web -p '{"spec":{"selector":{"matchLabels":{"app":"x"}}}}'`);
    expect(refused.stderr).toContain("field is immutable");
  });

  it("deletes the objects of a file", async () => {
    const { ok, run } = session();
    const deleted = (await ok("delete -f web.yaml")).replaceAll(" from default namespace", "");
    expect(deleted).toBe('deployment.apps "web" deleted\nservice "web" deleted\n');
    expect((await run("delete -f web.yaml")).stderr).toContain('deployments.apps "web" not found');
    expect(await run("delete pod nosuch --ignore-not-found")).toMatchObject({ stdout: "", exitCode: 0 });
    await ok("wait --for=delete pod -l app=web --timeout=50s");
    expect(shape((await run("get all")).stdout)).toBe(
      "NAME  TYPE  CLUSTER-IP  EXTERNAL-IP  PORT(S)  AGE\nservice/kubernetes  ClusterIP  <ip>  <none>  443/TCP  <age>\n",
    );
  });
});

/** The lines of a unified diff that differ, without those of the file names and of the last-applied annotation. */
function changedLines(diff: string): string[] {
  return diff.split("\n").filter((line) => /^[-+](?![-+])/.test(line) && !line.includes('{"apiVersion"'));
}
