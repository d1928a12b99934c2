/** The kubectl of containers prints what the real one prints. */
import { beforeAll, expect, it } from "vitest";
import { type CommandResult, describeNewestKubectl, shape } from "./harness.ts";
import { runOurKubectl } from "./our-kubectl.ts";

/** Reads of one cluster: equal bytes, exit codes included. */
const READS = [
  "get nodes",
  "get pods -A",
  "get pods",
  "get pods -n nowhere",
  "get pod nope",
  "get foo",
  "get deploy,svc",
  "get deployment web",
  "get deployment/web service/web",
  "get deployment web -o yaml",
  "get deployment web -o json",
  "get svc -A",
  "get ns --show-labels",
  "get pods --no-headers -A",
  "get pods -l app=web -o name",
  "get cm -o yaml",
  "get deployments",
  "get -f web.yaml",
  "get nodes -L kubernetes.io/os",
  "get --raw /version",
  "get pods --frob",
  "get deploy web -n",
  "get",
  "get pods -o nope",
  "get cm text -o yaml",
  "api-resources",
  "api-resources --namespaced=false -o wide",
  "api-resources --api-group=apps -o name --no-headers",
  "api-versions",
  "cluster-info",
  "rollout status deployment web",
  "rollout status deployment/nope",
  "create deployment x --image=nginx --dry-run=client -o yaml",
  "create deployment x --image=nginx --replicas=3 --port=80 --dry-run=client -o yaml -- sleep 5",
  "create deployment x",
  "create ns x --dry-run=client -o yaml",
  "create job j --image=busybox --dry-run=client -o yaml -- sh -c 'echo hi'",
  "create cronjob c --image=busybox --schedule='*/5 * * * *' --dry-run=client -o yaml -- date",
  "create cm x --from-literal=a=b --from-file=text.txt --dry-run=client -o yaml",
  "create secret generic s --from-literal=p='a b' --dry-run=client -o yaml",
  "create secret docker-registry r --docker-username=u --docker-password=p --dry-run=client -o yaml",
  "create quota q --hard=pods=2,cpu=1 --dry-run=client -o yaml",
  "create sa x --dry-run=client",
  "create cm",
  "create frob x",
  "get deployment web -o jsonpath={.spec.replicas}",
  'get pods -A -o jsonpath=\'{range .items[*]}{.metadata.name}{"\\t"}{.status.phase}{"\\n"}{end}\'',
  "get nodes -o jsonpath={.items[*].status.addresses[0].address}",
  "get deployment web -o jsonpath='{.spec.template.spec.containers[?(@.name==\"nginx\")].image}'",
  "get deployment web -o jsonpath={.metadata.labels}",
  "get deployment web -o jsonpath={.nope}",
  "get pods -A -o custom-columns=NAME:.metadata.name,IMAGE:.spec.containers[*].image",
  "get pods -n kube-system -o custom-columns=N:.metadata.name,X:.nope --no-headers",
  "get svc -o jsonpath-as-json={.items[*].spec.ports}",
  "logs deploy/web",
  "logs -l app=web --prefix",
  "logs nope",
  "logs deploy/web -c nope",
  "logs",
  "auth can-i create pods",
  "auth can-i get nodes",
  "auth can-i list secrets --as=system:serviceaccount:default:default",
  "auth can-i get /healthz",
  "auth whoami",
  "config view",
  "config current-context",
  "config get-contexts",
  "config get-clusters",
  "config use-context nope",
  "wait --for=condition=Available deployment/web",
  "wait --for=condition=Ready pod -l app=web --timeout=60s",
  "wait --for=jsonpath='{.status.readyReplicas}'=2 deployment/web",
  "wait --for=condition=Ready pod/nope",
  "wait --for=delete pod/nope",
  "run x --image=busybox --dry-run=client -o yaml --env=A=b --port=80 --labels=a=b -- sleep 5",
  "run x --image=busybox --restart=Never --dry-run=client -o yaml --command -- sh -c 'sleep 1'",
  "run x",
  "expose deployment web --port=80 --target-port=8080 --name=y --type=NodePort --dry-run=client -o yaml",
  "expose deployment web --dry-run=client",
  "set image deployment/web nginx=nginx:1.27 --dry-run=client",
  "set image deployment/web nope=nginx:1.27",
  "set env deployment/web --list",
  "create role r --verb=get,list --resource=pods,deployments.apps --dry-run=client -o yaml",
  "create role r --verb=get --resource=pods/log --resource-name=a --dry-run=client -o yaml",
  "create clusterrole c --verb=get --non-resource-url=/metrics --dry-run=client -o yaml",
  "create rolebinding b --role=r --user=u --serviceaccount=default:s --dry-run=client -o yaml",
  "create clusterrolebinding b --clusterrole=view --group=g --dry-run=client -o yaml",
  "create rolebinding b --user=u",
  "create service clusterip s --tcp=80:8080 --dry-run=client -o yaml",
  "create service nodeport s --tcp=80 --node-port=30080 --dry-run=client -o yaml",
  "create pdb p --selector=app=web --min-available=50% --dry-run=client -o yaml",
  "create priorityclass high --value=1000 --dry-run=client -o yaml",
  "cordon",
  "get pods -A --sort-by=.metadata.name",
  "get pods -A --sort-by=.spec.nodeName --no-headers",
  "get svc -A --sort-by='{.spec.ports[0].port}'",
  "taint nodes node-1",
];

/**
 * Changes: the real kubectl in one cluster, ours in another one, step by step. Values that vary are replaced by
 * placeholders.
 */
const CHANGES = [
  "label deployment web tier=front",
  "label deployment web tier=front",
  "label deployment web tier=back",
  "label deployment web tier=back --overwrite",
  "label deployment web tier-",
  "label pods --all x=y",
  "label deployment web",
  "label deployment nope a=b",
  "annotate deployment web note='two words'",
  "annotate deployment web note=other",
  "annotate deployment web note-",
  `patch deployment web -p '{"spec":{"replicas":3}}'`,
  `patch deployment web -p '{"spec":{"replicas":3}}'`,
  `patch deployment web --type=json -p '[{"op":"replace","path":"/spec/replicas","value":2}]' -o name`,
  `patch deployment nope -p '{}'`,
  "scale deployment web --replicas=1",
  "scale deployment/web --replicas=2 --current-replicas=5",
  "scale deployment nope --replicas=1",
  "scale deployment web",
  "get deployment web",
  "create configmap text --from-literal=a=no",
  "create -f pod.yaml",
  "create -f pod.yaml",
  "create -f nope.yaml",
  "apply -f app.yaml",
  "apply -f app.yaml",
  "apply -f changed.yaml",
  "apply -f changed.yaml -o name",
  "apply -f app.yaml --server-side",
  "apply -f bad.yaml",
  "apply -f unknown.yaml",
  "apply",
  "rollout restart deployment app",
  "rollout pause deployment app",
  "rollout pause deployment app",
  "rollout resume deployment app",
  "set image deployment/app c=nginx:1.28",
  "set image deployment/app c=nginx:1.28",
  "set env deployment/app MODE=test A-",
  "run other --image=nginx",
  "expose pod other --port=80",
  "cordon node-2",
  "cordon node-2",
  "uncordon node-2",
  "taint nodes node-2 a=b:NoSchedule",
  "taint nodes node-2 a=b:NoSchedule",
  "taint nodes node-2 a=c:NoSchedule --overwrite",
  "taint nodes node-2 a-",
  "taint nodes node-2 a-",
  "create namespace other",
  "create job once --image=busybox -- true",
  "delete configmap text",
  "delete configmap text",
  "delete configmap text --ignore-not-found",
  "delete svc,cm -l app=web",
  "delete deployment web --dry-run=client",
  "delete deployment web --now",
  "delete pods",
  "delete",
  "get deployments -o name",
];

const POD = `apiVersion: v1
kind: Pod
metadata:
  name: alone
spec:
  containers:
  - name: c
    image: nginx
`;

const APP = `apiVersion: apps/v1
kind: Deployment
metadata:
  name: app
  labels: {tier: front}
spec:
  replicas: 1
  selector: {matchLabels: {app: app}}
  template:
    metadata: {labels: {app: app}}
    spec:
      containers:
      - name: c
        image: nginx:1.27
        env:
          - {name: A, value: a}
          - {name: B, value: b}
---
apiVersion: v1
kind: Service
metadata: {name: app}
spec:
  selector: {app: app}
  ports:
  - port: 80
`;

describeNewestKubectl("the kubectl of containers", (session) => {
  beforeAll(async () => {
    const { ok, write } = session();
    await ok("create deployment web --image=nginx --replicas=2");
    await ok("expose deployment web --port=80");
    await write("text.txt", "line one\n  line two: x # y\n\ttab\n");
    await ok("create configmap text --from-file=text.txt --from-literal=a=yes --from-literal=n=010 --from-literal=e=");
    await ok("rollout status deployment web");
    await write("web.yaml", await ok("get deployment web -o yaml"));
  });

  it.each(READS)("%s", async (line) => {
    // An age may change between the two runs.
    for (let attempt = 1; ; attempt++) {
      const real = await session().run(line);
      const ours = await runOurKubectl(session(), line);
      if (attempt < 3 && JSON.stringify(ours) !== JSON.stringify(real)) continue;
      expect(ours).toEqual(real);
      return;
    }
  });
});

describeNewestKubectl("the real kubectl beside ours", (real) => {
  describeNewestKubectl("the kubectl of containers changes", (ours) => {
    beforeAll(async () => {
      for (const { ok, write } of [real(), ours()]) {
        await write("pod.yaml", POD);
        await write("app.yaml", APP);
        await write(
          "changed.yaml",
          APP.replace("replicas: 1", "replicas: 2").replace("          - {name: B, value: b}\n", ""),
        );
        await write("bad.yaml", APP.replace("replicas: 1", "replicas: -1").replace("name: app", "name: bad"));
        await write("unknown.yaml", "apiVersion: example.com/v1\nkind: Frob\nmetadata: {name: f}\n");
        await ok("create deployment web --image=nginx --replicas=2");
        await ok("expose deployment web --port=80");
        await ok("create configmap text --from-literal=a=yes");
        await ok("rollout status deployment web");
      }
    });

    it.each(CHANGES)("%s", async (line) => {
      const expected = await real().run(line);
      const got = await runOurKubectl(ours(), line);
      expect(shaped(got)).toEqual(shaped(expected));
    });
  });
});

function shaped({ stdout, stderr, exitCode }: CommandResult) {
  const plain = (text: string) => shape(text).replaceAll(/(resourceVersion\W+)\d+/g, "$1<version>");
  return { stdout: plain(stdout), stderr: plain(stderr), exitCode };
}
