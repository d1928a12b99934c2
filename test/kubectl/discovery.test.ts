import { stripVTControlCharacters } from "node:util";
import { expect, it } from "vitest";
import { describeEveryKubectl } from "./harness.ts";

describeEveryKubectl("what the server tells of itself", (session) => {
  it("its version and address", async () => {
    const { ok } = session();
    expect(await ok("version")).toMatch(/Server Version: .*v1\.36\.\d+/);
    // Older versions colour the output even for a file.
    expect(stripVTControlCharacters(await ok("cluster-info"))).toMatch(
      /^Kubernetes control plane is running at https:\/\/127\.0\.0\.1:\d+\/clusters\/\w+\n/,
    );
  });

  it("its kinds", async () => {
    const { ok } = session();
    const table = (await ok("api-resources")).replaceAll(/ +/g, " ");
    expect(table).toMatch(/^NAME SHORTNAMES APIVERSION NAMESPACED KIND\n/);
    for (const row of [
      "configmaps cm v1 true ConfigMap",
      "namespaces ns v1 false Namespace",
      "nodes no v1 false Node",
      "pods po v1 true Pod",
      "services svc v1 true Service",
      "deployments deploy apps/v1 true Deployment",
      "replicasets rs apps/v1 true ReplicaSet",
      "leases coordination.k8s.io/v1 true Lease",
      "endpointslices discovery.k8s.io/v1 true EndpointSlice",
    ]) {
      expect(table).toContain(`${row}\n`);
    }
    const versions = (await ok("api-versions")).trim().split("\n");
    expect(versions).toEqual(
      expect.arrayContaining(["v1", "apps/v1", "coordination.k8s.io/v1", "discovery.k8s.io/v1"]),
    );
    expect(versions).toEqual([...versions].sort());
  });

  it("what its fields mean", async () => {
    const { ok, run } = session();
    const pod = await ok("explain pod");
    expect(pod).toMatch(
      /^KIND: +Pod\nVERSION: +v1\n\nDESCRIPTION:\n {4,5}Pod is a collection of containers that can run on a host\./,
    );
    const field = await ok("explain deployment.spec.strategy.rollingUpdate");
    expect(field).toContain("maxSurge");
    expect(await ok("explain pod.spec.containers.resources --recursive")).toMatch(/limits\s+<map\[string\]/);
    const unknown = await run("explain pod.spec.nosuch");
    expect(unknown).toMatchObject({ exitCode: 1 });
    expect(unknown.stderr).toContain('field "nosuch" does not exist');
  });

  it("raw answers by path", async () => {
    const { ok, run } = session();
    expect(JSON.parse(await ok("get --raw /api/v1/namespaces/default"))).toMatchObject({
      kind: "Namespace",
      apiVersion: "v1",
      metadata: { name: "default" },
      status: { phase: "Active" },
    });
    expect(await ok("get --raw /healthz")).toBe("ok");
    expect(JSON.parse(await ok("get --raw /version"))).toMatchObject({ major: "1", minor: "36" });
    expect(await run("get --raw /nosuch")).toMatchObject({
      exitCode: 1,
      stderr: "Error from server (NotFound): the server could not find the requested resource\n",
    });
  });

  it("the permissions of a user", async () => {
    const { run, ok } = session();
    expect(await run("--token=bad get pods")).toMatchObject({ exitCode: 1 });
    expect((await run("--token=bad get pods")).stderr).toContain("You must be logged in to the server");
    expect(await ok("get clusterroles cluster-admin -o name")).toBe(
      "clusterrole.rbac.authorization.k8s.io/cluster-admin\n",
    );
  });

  it("the page of a pod through its proxy", async () => {
    const { ok, run } = session();
    await ok("run web --image=nginx");
    await ok("wait --for=condition=Ready pod/web --timeout=50s");
    expect(await ok("get --raw /api/v1/namespaces/default/pods/web/proxy/")).toContain("Welcome to nginx!");
    const refused = await run("get --raw /api/v1/namespaces/default/pods/web:81/proxy/");
    expect(refused.stderr).toMatch(
      /^Error from server \(ServiceUnavailable\): error trying to reach service: dial tcp .*:81: connect: connection refused$/m,
    );
  });
});
