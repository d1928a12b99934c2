/** Pages about volumes and StatefulSets. */
import { type Page, phase, ready } from "./page.ts";

const TWO_CONTAINERS = `
apiVersion: v1
kind: Pod
metadata: { name: two-containers }
spec:
  restartPolicy: Never
  volumes: [{ name: shared-data, emptyDir: {} }]
  containers:
    - name: nginx-container
      image: nginx
      volumeMounts: [{ name: shared-data, mountPath: /usr/share/nginx/html }]
    - name: debian-container
      image: debian
      volumeMounts: [{ name: shared-data, mountPath: /pod-data }]
      command: [/bin/sh]
      args: [-c, echo Hello from the debian container > /pod-data/index.html]
`;

const REDIS = `
apiVersion: v1
kind: Pod
metadata: { name: redis }
spec:
  containers:
    - name: redis
      image: redis
      volumeMounts: [{ name: redis-storage, mountPath: /data/redis }]
  volumes: [{ name: redis-storage, emptyDir: {} }]
`;

const WEB = `
apiVersion: v1
kind: Service
metadata: { name: nginx, labels: { app: nginx } }
spec: { ports: [{ port: 80, name: web }], clusterIP: None, selector: { app: nginx } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: web }
spec:
  serviceName: nginx
  replicas: 2
  selector: { matchLabels: { app: nginx } }
  template:
    metadata: { labels: { app: nginx } }
    spec:
      containers:
        - name: nginx
          image: registry.k8s.io/nginx-slim:0.24
          ports: [{ containerPort: 80, name: web }]
          volumeMounts: [{ name: www, mountPath: /usr/share/nginx/html }]
  volumeClaimTemplates:
    - metadata: { name: www }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 1Gi } } }
`;

const CLAIM = `
apiVersion: v1
kind: PersistentVolume
metadata: { name: task-pv-volume, labels: { type: local } }
spec:
  storageClassName: manual
  capacity: { storage: 10Gi }
  accessModes: [ReadWriteOnce]
  hostPath: { path: /mnt/data }
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: { name: task-pv-claim }
spec: { storageClassName: manual, accessModes: [ReadWriteOnce], resources: { requests: { storage: 3Gi } } }
---
apiVersion: v1
kind: Pod
metadata: { name: task-pv-pod }
spec:
  volumes: [{ name: storage, persistentVolumeClaim: { claimName: task-pv-claim } }]
  containers:
    - name: main
      image: nginx
      ports: [{ containerPort: 80 }]
      volumeMounts: [{ mountPath: /usr/share/nginx/html, name: storage }]
`;

export const storage: readonly Page[] = [
  {
    title: "volumes: two containers share one",
    steps: [
      { apply: TWO_CONTAINERS },
      {
        until: `get pod two-containers -o 'jsonpath={.status.containerStatuses[?(@.name=="debian-container")].state.terminated.reason}'`,
        prints: "Completed",
      },
      { run: "exec two-containers -c nginx-container -- curl -s localhost", prints: "Hello from the debian container" },
    ],
  },
  {
    title: "volumes: an emptyDir survives its container",
    steps: [
      { apply: REDIS },
      phase("redis", "Running"),
      { run: "exec redis -- sh -c 'echo Hello > /data/redis/test-file; echo lost > /tmp/layer; kill 1'" },
      { until: "get pod redis -o jsonpath={.status.containerStatuses[0].restartCount}", prints: "1" },
      phase("redis", "Running"),
      { until: "exec redis -- cat /data/redis/test-file", prints: "Hello" },
      { run: "exec redis -- cat /tmp/layer", exitCode: 1, complains: /No such file or directory/ },
    ],
  },
  {
    title: "volumes: a PersistentVolume of the node",
    steps: [
      { apply: CLAIM },
      phase("task-pv-pod", "Running"),
      { run: "exec task-pv-pod -- sh -c 'echo Hello from storage > /usr/share/nginx/html/index.html'" },
      { run: "exec task-pv-pod -- curl -s http://localhost/", prints: "Hello from storage" },
    ],
  },
  {
    title: "StatefulSets: identity and storage that stay",
    steps: [
      { apply: WEB },
      ready("web-1"),
      { run: "exec web-0 -- sh -c hostname", prints: "web-0" },
      { run: `exec web-0 -- sh -c 'echo "$(hostname)" > /usr/share/nginx/html/index.html'` },
      { run: `exec web-1 -- sh -c 'echo "$(hostname)" > /usr/share/nginx/html/index.html'` },
      { run: "exec web-1 -- curl -s http://localhost/", prints: "web-1" },
      { run: "delete pod -l app=nginx" },
      ready("web-1"),
      { run: "exec web-0 -- curl -s http://localhost/", prints: "web-0" },
      { run: "exec web-1 -- curl -s http://localhost/", prints: "web-1" },
    ],
  },
];
