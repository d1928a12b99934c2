import { mkdir } from "node:fs/promises";
import { join } from "node:path";
import { expect, it } from "vitest";
import { describeNewestKubectl, type KubectlSession, shape } from "./harness.ts";
import { webManifest } from "./objects.ts";

const WEB = webManifest();

/** Commands that write, with their output. The commands of a group do not depend on each other. */
const GENERATORS: Readonly<Record<string, string>> = {
  "create configmap cm1 --from-literal=a=1 --from-file=web.yaml": "configmap/cm1 created",
  "create secret generic s1 --from-literal=a=1": "secret/s1 created",
  "create secret docker-registry reg --docker-server=r.example.com --docker-username=u --docker-password=p":
    "secret/reg created",
  "create job j1 --image=busybox -- true": "job.batch/j1 created",
  "create cronjob cj1 --image=busybox --schedule='*/5 * * * *' -- true": "cronjob.batch/cj1 created",
  "create service clusterip c1 --tcp=80:8080": "service/c1 created",
  "create service nodeport c2 --tcp=80:8080": "service/c2 created",
  "create service loadbalancer c3 --tcp=80:8080": "service/c3 created",
  "create service externalname c4 --external-name=a.example.com": "service/c4 created",
  "create serviceaccount sa1": "serviceaccount/sa1 created",
  "create role r1 --verb=get,list --resource=pods,deployments.apps": "role.rbac.authorization.k8s.io/r1 created",
  "create rolebinding rb1 --role=r1 --serviceaccount=default:sa1": "rolebinding.rbac.authorization.k8s.io/rb1 created",
  "create clusterrole cr1 --verb=get --resource=nodes": "clusterrole.rbac.authorization.k8s.io/cr1 created",
  "create clusterrolebinding crb1 --clusterrole=cr1 --user=jane":
    "clusterrolebinding.rbac.authorization.k8s.io/crb1 created",
  "create quota q2 --hard=pods=50 -n kube-public": "resourcequota/q2 created",
  "create ingress i2 --rule='b.example.com/*=web:80'": "ingress.networking.k8s.io/i2 created",
  "create poddisruptionbudget pdb2 --selector=app=db --min-available=1": "poddisruptionbudget.policy/pdb2 created",
  "create priorityclass pc1 --value=10": "priorityclass.scheduling.k8s.io/pc1 created",
  "run tmp --image=nginx --restart=Never --port=80": "pod/tmp created",
  "expose deployment web --name=web-np --type=NodePort --port=80 --target-port=80": "service/web-np exposed",
  "set selector service web app=web,x=y": "service/web selector updated",
  'patch service web --type=merge -p \'{"metadata":{"labels":{"z":"1"}}}\'': "service/web patched",
  "set subject clusterrolebinding system:discovery --user=jane":
    "clusterrolebinding.rbac.authorization.k8s.io/system:discovery subjects updated",
};
const CHANGES: readonly [string, string][] = [
  ["set env deployment/web A=1 B=2", "deployment.apps/web env updated"],
  ["set resources deployment/web --limits=cpu=200m", "deployment.apps/web resource requirements updated"],
  ["set serviceaccount deployment/web sa1", "deployment.apps/web serviceaccount updated"],
  [
    'patch deployment web --type=json -p \'[{"op":"replace","path":"/spec/replicas","value":1}]\'',
    "deployment.apps/web patched",
  ],
  ['patch deployment web -p \'{"spec":{"replicas":2}}\'', "deployment.apps/web patched"],
  [
    'patch deployment web --subresource=scale --type=merge -p \'{"spec":{"replicas":1}}\'',
    "scale.autoscaling/web patched",
  ],
  ["create job j2 --from=cronjob/cj1", "job.batch/j2 created"],
  ["expose pod tmp --port=80 --name=tmp-svc", "service/tmp-svc exposed"],
  ["autoscale deployment web --min=2 --max=5 --cpu=80%", "horizontalpodautoscaler.autoscaling/web autoscaled"],
  [
    "replace --force -f web.yaml",
    'deployment.apps "web" deleted from default namespace\nservice "web" deleted from default namespace\ndeployment.apps/web replaced\nservice/web replaced',
  ],
];

describeNewestKubectl("commands that write", (session) => {
  it("creates, runs, exposes, sets", async () => {
    const { ok, write } = session();
    await write("web.yaml", WEB);
    expect(await ok("apply --server-side -f web.yaml")).toBe(
      "deployment.apps/web serverside-applied\nservice/web serverside-applied\n",
    );
    const said = await Promise.all(
      Object.keys(GENERATORS).map(async (command) => [command, (await ok(command)).trim()]),
    );
    expect(Object.fromEntries(said)).toEqual(GENERATORS);
    for (const [command, expected] of CHANGES)
      expect([command, (await ok(command)).trim()]).toEqual([command, expected]);
    expect(shape(await ok("get hpa --no-headers"))).toMatch(
      /^web {2}Deployment\/web {2}cpu: <unknown>\/80% {2}2 {2}5 {2}/,
    );
  });

  it("takes over fields of other managers only when forced, and names the managers", async () => {
    const { ok, run, write } = session();
    await write("two.yaml", WEB.replace("replicas: 2", "replicas: 4"));
    const refused = await run("apply --server-side --field-manager=other -f two.yaml");
    expect(refused.exitCode).toBe(1);
    expect(refused.stderr).toContain('conflict with "kubectl-replace" using apps/v1: .spec.replicas');
    expect(await ok("apply --server-side --force-conflicts --field-manager=other -f two.yaml")).toContain(
      "serverside-applied",
    );
    const { exitCode, stdout } = await run("diff --server-side --force-conflicts -f web.yaml");
    expect([exitCode, /^-\s+replicas: 4$/m.test(stdout), /^\+\s+replicas: 2$/m.test(stdout)]).toEqual([1, true, true]);
  });

  it("edits: a change, no change, a refused change, and only the status", async () => {
    const { withEditor } = editing(session);
    expect((await withEditor("s/replicas: 4/replicas: 1/", "edit deployment web")).stdout).toBe(
      "deployment.apps/web edited\n",
    );
    expect((await withEditor("s/nosuch/x/", "edit deployment web")).stderr).toBe("Edit cancelled, no changes made.\n");
    const refused = await withEditor("s/replicas: 1/replicas: -1/", "edit deployment web");
    expect([refused.exitCode, refused.stderr.split("\n")[0]]).toEqual([1, 'error: deployments.apps "web" is invalid']);
    const status = await withEditor(
      "s/observedGeneration: .*/observedGeneration: 1/",
      "edit deployment web --subresource=status",
    );
    expect(status.stdout).toBe("deployment.apps/web edited\n");
  });

  it("debugs with an ephemeral container, with a copy of a pod, and on a node", async () => {
    const { ok } = session();
    await ok("wait --for=condition=Ready pod/tmp --timeout=50s");
    await ok("debug tmp --image=busybox --target=tmp --profile=general -c probe -- sleep 1");
    expect(await ok("get pod tmp -o jsonpath={.spec.ephemeralContainers[*].name}")).toBe("probe");
    await ok("debug tmp --image=busybox --copy-to=tmp-copy --profile=general -c probe -- sleep 1");
    expect(await ok("get pod tmp-copy -o jsonpath={.spec.containers[*].name}")).toBe("tmp probe");
    expect(await ok("debug node/node-1 --image=busybox --profile=general -- sleep 1")).toMatch(
      /^Creating debugging pod node-debugger-node-1-\w+ with container debugger on node node-1\.\n/,
    );
  });
});

describeNewestKubectl("sets of objects", (session) => {
  const conf = (value: number) =>
    `resources: [web.yaml]\nnamePrefix: k-\nlabels: [{pairs: {team: a}}]\nconfigMapGenerator: [{name: conf, literals: [a=${value}]}]\n`;

  it("applies a kustomization, and prunes removed objects by label", async () => {
    const { ok, write, folder } = session();
    await mkdir(join(folder, "kus"), { recursive: true });
    await write("kus/web.yaml", WEB);
    await write("kus/kustomization.yaml", conf(1));
    expect(await ok("apply -k kus")).toMatch(
      /^configmap\/k-conf-\w+ created\nservice\/k-web created\ndeployment.apps\/k-web created\n$/,
    );
    expect(await ok("diff -k kus")).toBe("");
    await write("kus/kustomization.yaml", conf(2));
    expect(await ok("apply -k kus --prune -l team=a")).toMatch(
      /^configmap\/k-conf-\w+ created\nservice\/k-web unchanged\ndeployment.apps\/k-web (unchanged|configured)\nconfigmap\/k-conf-\w+ pruned\n$/,
    );
    expect(await ok("delete -k kus")).toContain('deployment.apps "k-web" deleted');
  });

  it("prunes by membership in a set", async () => {
    const { ok, write } = session();
    await write("web.yaml", WEB);
    await write("c1.yaml", "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: c1}\ndata: {a: b}\n");
    const env = { KUBECTL_APPLYSET: "true" };
    expect(await ok("apply -n default --prune --applyset=set1 -f web.yaml", { env })).toBe(
      "deployment.apps/web created\nservice/web created\n",
    );
    const pruned = await ok("apply -n default --prune --applyset=set1 -f c1.yaml", { env });
    expect(pruned.trim().split("\n").sort()).toEqual([
      "configmap/c1 created",
      "deployment.apps/web pruned",
      "service/web pruned",
    ]);
    expect(
      await ok("get secret set1 -o jsonpath={.metadata.annotations.applyset\\.kubernetes\\.io/contains-group-kinds}"),
    ).toBe("ConfigMap");
  });
});

function editing(session: () => KubectlSession) {
  return {
    /** Runs an edit whose editor is a substitution by sed. */
    withEditor: (substitution: string, command: string) =>
      session().run(command, { env: { KUBE_EDITOR: `sed -i '${substitution}'` } }),
  };
}
