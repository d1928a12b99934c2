/** Pages about kubectl exec, debug and databases. */
import { type Page, phase } from "./page.ts";

const SHELL_DEMO = `
apiVersion: v1
kind: Pod
metadata: { name: shell-demo }
spec:
  volumes: [{ name: shared-data, emptyDir: {} }]
  containers:
    - name: nginx
      image: nginx
      volumeMounts: [{ name: shared-data, mountPath: /usr/share/nginx/html }]
  hostNetwork: true
  dnsPolicy: Default
`;

const REDIS_CONFIG = `
apiVersion: v1
kind: ConfigMap
metadata: { name: example-redis-config }
data:
  redis-config: |
    maxmemory 2mb
    maxmemory-policy allkeys-lru
---
apiVersion: v1
kind: Pod
metadata: { name: redis }
spec:
  containers:
    - name: redis
      image: redis:8.0.2
      command: [redis-server, /redis-master/redis.conf]
      env: [{ name: MASTER, value: 'true' }]
      ports: [{ containerPort: 6379 }]
      volumeMounts:
        - { mountPath: /redis-master-data, name: data }
        - { mountPath: /redis-master, name: config }
  volumes:
    - { name: data, emptyDir: {} }
    - { name: config, configMap: { name: example-redis-config, items: [{ key: redis-config, path: redis.conf }] } }
`;

const NO_PASSWORD = `
apiVersion: v1
kind: Pod
metadata: { name: postgres }
spec: { containers: [{ name: main, image: postgres:16 }] }
---
apiVersion: v1
kind: Pod
metadata: { name: mysql }
spec: { containers: [{ name: main, image: mysql:8 }] }
`;

export const clusters: readonly Page[] = [
  {
    title: "exec: a shell in a running container",
    steps: [
      { apply: SHELL_DEMO },
      phase("shell-demo", "Running"),
      { run: "exec shell-demo -- printenv NGINX_VERSION", prints: /^1\.\d+\.\d+\n$/ },
      { run: "exec shell-demo -- ls /", prints: /bin\n[\s\S]*etc\n[\s\S]*usr\n/ },
      { run: "exec shell-demo -- sh -c 'exit 7'", exitCode: 7, complains: /command terminated with exit code 7/ },
      { run: "exec -i shell-demo -- sh -c 'cat > /usr/share/nginx/html/index.html'", stdin: "Hello shell demo\n" },
      { run: "exec shell-demo -- curl -s http://localhost/", prints: "Hello shell demo" },
      { run: "exec -i shell-demo -- bash", stdin: "cd /tmp\npwd\necho $((6*7))\n", prints: "/tmp\n42" },
    ],
  },
  {
    title: "Redis with a ConfigMap",
    steps: [
      { apply: REDIS_CONFIG },
      phase("redis", "Running"),
      { run: "exec redis -- redis-cli CONFIG GET maxmemory", prints: "maxmemory\n2097152" },
      { run: "exec redis -- redis-cli SET greeting hello", prints: "OK" },
      { run: "exec redis -- redis-cli GET greeting", prints: "hello" },
    ],
  },
  {
    title: "databases without a password crash",
    steps: [
      { apply: NO_PASSWORD },
      { until: "get pod postgres --no-headers", prints: /Error|CrashLoopBackOff/ },
      { run: "logs postgres", prints: /Error: Database is uninitialized and superuser password is not specified/ },
      { until: "get pod mysql --no-headers", prints: /Error|CrashLoopBackOff/ },
      { run: "logs mysql", prints: /Database is uninitialized and password option is not specified/ },
    ],
  },
];
