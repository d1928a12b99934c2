/** ZooKeeper, and the image of Kubernetes' tutorial "Running ZooKeeper". */
import { zkCli } from "../../programs/servers/zookeeper/cli.ts";
import { zookeeper } from "../../programs/servers/zookeeper/server.ts";
import { startZookeeper, zookeeperEntrypoint } from "../../programs/servers/zookeeper/start.ts";
import { bitnamiImage } from "../bitnami/layout.ts";
import { MB, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { directories, executable, file, link } from "../tree.ts";

/** Answers whether the server is fine. */
const READY =
  '#!/usr/bin/env bash\nOK=$(echo ruok | nc 127.0.0.1 $1)\nif [ "$OK" == "imok" ]; then\n  exit 0\nelse\n  exit 1\nfi\n';

const PROGRAMS = { zookeeper, "zookeeper-cli": zkCli, "zookeeper-entrypoint": zookeeperEntrypoint };

function files(folder: string) {
  return {
    "/usr/bin/java": executable("zookeeper", { sizeBytes: 15_000_000 }),
    "/usr/bin/nc": executable("nc"),
    [`${folder}/zkCli.sh`]: executable("zookeeper-cli"),
    [`${folder}/zkServer.sh`]: executable("zookeeper-entrypoint"),
  };
}

const official: ImageFamily = {
  repositories: library("zookeeper").concat("docker.io/confluentinc/cp-zookeeper", "docker.io/wurstmeister/zookeeper"),
  tags: { versions: "3.4:14 3.5-9:9 5.0-5:9 6.0-2:9 7.0-9:9", prefix: "optional", variants: "[\\w.-]+" },
  image: ({ version }) =>
    onDebian("bookworm", {
      sizeBytes: 110 * MB,
      env: {
        PATH: "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin:/apache-zookeeper/bin",
        ZOO_VERSION: /^3\./.test(version) ? version : "3.8.4",
        ZOO_CONF_DIR: "/conf",
        ZOO_DATA_DIR: "/data",
        ZOO_DATA_LOG_DIR: "/datalog",
      },
      entrypoint: ["/docker-entrypoint.sh"],
      cmd: ["zkServer.sh", "start-foreground"],
      ports: [2181, 2888, 3888, 8080],
      files: () => ({
        "/docker-entrypoint.sh": executable("zookeeper-entrypoint"),
        ...files("/apache-zookeeper/bin"),
        ...directories("/conf /data /datalog /logs", { uid: 1000, gid: 1000, mode: 0o777 }),
      }),
    }),
  programs: PROGRAMS,
};

const tutorial: ImageFamily = {
  repositories: [
    "registry.k8s.io/kubernetes-zookeeper",
    "gcr.io/google_containers/kubernetes-zookeeper",
    "gcr.io/google_samples/k8szk",
  ],
  tags: {
    versions: "1.0:1",
    variants: "3\\.4\\.\\d+",
    prefix: "optional",
    words: { v1: "1.0.1", v2: "1.0.1", v3: "1.0.1" },
  },
  image: () =>
    onDebian("bookworm", {
      sizeBytes: 140 * MB,
      env: { ZOO_VERSION: "3.4.10", ZK_USER: "zookeeper" },
      cmd: ["/bin/bash"],
      accounts: [{ name: "zookeeper", uid: 1000 }],
      files: () => ({
        ...files("/usr/bin"),
        "/usr/bin/start-zookeeper": executable("zookeeper-start", { sizeBytes: 9000 }),
        ...Object.fromEntries(["ps", "pgrep", "pkill", "top"].map((name) => [`/usr/bin/${name}`, executable(name)])),
        "/usr/bin/zookeeper-ready": file(READY, { mode: 0o755 }),
        ...directories("/opt/zookeeper /opt/zookeeper/conf /opt/zookeeper/bin", { uid: 1000, gid: 1000, mode: 0o755 }),
        ...directories("/var/lib/zookeeper /var/log/zookeeper", { uid: 1000, gid: 1000, mode: 0o755 }),
      }),
    }),
  programs: { "zookeeper-start": startZookeeper },
};

const HEALTH = `if [[ "$(echo ruok | nc 127.0.0.1 "\${ZOO_PORT_NUMBER:-2181}")" != imok ]]; then exit 1; fi`;

const bitnami: ImageFamily = {
  repositories: ["docker.io/bitnami/zookeeper"],
  tags: { versions: "3.4:14 3.5-9:9", variants: "debian-1\\d(?:-r\\d{1,3})?", grows: true },
  image: (facts) =>
    bitnamiImage({
      ...{ name: "zookeeper", title: "ZooKeeper", facts, sizeBytes: 190 * MB, ports: [2181, 2888, 3888, 8080] },
      env: { ZOO_VERSION: facts.version, ZOO_CONF_DIR: "/opt/bitnami/zookeeper/conf" },
      variables: `export ZOO_MY_ID="\${ZOO_SERVER_ID:-1}"
export ZOO_DATA_DIR=/bitnami/zookeeper/data ZOO_DATA_LOG_DIR="\${ZOO_DATA_LOG_DIR:-/bitnami/zookeeper/data}"
export ZOO_4LW_COMMANDS_WHITELIST="\${ZOO_4LW_COMMANDS_WHITELIST:-srvr, mntr}"
if [[ "\${ZOO_SERVERS:-}" = *::* ]]; then
  servers=
  for server in \${ZOO_SERVERS//[,;]/ }; do servers+="server.\${server##*::}=\${server%%::*};2181 "; done
  export ZOO_SERVERS="$servers"
fi`,
      run: "exec docker-entrypoint.sh zkServer.sh start-foreground",
      programs: {},
      files: {
        ...files("/opt/bitnami/zookeeper/bin"),
        "/usr/local/bin/docker-entrypoint.sh": executable("zookeeper-entrypoint"),
        "/entrypoint.sh": link("/opt/bitnami/scripts/zookeeper/entrypoint.sh"),
        "/run.sh": link("/opt/bitnami/scripts/zookeeper/run.sh"),
        "/opt/bitnami/scripts/zookeeper/healthcheck.sh": file(`#!/bin/bash\n${HEALTH}\n`, { mode: 0o775 }),
      },
    }),
};

export const ZOOKEEPER: readonly ImageFamily[] = [official, tutorial, bitnami];
