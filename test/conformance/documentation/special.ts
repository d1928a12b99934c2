/** Pods of the pages about resources, security, storage and debugging. */
import type { Json } from "../cluster.ts";
import { mount, type Page, secret, sh } from "./page.ts";

const stress = (args: string[], resources: Json) => ({ image: "polinux/stress", command: ["stress"], args, resources });
export const RESOURCES: Page[] = [
  {
    file: "pods/resource/memory-request-limit.yaml",
    pod: stress(["--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"], {
      requests: { memory: "100Mi" },
      limits: { memory: "200Mi" },
    }),
    state: "Ready",
  },
  {
    file: "pods/resource/memory-request-limit-2.yaml",
    pod: stress(["--vm", "1", "--vm-bytes", "250M", "--vm-hang", "1"], {
      requests: { memory: "50Mi" },
      limits: { memory: "100Mi" },
    }),
    state: "OOMKilled",
  },
  {
    file: "pods/resource/memory-request-limit-3.yaml",
    pod: stress(["--vm", "1", "--vm-bytes", "150M", "--vm-hang", "1"], {
      requests: { memory: "1000Gi" },
      limits: { memory: "1000Gi" },
    }),
    state: "Pending",
  },
  {
    file: "pods/resource/cpu-request-limit.yaml",
    pod: { image: "vish/stress", args: ["-cpus", "2"], resources: { limits: { cpu: "1" }, requests: { cpu: "0.5" } } },
    state: "Ready",
  },
  {
    file: "pods/resource/cpu-request-limit-2.yaml",
    pod: {
      image: "vish/stress",
      args: ["-cpus", "2"],
      resources: { limits: { cpu: "100" }, requests: { cpu: "100" } },
    },
    state: "Pending",
  },
  {
    file: "pods/resource/extended-resource-pod.yaml",
    pod: { image: "nginx", resources: { requests: { "example.com/dongle": 3 }, limits: { "example.com/dongle": 3 } } },
    state: "Pending",
  },
  {
    file: "pods/qos/qos-pod-4.yaml",
    pod: [
      { name: "a", image: "nginx", resources: { requests: { memory: "200Mi" } } },
      { name: "b", image: "redis" },
    ],
    state: "Ready",
  },
];

export const SECURITY: Page[] = [
  {
    file: "pods/security/security-context.yaml",
    pod: sh("busybox:1.28", "sleep 1h", {
      securityContext: { allowPrivilegeEscalation: false },
      ...mount("sec-ctx-vol", "/data/demo"),
    }),
    spec: {
      securityContext: { runAsUser: 1000, runAsGroup: 3000, fsGroup: 2000, supplementalGroups: [4000] },
      volumes: [{ name: "sec-ctx-vol", emptyDir: {} }],
    },
    state: "Ready",
  },
  {
    file: "pods/security/security-context-2.yaml",
    pod: {
      image: "gcr.io/google-samples/hello-app:2.0",
      securityContext: { runAsUser: 2000, allowPrivilegeEscalation: false },
    },
    spec: { securityContext: { runAsUser: 1000 } },
    state: "Ready",
  },
  {
    file: "pods/security/security-context-6.yaml",
    pod: {
      image: "registry.k8s.io/e2e-test-images/agnhost:2.45",
      securityContext: { allowPrivilegeEscalation: false },
    },
    spec: { securityContext: { runAsUser: 1000, runAsGroup: 3000, supplementalGroups: [4000] } },
    state: "Ready",
  },
  {
    file: "pods/security/hello-apparmor.yaml",
    pod: sh("busybox:1.28", "echo 'Hello AppArmor!' && sleep 1h"),
    spec: { securityContext: { appArmorProfile: { type: "RuntimeDefault" } } },
    state: "Ready",
    log: "Hello AppArmor!\n",
  },
  {
    file: "pods/security/seccomp/ga/default-pod.yaml",
    pod: {
      image: "hashicorp/http-echo:1.0",
      args: ["-text=just made some more syscalls!"],
      securityContext: { allowPrivilegeEscalation: false },
    },
    spec: { securityContext: { seccompProfile: { type: "RuntimeDefault" } } },
    state: "Ready",
  },
];

const claim = {
  apiVersion: "v1",
  kind: "PersistentVolumeClaim",
  metadata: { name: "task-pv-claim" },
  spec: { storageClassName: "manual", accessModes: ["ReadWriteOnce"], resources: { requests: { storage: "3Gi" } } },
};
const volume = {
  apiVersion: "v1",
  kind: "PersistentVolume",
  metadata: { name: "task-pv-volume", labels: { type: "local" } },
  spec: {
    storageClassName: "manual",
    capacity: { storage: "10Gi" },
    accessModes: ["ReadWriteOnce"],
    hostPath: { path: "/mnt/data" },
  },
};
export const STORAGE: Page[] = [
  {
    file: "pods/storage/redis.yaml",
    pod: { image: "redis", ...mount("redis-storage", "/data/redis") },
    spec: { volumes: [{ name: "redis-storage", emptyDir: {} }] },
    state: "Ready",
  },
  {
    file: "pods/storage/pv-pod.yaml",
    objects: [volume, claim],
    pod: { image: "nginx", ports: [{ containerPort: 80 }], ...mount("task-pv-storage", "/usr/share/nginx/html") },
    spec: { volumes: [{ name: "task-pv-storage", persistentVolumeClaim: { claimName: "task-pv-claim" } }] },
    state: "Ready",
  },
  {
    file: "pods/storage/projected.yaml",
    objects: [secret("user", { username: "admin" }), secret("pass", { password: "1f2d1e2e67df" })],
    pod: { image: "busybox:1.28", args: ["sleep", "86400"], ...mount("all-in-one", "/projected-volume") },
    spec: {
      volumes: [
        { name: "all-in-one", projected: { sources: [{ secret: { name: "user" } }, { secret: { name: "pass" } }] } },
      ],
    },
    state: "Ready",
  },
  {
    file: "pods/storage/pod-projected-svc-token.yaml",
    pod: { image: "nginx", ...mount("vault-token", "/var/run/secrets/tokens") },
    spec: {
      volumes: [
        {
          name: "vault-token",
          projected: {
            sources: [{ serviceAccountToken: { path: "vault-token", expirationSeconds: 7200, audience: "vault" } }],
          },
        },
      ],
    },
    state: "Ready",
  },
  {
    file: "pods/image-volumes.yaml",
    pod: { image: "debian", command: ["sleep", "infinity"], ...mount("volume", "/volume") },
    spec: {
      volumes: [{ name: "volume", image: { reference: "quay.io/crio/artifact:v2", pullPolicy: "IfNotPresent" } }],
    },
    state: "Ready",
  },
  {
    file: "storage/rro.yaml",
    pod: {
      image: "busybox",
      args: ["sleep", "infinity"],
      volumeMounts: [
        { name: "mnt", mountPath: "/mnt-rro", readOnly: true, mountPropagation: "None", recursiveReadOnly: "Enabled" },
      ],
    },
    spec: { volumes: [{ name: "mnt", hostPath: { path: "/mnt" } }] },
    state: "Ready",
  },
];

export const DEBUGGING: Page[] = [
  {
    file: "debug/counter-pod.yaml",
    pod: {
      image: "busybox:1.28",
      args: ["/bin/sh", "-c", 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done'],
    },
    state: "Ready",
    log: /^0: \w{3} \w{3} +\d+ [\d:]{8} UTC 2026\n1: /,
  },
  {
    file: "debug/termination.yaml",
    pod: {
      image: "debian",
      command: ["/bin/sh"],
      args: ["-c", "sleep 10 && echo Sleep expired > /dev/termination-log"],
    },
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
  },
  {
    file: "debug/node-problem-detector.yaml",
    pod: {
      image: "registry.k8s.io/node-problem-detector:v0.1",
      securityContext: { privileged: true },
      ...mount("log", "/log"),
    },
    spec: { hostNetwork: true, volumes: [{ name: "log", hostPath: { path: "/var/log/" } }] },
    state: "Ready",
  },
  {
    file: "admin/logging/two-files-counter-pod-streaming-sidecar.yaml",
    pod: [
      {
        name: "count",
        image: "busybox:1.28",
        args: [
          "/bin/sh",
          "-c",
          'i=0; while true; do echo "$i: $(date)" >> /var/log/1.log; echo "$(date) INFO $i" >> /var/log/2.log; i=$((i+1)); sleep 1; done',
        ],
        ...mount("varlog", "/var/log"),
      },
      {
        name: "count-log-1",
        image: "busybox:1.28",
        args: ["/bin/sh", "-c", "tail -n+1 -F /var/log/1.log"],
        ...mount("varlog", "/var/log"),
      },
    ],
    spec: { volumes: [{ name: "varlog", emptyDir: {} }] },
    state: "Ready",
  },
  {
    file: "admin/dns/dnsutils.yaml",
    pod: { image: "registry.k8s.io/e2e-test-images/agnhost:2.39", imagePullPolicy: "IfNotPresent" },
    state: "Ready",
  },
  {
    file: "admin/sched/pod2.yaml",
    pod: { image: "registry.k8s.io/pause:3.8" },
    spec: { schedulerName: "default-scheduler" },
    state: "Ready",
  },
  {
    file: "service/networking/hostaliases-pod.yaml",
    pod: { image: "busybox:1.28", command: ["cat"], args: ["/etc/hosts"] },
    spec: {
      restartPolicy: "Never",
      hostAliases: [
        { ip: "127.0.0.1", hostnames: ["foo.local", "bar.local"] },
        { ip: "10.1.2.3", hostnames: ["foo.remote", "bar.remote"] },
      ],
    },
    state: "Succeeded",
    log: /127\.0\.0\.1\tfoo\.local\tbar\.local\n10\.1\.2\.3\tfoo\.remote\tbar\.remote\n$/,
  },
  {
    file: "service/networking/custom-dns.yaml",
    pod: { image: "nginx" },
    spec: {
      dnsPolicy: "None",
      dnsConfig: {
        nameservers: ["192.0.2.1"],
        searches: ["ns1.svc.cluster-domain.example"],
        options: [{ name: "ndots", value: "2" }, { name: "edns0" }],
      },
    },
    state: "Ready",
  },
];
