/** Pages about limits, quotas, security standards and identities of a namespace. */
import { type Page, phase, ready } from "./page.ts";

/** A pod with one container of nginx; `resources` and `more` are YAML in flow style. */
const nginx = (name: string, container: string, resources = "{}") => `
apiVersion: v1
kind: Pod
metadata: { name: ${name} }
spec:
  containers: [{ name: ${container}, image: nginx, resources: ${resources} }]
`;

const limitRange = (name: string, limit: string) => `
apiVersion: v1
kind: LimitRange
metadata: { name: ${name} }
spec: { limits: [{ ${limit}, type: Container }] }
`;

const QUOTA = `
apiVersion: v1
kind: ResourceQuota
metadata: { name: mem-cpu-demo }
spec: { hard: { requests.cpu: "1", requests.memory: 1Gi, limits.cpu: "2", limits.memory: 2Gi } }
`;

const POD_QUOTA = `
apiVersion: v1
kind: ResourceQuota
metadata: { name: pod-demo }
spec: { hard: { pods: "2" } }
`;

const POD_QUOTA_DEPLOYMENT = `
apiVersion: apps/v1
kind: Deployment
metadata: { name: pod-quota-demo }
spec:
  selector: { matchLabels: { purpose: quota-demo } }
  replicas: 3
  template:
    metadata: { labels: { purpose: quota-demo } }
    spec: { containers: [{ name: pod-quota-demo, image: nginx }] }
`;

const BUILD_ROBOT = `
apiVersion: v1
kind: ServiceAccount
metadata: { name: build-robot }
`;

const BUILD_ROBOT_SECRET = `
apiVersion: v1
kind: Secret
metadata:
  name: build-robot-secret
  annotations: { kubernetes.io/service-account.name: build-robot }
type: kubernetes.io/service-account-token
`;

const PROJECTED_TOKEN = `
apiVersion: v1
kind: Pod
metadata: { name: vaulted }
spec:
  serviceAccountName: build-robot
  containers:
    - image: nginx
      name: nginx
      volumeMounts: [{ mountPath: /var/run/secrets/tokens, name: vault-token }]
  volumes:
    - name: vault-token
      projected:
        sources: [{ serviceAccountToken: { path: vault-token, expirationSeconds: 7200, audience: vault } }]
`;

const seccomp = (name: string, profile: string) => `
apiVersion: v1
kind: Pod
metadata: { name: ${name}, labels: { app: ${name} } }
spec:
  securityContext: { seccompProfile: ${profile} }
  containers:
    - name: test-container
      image: hashicorp/http-echo:1.0
      args: ["-text=just made some more syscalls!"]
      securityContext: { allowPrivilegeEscalation: false }
`;

const exceeded = (verb: "maximum" | "minimum", resource: string, bound: string, value: string) =>
  new RegExp(
    `forbidden: ${verb} ${resource} usage per Container is ${bound}, but ${verb === "maximum" ? "limit" : "request"} is ${value}`,
  );

export const policies: readonly Page[] = [
  {
    title: "Apply Pod Security Standards at the Namespace Level",
    steps: [
      {
        run: "label --overwrite ns {{namespace}} pod-security.kubernetes.io/warn=baseline pod-security.kubernetes.io/warn-version=latest",
        prints: "namespace/{{namespace}} labeled",
      },
      {
        run: "label --overwrite ns {{namespace}} pod-security.kubernetes.io/enforce=baseline pod-security.kubernetes.io/enforce-version=latest pod-security.kubernetes.io/warn=restricted pod-security.kubernetes.io/warn-version=latest pod-security.kubernetes.io/audit=restricted pod-security.kubernetes.io/audit-version=latest",
        prints: "namespace/{{namespace}} labeled",
      },
      { file: "baseline.yaml", text: nginx("nginx", "nginx") },
      {
        run: "apply -f baseline.yaml",
        prints: "pod/nginx created",
        complains:
          /^Warning: would violate PodSecurity "restricted:latest": allowPrivilegeEscalation != false \(container "nginx" must set securityContext\.allowPrivilegeEscalation=false\), unrestricted capabilities \(container "nginx" must set securityContext\.capabilities\.drop=\["ALL"\]\), runAsNonRoot != true \(pod or container "nginx" must set securityContext\.runAsNonRoot=true\), seccompProfile \(pod or container "nginx" must set securityContext\.seccompProfile\.type to "RuntimeDefault" or "Localhost"\)\n$/,
      },
      { run: "apply -n default -f baseline.yaml", prints: "pod/nginx created", complains: /^$/ },
      { run: "delete -n default -f baseline.yaml --wait=false" },
      {
        run: "run privileged --image=nginx --privileged",
        complains:
          /Error from server \(Forbidden\): pods "privileged" is forbidden: violates PodSecurity "baseline:latest": privileged \(container "privileged" must not set securityContext\.privileged=true\)/,
        exitCode: 1,
      },
    ],
  },
  {
    title: "Restrict a Container's Syscalls with seccomp",
    steps: [
      { apply: seccomp("default-pod", "{ type: RuntimeDefault }") },
      ready("default-pod"),
      { run: "get pod default-pod", prints: /default-pod +1\/1 +Running +0 / },
      { run: "expose pod default-pod --type NodePort --port 5678", prints: "service/default-pod exposed" },
      { run: "get service default-pod", prints: /default-pod +NodePort +10\.[\d.]+ +<none> +5678:\d+\/TCP/ },
      { run: "get service default-pod -o jsonpath={.spec.ports[0].nodePort}", as: "port" },
      { request: { nodePort: { port: "{{port}}" } }, shows: /^200\njust made some more syscalls!\n$/ },
      { apply: seccomp("missing", "{ type: Localhost, localhostProfile: profiles/missing.json }") },
      { until: "get pod missing", prints: /missing +0\/1 +(CreateContainerError|RunContainerError) +0 / },
    ],
  },
  {
    title: "Configure Service Accounts for Pods",
    steps: [
      { until: "get serviceaccounts", prints: /^NAME +(SECRETS +)?AGE\ndefault +(0 +)?\d+s\n$/ },
      { apply: BUILD_ROBOT },
      {
        run: "get serviceaccounts/build-robot -o yaml",
        prints: /kind: ServiceAccount\nmetadata:\n[\s\S]*name: build-robot\n +namespace: {{namespace}}\n/,
      },
      { run: "create token build-robot", prints: /^[\w-]+\.[\w-]+\.[\w-]+$/ },
      { apply: BUILD_ROBOT_SECRET },
      {
        until: "describe secrets/build-robot-secret",
        prints:
          /^Name: +build-robot-secret\nNamespace: +{{namespace}}\nLabels: +<none>\nAnnotations: +kubernetes\.io\/service-account\.name: build-robot\n +kubernetes\.io\/service-account\.uid: [\da-f-]{36}\n\nType: +kubernetes\.io\/service-account-token\n\nData\n====\nca\.crt: +\d+ bytes\nnamespace: +\d+ bytes\ntoken: +ey/,
      },
      { run: "delete secret/build-robot-secret", prints: /^secret "build-robot-secret" deleted/ },
      {
        run: "create secret docker-registry myregistrykey --docker-server=DUMMY_SERVER --docker-username=DUMMY_USERNAME --docker-password=DUMMY_DOCKER_PASSWORD --docker-email=DUMMY_DOCKER_EMAIL",
        prints: "secret/myregistrykey created",
      },
      { run: "get secrets myregistrykey", prints: /myregistrykey +kubernetes\.io\/dockerconfigjson +1 / },
      {
        run: `patch serviceaccount default -p '{"imagePullSecrets": [{"name": "myregistrykey"}]}'`,
        prints: "serviceaccount/default patched",
      },
      { run: "run nginx --image=nginx --restart=Never", prints: "pod/nginx created" },
      { run: "get pod nginx -o=jsonpath={.spec.imagePullSecrets[0].name}", prints: "myregistrykey" },
      { apply: PROJECTED_TOKEN },
      ready("vaulted"),
      {
        run: "exec vaulted -- sh -c 'cut -d. -f2 /var/run/secrets/tokens/vault-token | tr _- /+ | base64 -d 2>/dev/null; true'",
        prints: /"aud":\["vault"\]/,
      },
    ],
  },
  {
    title: "Configure Default Memory Requests and Limits for a Namespace",
    steps: [
      { apply: limitRange("mem-limit-range", "default: { memory: 512Mi }, defaultRequest: { memory: 256Mi }") },
      { apply: nginx("default-mem-demo", "default-mem-demo-ctr") },
      {
        run: "get pod default-mem-demo --output=yaml",
        prints: /name: default-mem-demo-ctr\n +resources:\n +limits:\n +memory: 512Mi\n +requests:\n +memory: 256Mi\n/,
      },
      { apply: nginx("default-mem-demo-2", "default-mem-demo-2-ctr", "{ limits: { memory: 1Gi } }") },
      {
        run: "get pod default-mem-demo-2 --output=yaml",
        prints: /resources:\n +limits:\n +memory: 1Gi\n +requests:\n +memory: 1Gi\n/,
      },
      { apply: nginx("default-mem-demo-3", "default-mem-demo-3-ctr", "{ requests: { memory: 128Mi } }") },
      {
        run: "get pod default-mem-demo-3 --output=yaml",
        prints: /resources:\n +limits:\n +memory: 512Mi\n +requests:\n +memory: 128Mi\n/,
      },
    ],
  },
  {
    title: "Configure Minimum and Maximum Memory Constraints for a Namespace",
    steps: [
      { apply: limitRange("mem-min-max-demo-lr", "max: { memory: 1Gi }, min: { memory: 500Mi }") },
      {
        run: "get limitrange mem-min-max-demo-lr --output=yaml",
        prints:
          /limits:\n +- default:\n +memory: 1Gi\n +defaultRequest:\n +memory: 1Gi\n +max:\n +memory: 1Gi\n +min:\n +memory: 500Mi\n +type: Container\n/,
      },
      { apply: nginx("constraints-mem-demo", "ctr", "{ limits: { memory: 800Mi }, requests: { memory: 600Mi } }") },
      ready("constraints-mem-demo"),
      {
        file: "above.yaml",
        text: nginx("constraints-mem-demo-2", "ctr", "{ limits: { memory: 1.5Gi }, requests: { memory: 800Mi } }"),
      },
      { run: "apply -f above.yaml", complains: exceeded("maximum", "memory", "1Gi", "1536Mi"), exitCode: 1 },
      {
        file: "below.yaml",
        text: nginx("constraints-mem-demo-3", "ctr", "{ limits: { memory: 800Mi }, requests: { memory: 100Mi } }"),
      },
      { run: "apply -f below.yaml", complains: exceeded("minimum", "memory", "500Mi", "100Mi"), exitCode: 1 },
      { apply: nginx("constraints-mem-demo-4", "ctr") },
      {
        run: "get pod constraints-mem-demo-4 --output=yaml",
        prints: /resources:\n +limits:\n +memory: 1Gi\n +requests:\n +memory: 1Gi\n/,
      },
    ],
  },
  {
    title: "Configure Memory and CPU Quotas for a Namespace",
    steps: [
      { apply: QUOTA },
      {
        run: "get resourcequota mem-cpu-demo --output=yaml",
        prints: /hard:\n +limits\.cpu: "2"\n +limits\.memory: 2Gi\n +requests\.cpu: "1"\n +requests\.memory: 1Gi\n/,
      },
      {
        apply: nginx(
          "quota-mem-cpu-demo",
          "ctr",
          "{ limits: { memory: 800Mi, cpu: 800m }, requests: { memory: 600Mi, cpu: 400m } }",
        ),
      },
      ready("quota-mem-cpu-demo"),
      {
        until: "get resourcequota mem-cpu-demo --output=yaml",
        prints:
          /used:\n +limits\.cpu: 800m\n +limits\.memory: 800Mi\n +requests\.cpu: 400m\n +requests\.memory: 600Mi\n/,
      },
      {
        file: "second.yaml",
        text: nginx(
          "quota-mem-cpu-demo-2",
          "ctr",
          "{ limits: { memory: 1Gi, cpu: 800m }, requests: { memory: 700Mi, cpu: 400m } }",
        ),
      },
      {
        run: "apply -f second.yaml",
        complains:
          /pods "quota-mem-cpu-demo-2" is forbidden: exceeded quota: mem-cpu-demo, requested: requests\.memory=700Mi, used: requests\.memory=600Mi, limited: requests\.memory=1Gi/,
        exitCode: 1,
      },
    ],
  },
  {
    title: "Configure a Pod Quota for a Namespace",
    steps: [
      { apply: POD_QUOTA },
      {
        until: "get resourcequota pod-demo --output=yaml",
        prints: /status:\n +hard:\n +pods: "2"\n +used:\n +pods: "0"\n/,
      },
      { apply: POD_QUOTA_DEPLOYMENT },
      {
        until: "get deployment pod-quota-demo --output=yaml",
        prints:
          /availableReplicas: 2\n[\s\S]*message: 'pods "pod-quota-demo-\w+-\w{5}" is forbidden: exceeded quota:\s+pod-demo,\s+requested: pods=1, used: pods=2, limited: pods=2'/,
      },
    ],
  },
  {
    title: "Configure Quality of Service for Pods",
    steps: [
      {
        apply: nginx(
          "qos-demo",
          "ctr",
          "{ limits: { memory: 200Mi, cpu: 700m }, requests: { memory: 200Mi, cpu: 700m } }",
        ),
      },
      { run: "get pod qos-demo --output=jsonpath={.status.qosClass}", prints: "Guaranteed" },
      { apply: nginx("qos-demo-2", "ctr", "{ limits: { memory: 200Mi }, requests: { memory: 100Mi } }") },
      { run: "get pod qos-demo-2 --output=jsonpath={.status.qosClass}", prints: "Burstable" },
      { apply: nginx("qos-demo-3", "ctr") },
      { run: "get pod qos-demo-3 --output=jsonpath={.status.qosClass}", prints: "BestEffort" },
    ],
  },
  {
    title: "Managing Secrets using kubectl",
    steps: [
      {
        run: "create secret generic db-user-pass --from-literal=username=admin --from-literal=password=S!B\\*d$zDsb=",
        prints: "secret/db-user-pass created",
      },
      { run: "get secrets", prints: /db-user-pass +Opaque +2 / },
      {
        run: "describe secret db-user-pass",
        prints:
          /^Name: +db-user-pass\nNamespace: +{{namespace}}\nLabels: +<none>\nAnnotations: +<none>\n\nType: +Opaque\n\nData\n====\npassword: +\d+ bytes\nusername: +5 bytes\n$/,
      },
      { run: "get secret db-user-pass -o jsonpath={.data.username}", prints: "YWRtaW4=" },
      { run: "delete secret db-user-pass", prints: /^secret "db-user-pass" deleted/ },
      { run: "run done --image=busybox --restart=Never -- true" },
      phase("done", "Succeeded"),
    ],
  },
];
