/** `config`: a file of its own, so that all clusters see the same. */
import type { CommandStory } from "./story.ts";

const CONFIG = `apiVersion: v1
kind: Config
clusters:
- name: two
  cluster: {server: "https://two:6443", certificate-authority-data: Y2E=}
- name: one
  cluster: {server: "https://one:6443", insecure-skip-tls-verify: true}
contexts:
- name: b
  context: {cluster: two, user: ann, namespace: team}
- name: a
  context: {cluster: one, user: bob}
current-context: a
users:
- name: bob
  user: {token: secret}
- name: ann
  user: {client-certificate-data: Y2VydA==, client-key-data: a2V5}
`;

export const CONFIG_STORY: CommandStory = {
  title: "config",
  files: { "own.yaml": CONFIG, "ca.crt": "authority\n" },
  prepare: [],
  changes: [
    "config view",
    "config view --raw",
    "config view --minify",
    "config view --minify --context=b",
    "config view --minify --context=nope",
    "config view --flatten",
    "config view -o json",
    "config view -o jsonpath={.users[*].name}",
    'config view -o jsonpath={.contexts[?(@.name=="b")].context.namespace}',
    "config view frob",
    "config current-context",
    "config get-contexts",
    "config get-contexts b",
    "config get-contexts nope b",
    "config get-contexts -o name",
    "config get-contexts -o frob",
    "config get-contexts --no-headers",
    "config use-context b",
    "config use-context nope",
    "config use-context",
    "config current-context",
    "config set-context --current --namespace=other",
    "config set-context c --cluster=one --user=ann",
    "config set-context c --user=bob",
    "config set-context",
    "config set-context x --current",
    "config set-context x y",
    "config get-contexts",
    "config rename-context c d",
    "config rename-context nope d",
    "config rename-context a b",
    "config rename-context b e",
    "config rename-context a",
    "config current-context",
    "config set-cluster three --server=https://1.2.3.4",
    "config set-cluster three --certificate-authority=ca.crt --embed-certs",
    "config set-cluster three --insecure-skip-tls-verify=true",
    "config set-cluster three --tls-server-name=my-cluster-name",
    "config set-cluster three --proxy-url=https://1.2.3.4",
    "config set-cluster three --embed-certs",
    "config set-cluster three --embed-certs --certificate-authority=nope.crt",
    "config set-cluster three --insecure-skip-tls-verify --certificate-authority=ca.crt",
    "config set-cluster",
    "config view --raw",
    "config set-credentials carl --token=abc",
    "config set-credentials carl --username=u --password=p",
    "config set-credentials carl --token=abc --username=u",
    "config set-credentials dora --client-key=ca.crt --client-certificate=ca.crt --embed-certs=true",
    "config set-credentials erik --exec-command=/path/to/the/executable --exec-api-version=client.authentication.k8s.io/v1beta1",
    "config set-credentials erik --exec-arg=arg1 --exec-arg=arg2",
    "config set-credentials erik --exec-env=key1=val1 --exec-env=key2=val2",
    "config set-credentials erik --exec-env=key1-",
    "config set-credentials fred --auth-provider=gcp",
    "config set-credentials fred --auth-provider=oidc --auth-provider-arg=client-id=foo --auth-provider-arg=client-secret=bar",
    "config set-credentials fred --auth-provider-arg=client-secret-",
    "config set-credentials x --embed-certs",
    "config set-credentials x y",
    "config view --raw",
    "config set clusters.my-cluster.server https://1.2.3.4",
    "config set clusters.my-cluster.certificate-authority-data Y2E=",
    "config set clusters.my-cluster.certificate-authority-data !bad",
    "config set users.cluster-admin.client-key-data cert_data_here --set-raw-bytes=true",
    "config set contexts.my-context.cluster my-cluster",
    "config set clusters.10.10.12.56.insecure-skip-tls-verify true",
    "config set clusters.x.insecure-skip-tls-verify maybe",
    "config set current-context d",
    "config set current-context",
    "config set frob x",
    "config view",
    "config unset current-context",
    "config unset contexts.my-context.cluster",
    "config unset contexts.nope.cluster",
    "config unset contexts.d",
    "config unset users.nope",
    "config unset",
    "config delete-cluster three",
    "config delete-cluster nope",
    "config delete-cluster",
    "config delete-context e",
    "config delete-context a",
    "config delete-user carl",
    "config delete-user nope",
    "config delete-user",
    "config unset users",
    "config view",
    "config current-context",
    "config --frob view",
    "config get-contexts",
  ].map((line) => line.replace(/^config /, "config --kubeconfig=own.yaml ")),
};
