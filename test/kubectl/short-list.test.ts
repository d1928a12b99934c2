/** Commands for every version of kubectl; the other suites test many more with the newest one. */
import { expect, it } from "vitest";
import { describeEveryKubectl, shape } from "./harness.ts";
import { webManifest } from "./objects.ts";

const WEB = webManifest();

const ROLE = `apiVersion: rbac.authorization.k8s.io/v1
kind: Role
metadata: {name: reader, namespace: default}
rules: [{apiGroups: [""], resources: [pods], verbs: [get, watch]}]
`;

describeEveryKubectl("a short list of everything", (session) => {
  it("lists in every form", async () => {
    const { ok, run } = session();
    await ok("create deployment web --image=nginx --replicas=2");
    await ok("wait --for=jsonpath={.status.replicas}=2 deployment/web --timeout=50s");
    expect(shape(await ok("get pods --chunk-size=1 --no-headers"))).toMatch(
      /^(web-<hash>-<suffix> {2}[01]\/1 {2}\w+ {2}0 {2}<age>\n){2}$/,
    );
    expect(await ok("get pods -o custom-columns=I:.spec.containers[*].image,N:.x --no-headers")).toBe(
      "nginx   <none>\n".repeat(2),
    );
    expect(await ok("get pods -o go-template='{{len .items}}'")).toBe("2");
    expect(await ok("get pods -o jsonpath-as-json='{.items[0].metadata.labels.app}'")).toBe('[\n    "web"\n]\n');
    expect(await ok("get deployment web --subresource=status -o name")).toBe("deployment.apps/web\n");
    expect(await ok("get deployment web --subresource=scale -o jsonpath={.status.selector}")).toBe("app=web");
    const watched = await run("get pods -w --output-watch-events", { stopWhen: (text) => text.split("\n").length > 3 });
    expect(watched.stdout).toMatch(/^EVENT +NAME .*\nADDED +web-/);
    expect((await run("get pods --field-selector spec.foo=x")).stderr).toContain("field label not supported: spec.foo");
  });

  it("prints permissions, and reconciles roles", async () => {
    const { ok, run, write } = session();
    expect((await ok("auth can-i --list")).split("\n")[1]).toMatch(/^\*\.\* +\[\] +\[\] +\[\*\]$/);
    const rules = await ok("auth can-i --list --as=system:serviceaccount:default:default");
    expect(rules).toContain("selfsubjectaccessreviews.authorization.k8s.io");
    expect(rules).not.toContain("*.*");
    expect(await run("auth can-i delete pods --as=jane")).toMatchObject({ exitCode: 1, stdout: "no\n" });
    if (session().isAtLeast("1.28"))
      expect(await ok("auth whoami -o jsonpath={.status.userInfo.groups[*]}")).toContain("system:masters");
    await write("role.yaml", ROLE);
    expect(await ok("auth reconcile -f role.yaml")).toContain("role.rbac.authorization.k8s.io/reader reconciled");
    expect(await ok("get role reader -o jsonpath={.rules[0].verbs}")).toBe('["get","watch"]');
  });

  it("applies on the server, by force, and prunes", async () => {
    const { ok, run, write } = session();
    await write("web.yaml", WEB);
    expect((await run("apply --server-side -f web.yaml")).stderr).toContain("conflict");
    expect(await ok("apply --server-side --force-conflicts -f web.yaml")).toContain(
      "deployment.apps/web serverside-applied",
    );
    expect((await run("diff -f web.yaml")).exitCode).toBe(0);
    expect((await run("apply -f web.yaml --prune -l app=none")).stderr).toContain("no objects passed to apply");
  });

  it("dumps the cluster's state, and reports missing features", async () => {
    const { ok, run } = session();
    const dump = await ok("cluster-info dump --output=json --namespaces=default");
    expect(dump).toContain('"kind": "NodeList"');
    expect(dump).toContain('"kind": "PodList"');
    expect(await run("top pods")).toMatchObject({ exitCode: 1, stderr: "error: Metrics API not available\n" });
    expect(await ok("api-resources -o wide --api-group=policy --no-headers")).toMatch(
      /^poddisruptionbudgets +pdb +policy\/v1 +true +PodDisruptionBudget +\S*create\S* *$/m,
    );
    expect(shape(await ok("events --for deployment/web"))).toMatch(
      /Normal {2}ScalingReplicaSet {2}Deployment\/web {2}Scaled up/,
    );
    expect((await run("certificate approve nosuch")).stderr).toBe(
      'Error from server (NotFound): certificatesigningrequests.certificates.k8s.io "nosuch" not found\n',
    );
  });
});
