/** Pods of the pages about configuration, injection and probes. */
import type { Json } from "../cluster.ts";
import { AGNHOST, config, FIELDS, mount, OLD_BUSYBOX, type Page, secret, sh } from "./page.ts";

export const PODS: Page[] = [
  {
    file: "pods/commands.yaml",
    pod: { image: "debian", command: ["printenv"], args: ["HOSTNAME", "KUBERNETES_PORT"] },
    spec: { restartPolicy: "OnFailure" },
    state: "Succeeded",
    log: /^p\ntcp:\/\/10\.\d+\.\d+\.\d+:443\n$/,
  },
  { file: "pods/simple-pod.yaml", pod: { image: "nginx:1.14.2", ports: [{ containerPort: 80 }] }, state: "Ready" },
  {
    file: "pods/lifecycle-events.yaml",
    pod: {
      image: "nginx",
      lifecycle: {
        postStart: {
          exec: { command: ["/bin/sh", "-c", "echo Hello from the postStart handler > /usr/share/message"] },
        },
        preStop: { exec: { command: ["/bin/sh", "-c", "nginx -s quit; while killall -0 nginx; do sleep 1; done"] } },
      },
    },
    state: "Ready",
  },
  {
    file: "pods/share-process-namespace.yaml",
    pod: [
      { name: "nginx", image: "nginx" },
      {
        name: "shell",
        image: "busybox:1.28",
        command: ["sleep", "3600"],
        securityContext: { capabilities: { add: ["SYS_PTRACE"] } },
        stdin: true,
        tty: true,
      },
    ],
    spec: { shareProcessNamespace: true },
    state: "Ready",
  },
  {
    file: "pods/two-container-pod.yaml",
    pod: [
      { name: "nginx-container", image: "nginx", ...mount("shared-data", "/usr/share/nginx/html") },
      {
        name: "debian-container",
        image: "debian",
        ...mount("shared-data", "/pod-data"),
        command: ["/bin/sh"],
        args: ["-c", "echo Hello from the debian container > /pod-data/index.html"],
      },
    ],
    spec: { restartPolicy: "Never", volumes: [{ name: "shared-data", emptyDir: {} }] },
    state: "Running",
  },
  {
    file: "pods/init-containers.yaml",
    pod: { image: "nginx", ...mount("workdir", "/usr/share/nginx/html") },
    spec: {
      initContainers: [
        sh("busybox:1.28", "echo page > /work-dir/index.html", { name: "install", ...mount("workdir", "/work-dir") }),
      ],
      dnsPolicy: "Default",
      volumes: [{ name: "workdir", emptyDir: {} }],
    },
    state: "Ready",
  },
  {
    file: "pods/user-namespaces-stateless.yaml",
    pod: { image: "debian", command: ["sleep", "infinity"] },
    spec: { hostUsers: false },
    state: "Ready",
  },
  {
    file: "pods/pod-nginx-specific-node.yaml",
    pod: { image: "nginx", imagePullPolicy: "IfNotPresent" },
    spec: { nodeName: "node-1" },
    state: "Ready",
  },
  {
    file: "pods/pod-nginx-required-affinity.yaml",
    pod: { image: "nginx" },
    spec: {
      affinity: {
        nodeAffinity: {
          requiredDuringSchedulingIgnoredDuringExecution: {
            nodeSelectorTerms: [{ matchExpressions: [{ key: "disktype", operator: "In", values: ["ssd"] }] }],
          },
        },
      },
    },
    state: "Pending",
  },
  { file: "pods/private-reg-pod.yaml", pod: { image: "<your-private-image>" }, state: "Pending" },
  {
    file: "pods/pod-with-scheduling-gates.yaml",
    pod: { image: "registry.k8s.io/pause:3.6" },
    spec: { schedulingGates: [{ name: "example.com/foo" }] },
    state: "Pending",
  },
  {
    file: "pods/inject/dapi-envars-pod.yaml",
    pod: sh("registry.k8s.io/busybox:1.27.2", "printenv A0 A1 A2 A3 A4; sleep 1", {
      env: FIELDS.map((fieldPath, i) => ({ name: `A${i}`, valueFrom: { fieldRef: { fieldPath } } })),
    }),
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
    log: /^node-\d\np\n/,
  },
  {
    file: "pods/inject/dependent-envars.yaml",
    pod: {
      image: "busybox:1.28",
      command: ["sh", "-c"],
      args: [
        'printf UNCHANGED_REFERENCE=$UNCHANGED_REFERENCE"\\n"; printf SERVICE_ADDRESS=$SERVICE_ADDRESS"\\n";printf ESCAPED_REFERENCE=$ESCAPED_REFERENCE"\\n";',
      ],
      env: [
        { name: "SERVICE_PORT", value: "80" },
        { name: "SERVICE_IP", value: "172.17.0.1" },
        { name: "UNCHANGED_REFERENCE", value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" },
        { name: "PROTOCOL", value: "https" },
        { name: "SERVICE_ADDRESS", value: "$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" },
        { name: "ESCAPED_REFERENCE", value: "$$(PROTOCOL)://$(SERVICE_IP):$(SERVICE_PORT)" },
      ],
    },
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
    log: "UNCHANGED_REFERENCE=$(PROTOCOL)://172.17.0.1:80\nSERVICE_ADDRESS=https://172.17.0.1:80\nESCAPED_REFERENCE=$(PROTOCOL)://172.17.0.1:80\n",
  },
  {
    file: "pods/inject/envars.yaml",
    pod: {
      image: "gcr.io/google-samples/hello-app:2.0",
      env: [{ name: "DEMO_GREETING", value: "Hello from the environment" }],
    },
    state: "Ready",
  },
  {
    file: "pods/inject/secret-pod.yaml",
    objects: [secret("test-secret", { username: "my-app" })],
    pod: { image: "nginx", ...mount("secret-volume", "/etc/secret-volume") },
    spec: { volumes: [{ name: "secret-volume", secret: { secretName: "test-secret" } }] },
    state: "Ready",
  },
  {
    file: "pods/pod-single-configmap-env-variable.yaml",
    objects: [config("special-config", { "special.how": "very" })],
    pod: {
      image: "registry.k8s.io/busybox",
      command: ["/bin/sh", "-c", "env"],
      env: [
        { name: "SPECIAL_LEVEL_KEY", valueFrom: { configMapKeyRef: { name: "special-config", key: "special.how" } } },
      ],
    },
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
    log: /SPECIAL_LEVEL_KEY=very/,
  },
  {
    file: "pods/pod-configmap-volume.yaml",
    objects: [config("special-config", { SPECIAL_LEVEL: "very" })],
    pod: {
      image: "registry.k8s.io/busybox",
      command: ["/bin/sh", "-c", "ls /etc/config/"],
      ...mount("config-volume", "/etc/config"),
    },
    spec: { restartPolicy: "Never", volumes: [{ name: "config-volume", configMap: { name: "special-config" } }] },
    state: "Succeeded",
    log: "SPECIAL_LEVEL\n",
  },
  {
    file: "pods/config/redis-pod.yaml",
    objects: [config("example-redis-config", { "redis-config": "maxmemory 2mb" })],
    pod: {
      image: "redis:8.0.2",
      command: ["redis-server", "/redis-master/redis.conf"],
      env: [{ name: "MASTER", value: "true" }],
      volumeMounts: [
        { mountPath: "/redis-master-data", name: "data" },
        { mountPath: "/redis-master", name: "config" },
      ],
    },
    spec: {
      volumes: [
        { name: "data", emptyDir: {} },
        {
          name: "config",
          configMap: { name: "example-redis-config", items: [{ key: "redis-config", path: "redis.conf" }] },
        },
      ],
    },
    state: "Ready",
  },
];

const liveness = (livenessProbe: Json, more: Json) => ({ livenessProbe, ...more });
export const PROBES: Page[] = [
  {
    file: "pods/probe/exec-liveness.yaml",
    pod: liveness(
      { exec: { command: ["cat", "/tmp/healthy"] }, initialDelaySeconds: 5, periodSeconds: 5 },
      { image: OLD_BUSYBOX, args: ["/bin/sh", "-c", "touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600"] },
    ),
    state: "Restarts",
  },
  {
    file: "pods/probe/http-liveness.yaml",
    pod: liveness(
      {
        httpGet: { path: "/healthz", port: 8080, httpHeaders: [{ name: "Custom-Header", value: "Awesome" }] },
        initialDelaySeconds: 3,
        periodSeconds: 3,
      },
      { image: AGNHOST, args: ["liveness"] },
    ),
    state: "Restarts",
  },
  {
    file: "pods/probe/tcp-liveness-readiness.yaml",
    pod: liveness(
      { tcpSocket: { port: 8080 }, initialDelaySeconds: 15 },
      {
        image: "registry.k8s.io/goproxy:0.1",
        ports: [{ containerPort: 8080 }],
        readinessProbe: { tcpSocket: { port: 8080 }, initialDelaySeconds: 15 },
      },
    ),
    state: "Ready",
  },
  {
    file: "pods/probe/grpc-liveness.yaml",
    pod: liveness(
      { grpc: { port: 2379 }, initialDelaySeconds: 10 },
      {
        image: "registry.k8s.io/etcd:3.5.1-0",
        command: [
          "/usr/local/bin/etcd",
          "--data-dir",
          "/var/lib/etcd",
          "--listen-client-urls",
          "http://0.0.0.0:2379",
          "--advertise-client-urls",
          "http://127.0.0.1:2379",
          "--log-level",
          "debug",
        ],
        ports: [{ containerPort: 2379 }],
      },
    ),
    state: "Ready",
  },
];
