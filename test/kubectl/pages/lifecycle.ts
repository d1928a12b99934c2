/** Pages about logs, probes, hooks, init containers, sidecars and termination. */
import { type Page, phase, ready } from "./page.ts";

const COUNTER = `
apiVersion: v1
kind: Pod
metadata: { name: counter }
spec:
  containers:
    - name: count
      image: busybox:1.28
      args: [/bin/sh, -c, 'i=0; while true; do echo "$i: $(date)"; i=$((i+1)); sleep 1; done']
`;

const TWO_LOG_FILES = `
apiVersion: v1
kind: Pod
metadata: { name: two-files }
spec:
  containers:
    - name: count
      image: busybox:1.28
      args:
        - /bin/sh
        - -c
        - >
          i=0;
          while true;
          do
            echo "$i: $(date)" >> /var/log/1.log;
            echo "$(date) INFO $i" >> /var/log/2.log;
            i=$((i+1));
            sleep 1;
          done
      volumeMounts: [{ name: logs, mountPath: /var/log }]
    - name: first
      image: busybox:1.28
      args: [/bin/sh, -c, 'tail -n+1 -F /var/log/1.log']
      volumeMounts: [{ name: logs, mountPath: /var/log }]
    - name: second
      image: busybox:1.28
      args: [/bin/sh, -c, 'tail -n+1 -F /var/log/2.log']
      volumeMounts: [{ name: logs, mountPath: /var/log }]
  volumes: [{ name: logs, emptyDir: {} }]
`;

const LIVENESS_EXEC = `
apiVersion: v1
kind: Pod
metadata: { name: liveness-exec }
spec:
  containers:
    - name: liveness
      image: registry.k8s.io/busybox:1.27.2
      args: [/bin/sh, -c, touch /tmp/healthy; sleep 30; rm -f /tmp/healthy; sleep 600]
      livenessProbe:
        exec: { command: [cat, /tmp/healthy] }
        initialDelaySeconds: 5
        periodSeconds: 5
`;

const LIVENESS_HTTP = `
apiVersion: v1
kind: Pod
metadata: { name: liveness-http }
spec:
  containers:
    - name: liveness
      image: registry.k8s.io/e2e-test-images/agnhost:2.40
      args: [liveness]
      livenessProbe:
        httpGet: { path: /healthz, port: 8080 }
        initialDelaySeconds: 3
        periodSeconds: 3
`;

const INIT = `
apiVersion: v1
kind: Pod
metadata: { name: myapp-pod, labels: { app.kubernetes.io/name: MyApp } }
spec:
  containers:
    - name: myapp-container
      image: busybox:1.28
      command: [sh, -c, echo The app is running! && sleep 3600]
  initContainers:
    - name: init-myservice
      image: busybox:1.28
      command:
        - sh
        - -c
        - >-
          until nslookup myservice.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local;
          do echo waiting for myservice; sleep 2; done
    - name: init-mydb
      image: busybox:1.28
      command:
        - sh
        - -c
        - >-
          until nslookup mydb.$(cat /var/run/secrets/kubernetes.io/serviceaccount/namespace).svc.cluster.local;
          do echo waiting for mydb; sleep 2; done
`;

const INIT_SERVICES = `
apiVersion: v1
kind: Service
metadata: { name: myservice }
spec: { ports: [{ protocol: TCP, port: 80, targetPort: 9376 }] }
---
apiVersion: v1
kind: Service
metadata: { name: mydb }
spec: { ports: [{ protocol: TCP, port: 80, targetPort: 9377 }] }
`;

const HOOKS = `
apiVersion: v1
kind: Pod
metadata: { name: lifecycle-demo }
spec:
  containers:
    - name: lifecycle-demo-container
      image: nginx
      lifecycle:
        postStart: { exec: { command: [/bin/sh, -c, echo Hello from the postStart handler > /usr/share/message] } }
        preStop: { exec: { command: [/bin/sh, -c, nginx -s quit; while killall -0 nginx; do sleep 1; done] } }
`;

const TERMINATION = `
apiVersion: v1
kind: Pod
metadata: { name: termination-demo }
spec:
  containers:
    - name: termination-demo-container
      image: debian
      command: [/bin/sh]
      args: [-c, sleep 10 && echo Sleep expired > /dev/termination-log]
`;

const SIDECAR_JOB = `
apiVersion: batch/v1
kind: Job
metadata: { name: myjob }
spec:
  template:
    spec:
      containers:
        - name: myjob
          image: alpine:latest
          command: [sh, -c, echo "logging" > /opt/logs.txt]
          volumeMounts: [{ name: data, mountPath: /opt }]
      initContainers:
        - name: logshipper
          image: alpine:latest
          restartPolicy: Always
          command: [sh, -c, tail -F /opt/logs.txt]
          volumeMounts: [{ name: data, mountPath: /opt }]
      restartPolicy: Never
      volumes: [{ name: data, emptyDir: {} }]
`;

const STARTING_LATE = `
apiVersion: v1
kind: Pod
metadata: { name: late }
spec:
  containers:
    - name: late
      image: busybox
      args: [sh, -c, sleep 20; touch /tmp/ready; sleep 3600]
      readinessProbe: { exec: { command: [cat, /tmp/ready] }, periodSeconds: 5 }
`;

export const lifecycle: readonly Page[] = [
  {
    title: "logging: a counter",
    steps: [
      { apply: COUNTER },
      phase("counter", "Running"),
      { advanceSeconds: 20 },
      { run: "logs counter --tail=-1", prints: /^0: \w{3} \w{3} +\d+ \d\d:\d\d:\d\d UTC \d{4}\n1: / },
      { run: "logs counter --tail=2", prints: /^\d+: .*\n\d+: .*\n$/ },
      {
        run: "logs counter -p",
        exitCode: 1,
        complains: /previous terminated container "count" in pod "counter" not found/,
      },
    ],
  },
  {
    title: "logging: sidecars that stream log files",
    steps: [
      { apply: TWO_LOG_FILES },
      phase("two-files", "Running"),
      { advanceSeconds: 10 },
      { run: "logs two-files first", prints: /^0: .*\n1: / },
      { run: "logs two-files second", prints: /^\w{3} .* INFO 0\n.* INFO 1\n/ },
      { run: "logs two-files -c count", prints: "" },
    ],
  },
  {
    title: "probes: liveness by a command",
    steps: [
      { apply: LIVENESS_EXEC },
      phase("liveness-exec", "Running"),
      { advanceSeconds: 25 },
      { run: "get pod liveness-exec -o jsonpath={.status.containerStatuses[0].restartCount}", prints: "0" },
      {
        until: "describe pod liveness-exec",
        prints: /Liveness probe failed: cat: can't open '\/tmp\/healthy': No such file or directory/,
      },
      { until: "get pod liveness-exec -o jsonpath={.status.containerStatuses[0].restartCount}", prints: "1" },
      { advanceSeconds: 225 },
      { run: "get pod liveness-exec -o jsonpath={.status.containerStatuses[0].restartCount}", prints: /^[34]$/ },
    ],
  },
  {
    title: "probes: liveness by HTTP",
    steps: [
      { apply: LIVENESS_HTTP },
      phase("liveness-http", "Running"),
      { until: "describe pod liveness-http", prints: /Liveness probe failed: HTTP probe failed with statuscode: 500/ },
      { until: "get pod liveness-http -o jsonpath={.status.containerStatuses[0].restartCount}", prints: /^[1-9]$/ },
    ],
  },
  {
    title: "probes: a container that becomes ready late",
    steps: [
      { apply: STARTING_LATE },
      phase("late", "Running"),
      { run: "get pod late --no-headers", prints: /^late +0\/1 +Running/ },
      ready("late"),
    ],
  },
  {
    title: "init containers: waiting for Services",
    steps: [
      { apply: INIT },
      { until: "get pod myapp-pod --no-headers", prints: /Init:0\/2/ },
      { until: "logs myapp-pod -c init-myservice", prints: /waiting for myservice/ },
      { advanceSeconds: 30 },
      { run: "get pod myapp-pod --no-headers", prints: /Init:0\/2/ },
      { apply: INIT_SERVICES },
      phase("myapp-pod", "Running"),
      { run: "logs myapp-pod", prints: "The app is running!" },
    ],
  },
  {
    title: "hooks: postStart writes a file",
    steps: [
      { apply: HOOKS },
      phase("lifecycle-demo", "Running"),
      { run: "exec lifecycle-demo -- cat /usr/share/message", prints: "Hello from the postStart handler" },
    ],
  },
  {
    title: "termination: the message",
    steps: [
      { apply: TERMINATION },
      {
        until: "get pod termination-demo -o 'jsonpath={..lastState.terminated.message}{..state.terminated.message}'",
        prints: /Sleep expired/,
      },
    ],
  },
  {
    title: "sidecars: a Job with a sidecar completes",
    steps: [
      { apply: SIDECAR_JOB },
      { until: "get job myjob -o jsonpath={.status.succeeded}", prints: "1" },
      { run: "logs job/myjob -c logshipper", prints: /logging/ },
    ],
  },
];
