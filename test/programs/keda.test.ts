/** KEDA in pods: ScaledObjects and ScaledJobs follow values that servers in the cluster answer. */
import { beforeEach, describe, expect, it } from "vitest";
import { apiServiceKind } from "../../src/kinds/apiregistration/api-service.ts";
import { deploymentKind } from "../../src/kinds/apps/deployment.ts";
import { horizontalPodAutoscalerKind } from "../../src/kinds/autoscaling/horizontal-pod-autoscaler.ts";
import { jobKind } from "../../src/kinds/batch/job.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { secretKind } from "../../src/kinds/core/secret.ts";
import { podWith } from "../kubelet/clusters.ts";
import { exec } from "../kubelet/own-images.ts";
import { deployment } from "../support/builders.ts";
import { type Cluster, define, type Free, kindOf, operatorCluster, restMs, serve } from "./operator-cluster.ts";

const MINUTE = 60_000;
let cluster: Cluster;

beforeEach(() => {
  cluster = operatorCluster();
  for (const kind of ["ScaledObject", "ScaledJob", "TriggerAuthentication"]) define(cluster, "keda.sh/v1alpha1", kind);
  define(cluster, "keda.sh/v1alpha1", "ClusterTriggerAuthentication", "Cluster");
  cluster.advance(5000);
  serve(cluster, "keda-operator", { image: "ghcr.io/kedacore/keda:2.20.2" }, { port: 9666, targetPort: 9666 });
  const args = ["--secure-port=6443", "--metrics-service-address=keda-operator.default.svc.cluster.local:9666"];
  const image = "ghcr.io/kedacore/keda-metrics-apiserver:2.20.2";
  serve(cluster, "keda-metrics", { image, args }, { port: 443, targetPort: 6443 });
  cluster.create(apiServiceKind, {
    metadata: { name: "v1beta1.external.metrics.k8s.io" },
    spec: {
      ...{ group: "external.metrics.k8s.io", version: "v1beta1", insecureSkipTLSVerify: true },
      service: { name: "keda-metrics", namespace: "default" },
      ...{ groupPriorityMinimum: 100, versionPriority: 100 },
    },
  } as never);
  cluster.create(deploymentKind, deployment("worker", { image: "nginx", replicas: 0 }));
  cluster.advance(MINUTE);
});

function make(kind: "ScaledObject" | "ScaledJob" | "TriggerAuthentication", name: string, spec: Free): void {
  cluster.create(kindOf(cluster, `keda.sh/${kind.toLowerCase()}s`), {
    ...{ apiVersion: "keda.sh/v1alpha1", kind, metadata: { name, namespace: "default" }, spec },
  });
}

const scaledObject = (triggers: Free[], more: object = {}) =>
  make("ScaledObject", "s", { scaleTargetRef: { name: "worker" }, triggers, ...more });
const shown = (): Free => cluster.get(kindOf(cluster, "keda.sh/scaledobjects"), "s");
const condition = (type: string) => shown().status.conditions.find((each: Free) => each.type === type);
const replicas = () => cluster.get(deploymentKind, "worker")?.spec.replicas;

function startRedis(more: object = {}): void {
  serve(cluster, "redis", { image: "redis:7", ...more }, { port: 6379, targetPort: 6379 });
  cluster.advance(10_000);
}
const redis = (...args: string[]) => exec(cluster, ["redis-cli", ...args], "redis");

describe("a ScaledObject for a list in redis", () => {
  const trigger = { type: "redis", metadata: { address: "redis:6379", listName: "jobs", listLength: "5" } };

  it("scales from zero, by the length, and back to zero after the cool-down", () => {
    startRedis();
    scaledObject([trigger], { maxReplicaCount: 8, cooldownPeriod: 120 });
    cluster.advance(MINUTE);
    const hpa = cluster.get(horizontalPodAutoscalerKind, "keda-hpa-s")!;
    expect(hpa.spec).toMatchObject({
      minReplicas: 1,
      maxReplicas: 8,
      scaleTargetRef: { kind: "Deployment", name: "worker" },
    });
    expect(hpa.spec.metrics).toEqual([
      {
        type: "External",
        external: {
          metric: { name: "s0-redis-jobs", selector: { matchLabels: { "scaledobject.keda.sh/name": "s" } } },
          target: { type: "AverageValue", averageValue: "5" },
        },
      },
    ]);
    expect(condition("Ready")).toMatchObject({ status: "True", reason: "ScaledObjectReady" });
    expect(condition("Active")).toMatchObject({ status: "False", reason: "ScalerNotActive" });
    expect(replicas()).toBe(0);

    redis("rpush", "jobs", ...Array.from({ length: 23 }, (_, i) => `job-${i}`));
    cluster.advance(MINUTE);
    expect(condition("Active")).toMatchObject({ status: "True", reason: "ScalerActive" });
    cluster.advance(2 * MINUTE);
    expect(replicas()).toBe(5);
    expect(cluster.events().join("\n")).toContain(
      "Scaled apps/v1.Deployment default/worker from 0 to 1, triggered by redisScaler",
    );

    redis("del", "jobs");
    cluster.advance(MINUTE);
    expect(condition("Active")).toMatchObject({ status: "False", reason: "ScalerCooldown" });
    cluster.advance(10 * MINUTE);
    expect(replicas()).toBe(0);
    expect(cluster.events().join("\n")).toContain("Deactivated apps/v1.Deployment default/worker from ");
  });

  it("is not read while nothing can change its value", () => {
    startRedis();
    scaledObject([trigger]);
    cluster.advance(5 * MINUTE);
    expect(restMs(cluster)).toBeGreaterThan(10 * MINUTE);
  });

  it("takes a password from a Secret, and says why a source does not answer", () => {
    startRedis({ args: ["redis-server", "--requirepass", "secret"] });
    scaledObject([{ ...trigger, authenticationRef: { name: "auth" } }], { pollingInterval: 10 });
    cluster.advance(MINUTE);
    expect(condition("Ready")).toMatchObject({
      status: "False",
      message: 'TriggerAuthentication.keda.sh "auth" not found',
    });
    cluster.create(secretKind, { metadata: { name: "p", namespace: "default" }, data: { k: btoa("secret") } } as never);
    make("TriggerAuthentication", "auth", { secretTargetRef: [{ parameter: "password", name: "p", key: "k" }] });
    redis("-a", "secret", "rpush", "jobs", "one");
    cluster.advance(2 * MINUTE);
    expect(condition("Active")).toMatchObject({ status: "True" });
  });
});

describe("a ScaledObject", () => {
  it("follows a time table", () => {
    const metadata = { timezone: "Etc/UTC", start: "30 * * * *", end: "45 * * * *", desiredReplicas: "3" };
    scaledObject([{ type: "cron", metadata }], { cooldownPeriod: 60 });
    cluster.advance(MINUTE);
    expect(replicas()).toBe(0);
    cluster.advance(32 * MINUTE);
    expect(replicas()).toBe(3);
    cluster.advance(25 * MINUTE);
    expect(replicas()).toBe(0);
  });

  it("counts pods of another workload, and lets its HPA measure CPU", () => {
    cluster.create(deploymentKind, deployment("front", { image: "nginx", replicas: 4 }));
    const trigger = { type: "kubernetes-workload", metadata: { podSelector: "app=front", value: "2" } };
    const cpu = { type: "cpu", metricType: "Utilization", metadata: { value: "60" } };
    scaledObject([trigger, cpu]);
    cluster.advance(3 * MINUTE);
    expect(replicas()).toBe(2);
    expect(cluster.get(horizontalPodAutoscalerKind, "keda-hpa-s")?.spec.metrics).toMatchObject([
      { type: "External", external: { metric: { name: "s0-workload-default" } } },
      { type: "Resource", resource: { name: "cpu", target: { type: "Utilization", averageUtilization: 60 } } },
    ]);
  });

  it("lets go when it is deleted, with its HPA", () => {
    const metadata = { timezone: "Etc/UTC", start: "0 0 * * *", end: "1 0 * * *", desiredReplicas: "3" };
    scaledObject([{ type: "cron", metadata }]);
    cluster.advance(MINUTE);
    cluster.delete(kindOf(cluster, "keda.sh/scaledobjects"), shown());
    cluster.advance(MINUTE);
    expect(shown()).toBeUndefined();
    expect(cluster.get(horizontalPodAutoscalerKind, "keda-hpa-s")).toBeUndefined();
  });
});

/** Servers with the value 7, as each scaler reads it. */
const SOURCES = [
  {
    type: "postgresql",
    container: { image: "postgres:17", env: [{ name: "POSTGRES_PASSWORD", value: "secret" }] },
    port: 5432,
    fill: ["psql", "-U", "postgres", "-c", "create table jobs (id int); insert into jobs select generate_series(1, 7)"],
    metadata: {
      ...{
        host: "source.default",
        port: "5432",
        userName: "postgres",
        dbName: "postgres",
        passwordFromEnv: "PG_PASSWORD",
      },
      ...{ query: "select count(*) from jobs", targetQueryValue: "2" },
    },
    name: "s0-postgresql",
  },
  {
    type: "mysql",
    container: { image: "mysql:8.4", env: [{ name: "MYSQL_ROOT_PASSWORD", value: "secret" }] },
    port: 3306,
    fill: [
      "mysql",
      "-uroot",
      "-psecret",
      "-e",
      "create database shop; create table shop.jobs (id int); insert into shop.jobs values (1),(2),(3),(4),(5),(6),(7)",
    ],
    metadata: {
      ...{ host: "source", port: "3306", username: "root", dbName: "shop", passwordFromEnv: "PG_PASSWORD" },
      ...{ query: "select count(*) from jobs", queryValue: "2" },
    },
    name: "s0-mysql-shop",
  },
  {
    type: "metrics-api",
    container: { image: "nginx" },
    port: 80,
    fill: ["sh", "-c", 'echo \'{"queues": [{"length": 7}]}\' > /usr/share/nginx/html/metrics.json'],
    metadata: { url: "http://source/metrics.json", valueLocation: "queues[0].length", targetValue: "2" },
    name: "s0-metric-api-queues[0]-length",
  },
  {
    type: "rabbitmq",
    container: { image: "rabbitmq:3" },
    port: 5672,
    fill: [
      "sh",
      "-c",
      "amqp-declare-queue --url=amqp://source -q work -d; for i in 1 2 3 4 5 6 7; do amqp-publish --url=amqp://source -r work -b $i; done",
    ],
    metadata: { host: "amqp://guest:guest@source.default:5672", queueName: "work", mode: "QueueLength", value: "2" },
    name: "s0-rabbitmq-work",
  },
];

describe("scalers", () => {
  it.each(SOURCES)("$type", ({ type, container, port, fill, metadata, name }) => {
    serve(cluster, "source", container, { port, targetPort: port });
    cluster.update(deploymentKind, cluster.get(deploymentKind, "worker")!, (draft) => {
      draft.spec.template.spec.containers[0]!.env = [{ name: "PG_PASSWORD", value: "secret" }];
    });
    cluster.advance(2 * MINUTE);
    if (type === "rabbitmq")
      cluster.create(
        podKind,
        podWith("client", { image: "gcr.io/myproject/job-wq-1", command: fill }, { restartPolicy: "Never" }),
      );
    else exec(cluster, fill, "source");
    cluster.advance(10_000);
    scaledObject([{ type, metadata }]);
    cluster.advance(3 * MINUTE);
    expect(shown().status.externalMetricNames).toEqual([name]);
    expect(condition("Active")).toMatchObject({ status: "True" });
    expect(replicas()).toBe(4);
  });
});

describe("a ScaledJob", () => {
  it("makes Jobs for what waits, and no more than it may", () => {
    startRedis();
    const containers = [{ name: "c", image: "busybox", command: ["sh", "-c", "sleep 20"] }];
    make("ScaledJob", "j", {
      ...{ pollingInterval: 10, maxReplicaCount: 3 },
      jobTargetRef: { template: { spec: { containers, restartPolicy: "Never" } } },
      triggers: [{ type: "redis", metadata: { address: "redis.default:6379", listName: "jobs", listLength: "1" } }],
    });
    cluster.advance(MINUTE);
    expect(cluster.list(jobKind, "default")).toEqual([]);
    redis("rpush", "jobs", "a", "b", "c", "d", "e");
    cluster.advance(15_000);
    const jobs = cluster.list(jobKind, "default");
    expect(jobs.map(({ metadata }) => metadata.labels?.["scaledjob.keda.sh/name"])).toEqual(["j", "j", "j"]);
    expect(jobs[0]?.metadata.name).toMatch(/^j-[a-z0-9]{5}$/);
    redis("del", "jobs");
    cluster.advance(5 * MINUTE);
    expect(cluster.list(jobKind, "default").every(({ status }) => status.succeeded === 1)).toBe(true);
    expect(restMs(cluster)).toBeGreaterThan(10 * MINUTE);
  });
});
