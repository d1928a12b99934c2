import { mount, type Page, sh } from "./page.ts";

/** Pods of Deployments, StatefulSets and Jobs of the pages, with the images that only they use. */
export const IMAGES: Page[] = [
  {
    file: "controllers/job.yaml",
    pod: { image: "perl:5.34.0", command: ["perl", "-Mbignum=bpi", "-wle", "print bpi(2000)"] },
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
    log: /^3\.14159265358979/,
  },
  {
    file: "controllers/daemonset.yaml",
    pod: { image: "quay.io/fluentd_elasticsearch/fluentd:v5.0.1", ...mount("varlog", "/var/log") },
    spec: { volumes: [{ name: "varlog", hostPath: { path: "/var/log" } }] },
    state: "Ready",
  },
  {
    file: "controllers/frontend.yaml",
    pod: { image: "us-docker.pkg.dev/google-samples/containers/gke/gb-frontend:v5" },
    state: "Ready",
  },
  {
    file: "application/guestbook/redis-follower-deployment.yaml",
    pod: {
      image: "us-docker.pkg.dev/google-samples/containers/gke/gb-redis-follower:v2",
      env: [{ name: "GET_HOSTS_FROM", value: "dns" }],
    },
    state: "Running",
  },
  {
    file: "application/guestbook/redis-leader-deployment.yaml",
    pod: { image: "docker.io/redis:6.0.5" },
    state: "Ready",
  },
  {
    file: "application/php-apache.yaml",
    pod: {
      image: "registry.k8s.io/hpa-example",
      ports: [{ containerPort: 80 }],
      resources: { limits: { cpu: "500m" }, requests: { cpu: "200m" } },
    },
    state: "Ready",
  },
  {
    file: "application/web/web.yaml",
    pod: { image: "registry.k8s.io/nginx-slim:0.24", ports: [{ containerPort: 80, name: "web" }] },
    state: "Ready",
  },
  {
    file: "application/mysql/mysql-deployment.yaml",
    pod: {
      image: "mysql:9",
      env: [{ name: "MYSQL_ROOT_PASSWORD", value: "password" }],
      ports: [{ containerPort: 3306 }],
    },
    state: "Ready",
  },
  {
    file: "application/wordpress/wordpress-deployment.yaml",
    pod: {
      image: "wordpress:6.2.1-apache",
      env: [
        { name: "WORDPRESS_DB_HOST", value: "wordpress-mysql" },
        { name: "WORDPRESS_DB_PASSWORD", value: "x" },
      ],
    },
    state: "Ready",
  },
  {
    file: "application/cassandra/cassandra-statefulset.yaml",
    pod: {
      image: "gcr.io/google-samples/cassandra:v13",
      env: [
        { name: "MAX_HEAP_SIZE", value: "512M" },
        { name: "POD_IP", valueFrom: { fieldRef: { fieldPath: "status.podIP" } } },
      ],
      readinessProbe: {
        exec: { command: ["/bin/bash", "-c", "/ready-probe.sh"] },
        initialDelaySeconds: 15,
        timeoutSeconds: 5,
      },
    },
    state: "Ready",
  },
  {
    file: "application/zookeeper/zookeeper.yaml",
    pod: {
      image: "registry.k8s.io/kubernetes-zookeeper:1.0-3.4.10",
      command: ["sh", "-c", "start-zookeeper --servers=1 --data_dir=/var/lib/zookeeper/data --client_port=2181"],
      readinessProbe: {
        exec: { command: ["sh", "-c", "zookeeper-ready 2181"] },
        initialDelaySeconds: 10,
        timeoutSeconds: 5,
      },
    },
    spec: { hostname: "zk-0" },
    state: "Ready",
  },
  {
    file: "application/job/indexed-job.yaml",
    pod: { image: "docker.io/library/busybox", command: ["rev", "/input/data.txt"], ...mount("input", "/input") },
    spec: {
      restartPolicy: "Never",
      initContainers: [
        {
          name: "input",
          image: "docker.io/library/bash",
          // biome-ignore lint/suspicious/noTemplateCurlyInString: bash's own.
          command: ["bash", "-c", "items=(foo bar baz qux xyz)\necho ${items[2]} > /input/data.txt\n"],
          ...mount("input", "/input"),
        },
      ],
      volumes: [{ name: "input", emptyDir: {} }],
    },
    state: "Succeeded",
    log: "zab\n",
  },
  {
    file: "application/job/rabbitmq/rabbitmq-statefulset.yaml",
    pod: { image: "rabbitmq:latest", ports: [{ containerPort: 5672 }] },
    state: "Ready",
  },
  {
    file: "application/mongodb/mongo-deployment.yaml",
    pod: { image: "mongo:4.2", args: ["--bind_ip", "0.0.0.0"], ports: [{ containerPort: 27017 }] },
    state: "Ready",
  },
  {
    file: "application/deployment-sidecar.yaml",
    pod: sh("alpine:latest", 'while true; do echo "logging" >> /opt/logs.txt; sleep 1; done', mount("data", "/opt")),
    spec: {
      initContainers: [
        {
          name: "logshipper",
          image: "alpine:latest",
          restartPolicy: "Always",
          command: ["sh", "-c", "tail -F /opt/logs.txt"],
          ...mount("data", "/opt"),
        },
      ],
      volumes: [{ name: "data", emptyDir: {} }],
    },
    state: "Ready",
  },
  {
    file: "service/access/backend-deployment.yaml",
    pod: { image: "gcr.io/google-samples/hello-go-gke:1.0", ports: [{ name: "http", containerPort: 80 }] },
    state: "Ready",
  },
  {
    file: "service/load-balancer-example.yaml",
    pod: { image: "gcr.io/google-samples/hello-app:2.0", ports: [{ containerPort: 8080 }] },
    state: "Ready",
  },
  {
    file: "controllers/job-success-policy.yaml",
    pod: {
      image: "python",
      command: [
        "python3",
        "-c",
        'import os, sys\nif os.environ.get("JOB_COMPLETION_INDEX") == "2":\n  sys.exit(0)\nelse:\n  sys.exit(1)\n',
      ],
      env: [{ name: "JOB_COMPLETION_INDEX", value: "2" }],
    },
    spec: { restartPolicy: "Never" },
    state: "Succeeded",
  },
  {
    file: "controllers/job-pod-failure-policy-example.yaml",
    pod: {
      image: "docker.io/library/bash:5",
      command: ["bash"],
      args: ["-c", "echo 'Hello world!' && sleep 5 && exit 42"],
    },
    spec: { restartPolicy: "Never" },
    state: "Failed",
    log: "Hello world!\n",
  },
];
