/** MongoDB, memcached and RabbitMQ with their clients. */
import { AMQP_TOOLS } from "../../programs/servers/brokers/amqp.ts";
import { memcached, memcachedEntrypoint } from "../../programs/servers/brokers/memcached.ts";
import { rabbitmqctl, rabbitmqEntrypoint, rabbitmqServer } from "../../programs/servers/brokers/rabbitmq.ts";
import { mongoEntrypoint } from "../../programs/servers/mongo/entrypoint.ts";
import { mongoExpress } from "../../programs/servers/mongo/express.ts";
import { mongod } from "../../programs/servers/mongo/mongod.ts";
import { MB, onDebian, onVariant } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { simpleImage } from "../simple.ts";
import { ALPINE_VARIANT, DEBIAN_VARIANT } from "../tags.ts";
import { directory, executable, file } from "../tree.ts";

const mongo: ImageFamily = {
  repositories: library("mongo").concat(
    "docker.io/mongodb/mongodb-community-server",
    "registry.k8s.io/e2e-test-images/mongo",
  ),
  tags: {
    versions: "2.6:12 3.0:15 3.2:21 3.4:24 3.6:23 4.0:28 4.2:24 4.4:30 5.0:32 6.0:27 7.0:28 8.0:17 8.2:3",
    variants:
      "(?:wheezy|jessie|stretch|jammy|noble|focal|bionic|xenial|ubi\\d|nanoserver|windowsservercore|debian-\\d+-r\\d+|ubuntu\\d+)[\\w.-]*",
  },
  image: ({ version }) => {
    // The old shell is in images before 6.0, the new one since 5.0.
    const major = Number(version.split(".")[0]);
    const shells = [...(major < 6 ? ["mongo"] : []), ...(major >= 5 ? ["mongosh"] : [])];
    return onDebian("noble", {
      sizeBytes: 310 * MB,
      env: {
        MONGO_PACKAGE: "mongodb-org",
        MONGO_MAJOR: version.split(".").slice(0, 2).join("."),
        MONGO_VERSION: version,
      },
      entrypoint: ["docker-entrypoint.sh"],
      cmd: ["mongod"],
      ports: [27_017],
      accounts: [{ name: "mongodb", uid: 999 }],
      files: () => ({
        "/usr/local/bin/docker-entrypoint.sh": executable("mongo-entrypoint", { sizeBytes: 14_000 }),
        "/usr/bin/mongod": executable("mongod", { sizeBytes: 180_000_000 }),
        "/usr/bin/jq": executable("jq"),
        ...Object.fromEntries(
          shells.map((name) => [`/usr/bin/${name}`, executable("mongosh", { sizeBytes: 120_000_000 })]),
        ),
        "/docker-entrypoint-initdb.d": directory(),
        "/data/db": directory({ uid: 999, gid: 999 }),
        "/data/configdb": directory({ uid: 999, gid: 999 }),
      }),
    });
  },
  programs: { mongod, "mongo-entrypoint": mongoEntrypoint },
};

const mongoExpressFamily = simpleImage({
  repositories: library("mongo-express"),
  tags: { versions: "0.49:0 0.54:0 1.0:2", variants: "[\\w.-]+" },
  base: "alpine",
  path: "/docker-entrypoint.sh",
  program: "mongo-express",
  implementation: mongoExpress,
  ports: [8081],
  sizeBytes: 60 * MB,
});

const memcachedFamily: ImageFamily = {
  repositories: library("memcached"),
  tags: { versions: "1.4:39 1.5:22 1.6:40", variants: `${ALPINE_VARIANT}|${DEBIAN_VARIANT}|debian-\\d+-r\\d+` },
  image: (facts) =>
    onVariant(
      facts,
      {
        sizeBytes: 33 * MB,
        user: "memcache",
        env: { MEMCACHED_VERSION: facts.version },
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["memcached"],
        ports: [11_211],
        accounts: [{ name: "memcache", uid: 11_211 }],
        files: () => ({
          "/usr/local/bin/docker-entrypoint.sh": executable("memcached-entrypoint", { sizeBytes: 400 }),
          "/usr/local/bin/memcached": executable("memcached", { sizeBytes: 400_000 }),
        }),
      },
      { sizeBytes: 4 * MB },
    ),
  programs: { memcached, "memcached-entrypoint": memcachedEntrypoint },
};

const RABBITMQ_TOOLS = ["rabbitmqctl", "rabbitmq-diagnostics", "rabbitmq-queues"];

const rabbitmq: ImageFamily = {
  repositories: library("rabbitmq"),
  tags: {
    versions: "3.6-12:16 3.13:7 4.0-3:9",
    variants: `management|(?:management-)?(?:${ALPINE_VARIANT})|debian-\\d+-r\\d+`,
  },
  image: (facts) =>
    onVariant(
      facts,
      {
        sizeBytes: 118 * MB,
        env: {
          RABBITMQ_VERSION: facts.version,
          RABBITMQ_DATA_DIR: "/var/lib/rabbitmq",
          ...(facts.variant.includes("management") && { RABBITMQ_MANAGEMENT: "yes" }),
        },
        entrypoint: ["docker-entrypoint.sh"],
        cmd: ["rabbitmq-server"],
        ports: [4369, 5671, 5672, 15_691, 15_692, 25_672],
        accounts: [{ name: "rabbitmq", uid: 999 }],
        files: () => ({
          "/usr/local/bin/docker-entrypoint.sh": executable("rabbitmq-entrypoint", { sizeBytes: 3000 }),
          "/opt/rabbitmq/sbin/rabbitmq-server": executable("rabbitmq-server"),
          "/usr/local/bin/rabbitmq-server": executable("rabbitmq-server"),
          ...Object.fromEntries(RABBITMQ_TOOLS.map((name) => [`/usr/local/bin/${name}`, executable("rabbitmqctl")])),
          "/etc/rabbitmq": directory({ uid: 999, gid: 999, mode: 0o777 }),
          "/var/lib/rabbitmq": directory({ uid: 999, gid: 999, mode: 0o777 }),
        }),
      },
      { sizeBytes: 70 * MB },
    ),
  programs: { "rabbitmq-server": rabbitmqServer, rabbitmqctl, "rabbitmq-entrypoint": rabbitmqEntrypoint },
};

const WORKER = `#!/usr/bin/env python
# Prints its input and sleeps for 10 seconds.
import sys
import time
print("Processing " + sys.stdin.readlines()[0])
time.sleep(10)
`;

/** The image that the page "Coarse Parallel Processing Using a Work Queue" builds: a worker of a queue. */
const workQueue: ImageFamily = {
  repositories: ["gcr.io/myproject/job-wq-1", "gcr.io/google-samples/job-wq-1", "docker.io/library/job-wq-1"],
  tags: { versions: "1.0:1", words: { v1: "1.0.0" } },
  image: () =>
    onDebian("noble", {
      sizeBytes: 90 * MB,
      cmd: ["/bin/sh", "-c", "/usr/bin/amqp-consume --url=$BROKER_URL -q $QUEUE -c 1 /worker.py"],
      files: () => ({
        ...Object.fromEntries(Object.keys(AMQP_TOOLS).map((name) => [`/usr/bin/${name}`, executable(name)])),
        "/usr/bin/python": executable("python3", { sizeBytes: 6_000_000 }),
        "/usr/bin/python3": executable("python3", { sizeBytes: 6_000_000 }),
        "/worker.py": file(WORKER, { mode: 0o755 }),
      }),
    }),
  programs: AMQP_TOOLS,
};

export const DOCUMENTS: readonly ImageFamily[] = [mongo, mongoExpressFamily, memcachedFamily, rabbitmq, workQueue];
