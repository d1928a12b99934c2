/** Objects, files and replacements that make the examples of kubectl's reference run. */

const POD = {
  apiVersion: "v1",
  kind: "Pod",
  metadata: { name: "from-file", labels: { name: "myLabel" } },
  spec: { nodeName: "node-1", containers: [{ name: "c", image: "nginx" }] },
};
const DEPLOYMENT = (name: string) => `apiVersion: apps/v1
kind: Deployment
metadata:
  name: ${name}
spec:
  replicas: 0
  selector: {matchLabels: {app: ${name}}}
  template:
    metadata: {labels: {app: ${name}}}
    spec:
      containers:
      - name: nginx
        image: nginx:1.27
        env:
        - {name: ENV, value: x}
`;

/** Files of the working folder. */
export const REFERENCE_FILES: Readonly<Record<string, string>> = {
  "pod.json": JSON.stringify(POD),
  "pod.yaml": "apiVersion: v1\nkind: Pod\nmetadata: {name: nginx}\nspec: {containers: [{name: nginx, image: nginx}]}\n",
  "registry.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: registry}\ndata: {a: b}\n",
  "nginx-controller.yaml":
    "apiVersion: v1\nkind: ReplicationController\nmetadata: {name: streamer}\nspec: {selector: {app: rc}, template: {spec: {containers: []}}}\n",
  "service.yaml": "apiVersion: v1\nkind: Service\nmetadata: {name: frontend}\nspec: {ports: [{port: 81}]}\n",
  "dir/kustomization.yaml": "resources: [map.yaml]\n",
  "dir/map.yaml": "apiVersion: v1\nkind: ConfigMap\nmetadata: {name: in-dir}\ndata: {a: b}\n",
  "foo.yaml": "apiVersion: apps/v1\nkind: ReplicaSet\nmetadata: {name: foo}\n",
  "deploy.json": JSON.stringify({
    apiVersion: "apps/v1",
    kind: "Deployment",
    metadata: { name: "nginx" },
    spec: {},
  }),
  "deploy.yaml": DEPLOYMENT("applied"),
  "manifests/deploy.yaml": DEPLOYMENT("applied"),
  "nginx-deployment.yaml": DEPLOYMENT("nginx-deployment"),
  "manifest.yaml": DEPLOYMENT("pruned").replace(
    "  name: pruned\nspec",
    "  name: pruned\n  labels: {app: pruned}\nspec",
  ),
  "path/to/file.yaml": DEPLOYMENT("local"),
  "path/to/bar/file1.txt": "one\n",
  "path/to/bar/file2.txt": "two\n",
  "path/to/foo.env": "A=a\nB=b\n",
  "path/to/bar.env": "C=c\n",
  "path/to/id_rsa": "private\n",
  "path/to/id_rsa.pub": "public\n",
  "path/to/docker/config.json": '{"auths":{"r":{"auth":"dTpw"}}}',
  "my-rbac-rules.yaml":
    "apiVersion: rbac.authorization.k8s.io/v1\nkind: Role\nmetadata: {name: made}\nrules: [{apiGroups: [''], resources: [pods], verbs: [get]}]\n",
  preferences: "apiVersion: kubectl.config.k8s.io/v1beta1\nkind: Preference\n",
  "node.json": '{"apiVersion":"v1","kind":"Node","metadata":{"name":"node-2"}}',
};

/** Commands whose examples change nothing. */
export const READS: readonly string[] = [
  "api-resources",
  "api-versions",
  "apply view-last-applied",
  "attach",
  "auth can-i",
  "auth whoami",
  "cluster-info",
  "cluster-info dump",
  "config current-context",
  "config get-clusters",
  "config get-contexts",
  "config get-users",
  "config view",
  "cp",
  "describe",
  "diff",
  "events",
  "exec",
  "explain",
  "get",
  "kustomize",
  "logs",
  "plugin",
  "plugin list",
  "rollout history",
  "rollout status",
  "top",
  "top node",
  "top pod",
  "version",
];

/** Examples of other commands that change objects. */
export const CHANGING: readonly string[] = [];

/** The order of the changes: these commands come last, because they take from others what they need. */
export const LAST: readonly string[] = ["drain", "replace", "delete", "create quota", "config"];

/** Examples that go on until they are interrupted. Other tests run them. */
export const ENDLESS = /^kubectl (attach|port-forward|proxy|debug .*-it|events .*--watch|logs .*-f\b|exec .* bash -il)/;

/** Lines that call other programs than kubectl and `cat`, or are part of another language. */
export const OTHER_PROGRAMS =
  /^(?!(\w+="?\w+"? )?kubectl |cat )|\| (sed|tar|Out-String|source)|\$\(|^kubectl kustomize https:/;

/** Lines whose outputs differ, and why. */
export const DIFFERENT: Readonly<Record<string, string>> = {
  "kubectl version": "the version of the client",
  "kubectl cp <some-namespace>/<some-pod>:/tmp/foo /tmp/bar": "the real one ends before it learns that tar failed",
  "kubectl cluster-info dump": "fields have another order for some types",
  "kubectl cluster-info dump --all-namespaces": "fields have another order for some types",
  "kubectl cluster-info dump --output-directory=/path/to/cluster-state": "writes to this machine",
  "kubectl cluster-info dump --namespaces default,kube-system --output-directory=/path/to/cluster-state":
    "writes to this machine",
  "kubectl drain foo --grace-period=900": "1.35 says `cannot delete` twice, 1.36 once",
};

/** Placeholders of the examples, and the names of this cluster. */
const REPLACEMENTS: readonly (readonly [RegExp, string])[] = [
  [/kubernetes-node-emt8\.c\.myproject\.internal|\bNODE_NAME\b|\bk8s-node-1\b|\bmynode\b/, "node-1"],
  [/\b(cordon|uncordon|drain|taint nodes) foo\b/, "$1 node-2"],
  [/<some-namespace>\/<some-pod>|<some-pod>/, "default/mypod"],
  [/<some-namespace>/, "default"],
  [/<specific-container>/, "ruby-container"],
  [/\bPOD_NAME\b/, "nginx"],
  [/=NAMESPACE\b/, "=default"],
  [/csr-sqgzp/, "jane"],
  [/\/path\/to\//g, "path/to/"],
  [/~\/\.kube\/|\/home\//g, "path/to/"],
  [/<arg1> <arg2> \.\.\. <argN>|<cmd> <arg1> \.\.\. <argN>/, "sleep 100000"],
  [/\.docker\//, "docker/"],
  [/-f path\/$/, "-f manifests/"],
  [/Ready=false pod/, "Ready=false --timeout=1s pod"],
  [/"nano"/, "true"],
  // The program in this test sees no hidden folders.
  [/^kubectl alpha kuberc (?!.*--kuberc)/, "KUBERC=preferences kubectl alpha kuberc "],
  [/-f manifest\.yaml -l app=nginx/, "-f manifest.yaml -l app=pruned"],
  [/delete pods --all$/, "delete pods --all --now -n monitoring"],
  [/(completion \w+) >>? .*$/, "$1"],
  [/, "spec": \{ \.\.\. \} \}/, "}"],
];

/** The example as it can run. */
export function replaced(line: string): string {
  return REPLACEMENTS.reduce((text, [placeholder, name]) => text.replaceAll(new RegExp(placeholder, "g"), name), line);
}
