/** Pages about message brokers. */
import { type Page, ready } from "./page.ts";

const RABBITMQ = `
apiVersion: v1
kind: Service
metadata: { name: rabbitmq-service, labels: { component: rabbitmq } }
spec: { ports: [{ port: 5672 }], selector: { app.kubernetes.io/name: task-queue, app.kubernetes.io/component: rabbitmq } }
---
apiVersion: apps/v1
kind: StatefulSet
metadata: { name: rabbitmq, labels: { component: rabbitmq } }
spec:
  replicas: 1
  serviceName: rabbitmq-service
  selector: { matchLabels: { app.kubernetes.io/name: task-queue, app.kubernetes.io/component: rabbitmq } }
  template:
    metadata: { labels: { app.kubernetes.io/name: task-queue, app.kubernetes.io/component: rabbitmq } }
    spec:
      containers:
        - name: rabbitmq
          image: rabbitmq:latest
          ports: [{ containerPort: 5672 }]
          resources: { requests: { memory: 16M }, limits: { cpu: 250m, memory: 512M } }
          volumeMounts: [{ name: rabbitmq-data, mountPath: /var/lib/rabbitmq }]
  volumeClaimTemplates:
    - metadata: { name: rabbitmq-data }
      spec: { accessModes: [ReadWriteOnce], resources: { requests: { storage: 500M } } }
---
apiVersion: v1
kind: Pod
metadata: { name: temp }
spec: { containers: [{ name: temp, image: gcr.io/myproject/job-wq-1, command: [sleep, infinity] }] }
`;

const WORK_QUEUE_JOB = `
apiVersion: batch/v1
kind: Job
metadata: { name: job-wq-1 }
spec:
  completions: 8
  parallelism: 2
  template:
    metadata: { name: job-wq-1 }
    spec:
      containers:
        - name: c
          image: gcr.io/myproject/job-wq-1
          env:
            - { name: BROKER_URL, value: "amqp://guest:guest@rabbitmq-service:5672" }
            - { name: QUEUE, value: job1 }
      restartPolicy: OnFailure
`;

const BROKER = "amqp://guest:guest@rabbitmq-service:5672";
const FRUITS = "apple banana cherry date fig grape lemon melon";

export const brokers: readonly Page[] = [
  {
    title: "coarse parallel processing using a work queue: RabbitMQ",
    steps: [
      { apply: RABBITMQ },
      ready("rabbitmq-0"),
      ready("temp"),
      // The broker needs some seconds, and the page's StatefulSet has no readiness probe.
      { advanceSeconds: 10 },
      { run: `exec temp -- amqp-declare-queue --url=${BROKER} -q foo -d`, prints: "foo" },
      { run: `exec temp -- amqp-publish --url=${BROKER} -r foo -p -b Hello` },
      { run: `exec temp -- amqp-consume --url=${BROKER} -q foo -c 1 cat`, prints: "Hello" },
      { run: `exec temp -- amqp-get --url=${BROKER} -q foo`, exitCode: 2 },
      { run: `exec temp -- amqp-declare-queue --url=${BROKER} -q job1 -d`, prints: "job1" },
      { run: `exec temp -- sh -c 'for f in ${FRUITS}; do amqp-publish --url=${BROKER} -r job1 -p -b $f; done'` },
      { run: "exec rabbitmq-0 -- rabbitmqctl -q list_queues", prints: "name\tmessages\nfoo\t0\njob1\t8" },
      { run: "delete pod rabbitmq-0" },
      ready("rabbitmq-0"),
      { until: "exec rabbitmq-0 -- rabbitmqctl -q list_queues", prints: "name\tmessages\nfoo\t0\njob1\t8" },
      { apply: WORK_QUEUE_JOB },
      { until: "get job job-wq-1 -o jsonpath={.status.succeeded}", prints: "8" },
      { run: "logs -l job-name=job-wq-1 --tail=1", prints: /Processing banana/ },
      { run: "exec rabbitmq-0 -- rabbitmqctl -q list_queues", prints: "name\tmessages\nfoo\t0\njob1\t0" },
    ],
  },
];
