/** Pages about Jobs and CronJobs. */
import { type Page, phase } from "./page.ts";

const PI = `
apiVersion: batch/v1
kind: Job
metadata: { name: pi }
spec:
  backoffLimit: 4
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: pi
          image: perl:5.34.0
          command: [perl, -Mbignum=bpi, -wle, print bpi(2000)]
`;

const INDEXED = `
apiVersion: batch/v1
kind: Job
metadata: { name: indexed-job }
spec:
  completions: 5
  parallelism: 3
  completionMode: Indexed
  template:
    spec:
      restartPolicy: Never
      initContainers:
        - name: input
          image: docker.io/library/bash
          command:
            - bash
            - -c
            - |
              items=(foo bar baz qux xyz)
              echo \${items[$JOB_COMPLETION_INDEX]} > /input/data.txt
          volumeMounts: [{ mountPath: /input, name: input }]
      containers:
        - name: worker
          image: docker.io/library/busybox
          command: [rev, /input/data.txt]
          volumeMounts: [{ mountPath: /input, name: input }]
      volumes: [{ name: input, emptyDir: {} }]
`;

const FAILURE_POLICY = `
apiVersion: batch/v1
kind: Job
metadata: { name: job-pod-failure-policy }
spec:
  completions: 8
  parallelism: 2
  backoffLimit: 6
  podFailurePolicy:
    rules:
      - action: FailJob
        onExitCodes: { containerName: main, operator: In, values: [42] }
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: docker.io/library/bash:5
          command: [bash]
          args:
            - -c
            - echo "Hello world! I'm going to exit with 42 to simulate a software bug." && sleep 5 && exit 42
`;

const PER_INDEX = `
apiVersion: batch/v1
kind: Job
metadata: { name: per-index }
spec:
  completions: 4
  parallelism: 4
  completionMode: Indexed
  backoffLimitPerIndex: 0
  template:
    spec:
      restartPolicy: Never
      containers:
        - name: main
          image: python
          command:
            - python3
            - -c
            - |
              import os, sys
              sys.exit(0 if os.environ['JOB_COMPLETION_INDEX'] > '1' else 1)
`;

const CRON = `
apiVersion: batch/v1
kind: CronJob
metadata: { name: hello }
spec:
  schedule: "* * * * *"
  jobTemplate:
    spec:
      template:
        spec:
          restartPolicy: OnFailure
          containers:
            - name: hello
              image: busybox:1.28
              imagePullPolicy: IfNotPresent
              command: [/bin/sh, -c, date; echo Hello from the Kubernetes cluster]
`;

export const jobs: readonly Page[] = [
  {
    title: "Jobs: pi to 2000 places",
    steps: [
      { apply: PI },
      { until: "get job pi -o jsonpath={.status.succeeded}", prints: "1" },
      { run: "logs jobs/pi", prints: /^3\.14159265358979323846264338327950288419716939937510\d{1949}\d?\n?$/ },
    ],
  },
  {
    title: "Jobs: one work item for each index",
    steps: [
      { apply: INDEXED },
      { until: "get job indexed-job -o jsonpath={.status.completedIndexes}", prints: "0-4" },
      {
        run: "logs -l batch.kubernetes.io/job-completion-index=2 -c worker",
        prints: "zab",
      },
    ],
  },
  {
    title: "Jobs: a pod failure policy",
    steps: [
      { apply: FAILURE_POLICY },
      {
        until: `get job job-pod-failure-policy -o 'jsonpath={.status.conditions[?(@.type=="Failed")].reason}'`,
        prints: "PodFailurePolicy",
      },
    ],
  },
  {
    title: "Jobs: a backoff limit for each index",
    steps: [
      { apply: PER_INDEX },
      { until: "get job per-index -o jsonpath={.status.failedIndexes}", prints: "0,1" },
      { until: `get job per-index -o 'jsonpath={.status.conditions[?(@.type=="Failed")].status}'`, prints: "True" },
    ],
  },
  {
    title: "Jobs: loops, conditions and pipes end",
    steps: [
      { run: "create job loop --image=busybox -- sh -c 'for i in 1 2; do echo $i; done'" },
      {
        run: "create job cond --image=busybox -- sh -c 'if true; then echo a | base64 | head -c 3; fi; x=$((1+1)); echo $x'",
      },
      { until: "get job loop -o jsonpath={.status.succeeded}", prints: "1" },
      { run: "logs job/loop", prints: "1\n2" },
      { until: "get job cond -o jsonpath={.status.succeeded}", prints: "1" },
      { run: "logs job/cond", prints: "YQo2" },
    ],
  },
  {
    title: "CronJobs: hello every minute",
    steps: [
      { apply: CRON },
      { advanceSeconds: 90 },
      { until: "logs -l job-name --prefix=false --tail=-1", prints: /UTC \d{4}\nHello from the Kubernetes cluster/ },
    ],
  },
  {
    title: "run: what programs of busybox fail",
    steps: [
      { run: "run ls --image=busybox --restart=Never -- /bin/sh -c 'ls /notexist'" },
      phase("ls", "Failed"),
      { run: "logs ls", prints: "ls: /notexist: No such file or directory" },
      { run: "run none --image=busybox --restart=Never -- notexist" },
      { until: "describe pod none", prints: /exec: "notexist": executable file not found in \$PATH/ },
      { run: "run shell --image=busybox --restart=Never" },
      phase("shell", "Succeeded"),
    ],
  },
];
