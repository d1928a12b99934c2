/** Pages about commands, environment, ConfigMaps, Secrets, the downward API and security contexts. */
import { type Page, phase } from "./page.ts";

function pod(name: string, container: string, rest = ""): string {
  return `
apiVersion: v1
kind: Pod
metadata:
  name: ${name}
  labels: { zone: us-est-coast, cluster: test-cluster1 }
  annotations: { build: two, builder: john-doe }
spec:
  restartPolicy: Never
  containers:
    - name: main
${container
  .trim()
  .split("\n")
  .map((line) => `      ${line}`)
  .join("\n")}
${rest}`;
}

const CONFIG_MAP = `
apiVersion: v1
kind: ConfigMap
metadata: { name: special-config }
data: { SPECIAL_LEVEL: very, SPECIAL_TYPE: charm }
`;

const SECRET = `
apiVersion: v1
kind: Secret
metadata: { name: test-secret }
data: { username: bXktYXBw, password: Mzk1MjgkdmRnN0pi }
`;

const DOWNWARD = pod(
  "downward",
  `
image: registry.k8s.io/busybox:1.27.2
command: [sh, -c, 'cat /etc/podinfo/labels; echo; cat /etc/podinfo/annotations | grep -v kubectl; sleep 3600']
volumeMounts: [{ name: podinfo, mountPath: /etc/podinfo }]
`,
  `  volumes:
    - name: podinfo
      downwardAPI:
        items:
          - { path: labels, fieldRef: { fieldPath: metadata.labels } }
          - { path: annotations, fieldRef: { fieldPath: metadata.annotations } }
          - { path: cpu_limit, resourceFieldRef: { containerName: main, resource: limits.cpu, divisor: 1m } }
`,
);

const SECURITY = `
apiVersion: v1
kind: Pod
metadata: { name: security-context-demo }
spec:
  securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] }
  volumes: [{ name: vol, emptyDir: {} }]
  containers:
    - name: main
      image: busybox:1.28
      command: [sh, -c, sleep 1h]
      volumeMounts: [{ name: vol, mountPath: /data/demo }]
      securityContext: { allowPrivilegeEscalation: false }
`;

const SHARED_PROCESSES = `
apiVersion: v1
kind: Pod
metadata: { name: nginx }
spec:
  shareProcessNamespace: true
  containers:
    - { name: nginx, image: nginx }
    - name: shell
      image: busybox:1.28
      command: [sleep, '3600']
      securityContext: { capabilities: { add: [SYS_PTRACE] } }
      stdin: true
      tty: true
`;

const HARDENED = `
apiVersion: v1
kind: Pod
metadata: { name: hardened }
spec:
  restartPolicy: Never
  securityContext: { runAsNonRoot: true }
  containers: [{ name: main, image: nginx }]
`;

const MEMORY = `
apiVersion: v1
kind: Pod
metadata: { name: memory-demo-2 }
spec:
  restartPolicy: Never
  containers:
    - name: main
      image: polinux/stress
      resources: { requests: { memory: 50Mi }, limits: { memory: 100Mi } }
      command: [stress]
      args: [--vm, '1', --vm-bytes, 250M, --vm-hang, '1']
`;

export const configuration: readonly Page[] = [
  {
    title: "commands: printenv of two variables",
    steps: [
      {
        apply: pod("command-demo", "image: debian\ncommand: [printenv]\nargs: [HOSTNAME, KUBERNETES_PORT]"),
      },
      phase("command-demo", "Succeeded"),
      { run: "logs command-demo", prints: "command-demo\ntcp://10.96.0.1:443" },
    ],
  },
  {
    title: "environment: variables in arguments",
    steps: [
      {
        apply: pod(
          "greeting",
          `
image: bash
env:
  - { name: GREETING, value: Warm greetings to }
  - { name: HONORIFIC, value: The Most Honorable }
  - { name: NAME, value: Kubernetes }
  - { name: MESSAGE, value: $(GREETING) $(HONORIFIC) $(NAME) }
command: [echo]
args: [$(MESSAGE), $$(MESSAGE), $(UNDEFINED)]
`,
        ),
      },
      phase("greeting", "Succeeded"),
      {
        run: "logs greeting",
        prints: "Warm greetings to The Most Honorable Kubernetes $(MESSAGE) $(UNDEFINED)",
      },
    ],
  },
  {
    title: "ConfigMaps: variables and files",
    steps: [
      { apply: CONFIG_MAP },
      {
        apply: pod(
          "config",
          `
image: registry.k8s.io/busybox:1.27.2
command: [/bin/sh, -c, 'echo $(SPECIAL_LEVEL) $TYPE; ls /etc/config; cat /etc/config/SPECIAL_LEVEL; echo; sleep 3600']
envFrom: [{ configMapRef: { name: special-config } }]
env: [{ name: TYPE, valueFrom: { configMapKeyRef: { name: special-config, key: SPECIAL_TYPE } } }]
volumeMounts: [{ name: config, mountPath: /etc/config }]
`,
          "  volumes: [{ name: config, configMap: { name: special-config } }]",
        ),
      },
      phase("config", "Running"),
      { run: "logs config", prints: "very charm\nSPECIAL_LEVEL\nSPECIAL_TYPE\nvery" },
      { run: "exec config -- readlink /etc/config/SPECIAL_LEVEL", prints: "..data/SPECIAL_LEVEL" },
      { run: `patch configmap special-config -p '{"data":{"SPECIAL_LEVEL":"more"}}'` },
      { until: "exec config -- cat /etc/config/SPECIAL_LEVEL", prints: "more" },
      { run: "exec config -- printenv SPECIAL_LEVEL", prints: "very" },
    ],
  },
  {
    title: "Secrets: files and variables",
    steps: [
      { apply: SECRET },
      {
        apply: pod(
          "secret",
          `
image: nginx
env: [{ name: SECRET_USERNAME, valueFrom: { secretKeyRef: { name: test-secret, key: username } } }]
volumeMounts: [{ name: secret, mountPath: /etc/secret-volume, readOnly: true }]
`,
          "  volumes: [{ name: secret, secret: { secretName: test-secret, defaultMode: 0400 } }]",
        ),
      },
      phase("secret", "Running"),
      { run: "exec secret -- ls /etc/secret-volume", prints: "password\nusername" },
      {
        run: "exec secret -- sh -c 'cat /etc/secret-volume/username; echo; echo $SECRET_USERNAME'",
        prints: "my-app\nmy-app",
      },
      { run: "exec secret -- sh -c 'ls -lL /etc/secret-volume/username | cut -c1-10'", prints: "-r--------" },
      { run: "exec secret -- touch /etc/secret-volume/x", exitCode: 1, complains: /Read-only file system/ },
    ],
  },
  {
    title: "the downward API: files",
    steps: [
      { apply: DOWNWARD },
      phase("downward", "Running"),
      {
        run: "logs downward",
        prints: /^cluster="test-cluster1"\nzone="us-est-coast"\nbuild="two"\nbuilder="john-doe"\n/,
      },
      { run: "label pod downward zone=eu --overwrite" },
      { until: "exec downward -- cat /etc/podinfo/labels", prints: /zone="eu"/ },
    ],
  },
  {
    title: "security contexts: users and groups",
    steps: [
      { apply: SECURITY },
      phase("security-context-demo", "Running"),
      {
        run: "exec security-context-demo -- id",
        prints: /^uid=1000 gid=3000 groups=2000,3000,4000$/m,
      },
      {
        run: "exec security-context-demo -- sh -c 'echo hello > /data/demo/testfile; ls -l /data/demo | tail -1'",
        prints: /^-rw-r--r-- +1 1000 +2000 +6 /,
      },
      {
        run: "exec security-context-demo -- sh -c 'echo x > /etc/x'",
        exitCode: 1,
        complains: /can't create \/etc\/x: Permission denied/,
      },
      { run: "exec security-context-demo -- ps", prints: /\n +1 1000 +\d+:\d\d sleep 1h/ },
    ],
  },
  {
    title: "Share Process Namespace between Containers in a Pod",
    steps: [
      { apply: SHARED_PROCESSES },
      phase("nginx", "Running"),
      {
        run: "exec nginx -c shell -- ps ax",
        prints: /^ +1 \S+ +\d:\d\d \/pause\n +8 root +0:00 nginx: master process/m,
      },
      { run: "exec nginx -c shell -- ps ax", prints: /\n +\d+ 101 +0:00 nginx: worker process/ },
      { run: "exec nginx -c shell -- ps ax", prints: /sleep 3600\n +\d+ root +0:00 ps ax\n$/ },
      { run: "exec nginx -c shell -- kill -HUP 8", prints: "" },
      { until: "logs nginx -c nginx", prints: /signal 1 \(SIGHUP\) received/ },
      { run: "exec nginx -c shell -- head /proc/8/root/etc/nginx/nginx.conf", prints: /^\nuser +nginx;\n/ },
      { run: "exec nginx -c shell -- sh -c 'echo new > /proc/8/root/usr/share/nginx/html/index.html'", prints: "" },
      { run: "exec nginx -c nginx -- cat /usr/share/nginx/html/index.html", prints: "new" },
      { run: "exec nginx -c nginx -- ls -d /proc/1/root", exitCode: 0 },
      { run: "exec nginx -c nginx -- sh -c 'kill 1; kill -9 8'", exitCode: 137, complains: /137/ },
      { until: 'get pod nginx -o jsonpath={.status.containerStatuses[?(@.name=="nginx")].restartCount}', prints: "1" },
    ],
  },
  {
    title: "runAsNonRoot with an image of root",
    steps: [
      { apply: HARDENED },
      {
        until: "get pod hardened -o jsonpath={.status.containerStatuses[0].state.waiting.reason}",
        prints: "CreateContainerConfigError",
      },
      { run: "describe pod hardened", prints: /Error: container has runAsNonRoot and image will run as root/ },
    ],
  },
  {
    title: "memory beyond the limit",
    steps: [
      { apply: MEMORY },
      { until: "get pod memory-demo-2 --no-headers", prints: /OOMKilled/ },
      { run: "get pod memory-demo-2 -o jsonpath={..terminated.exitCode}", prints: "137" },
    ],
  },
];
