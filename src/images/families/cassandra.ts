/** Cassandra, and the image of Kubernetes' tutorial "Deploying Cassandra with a StatefulSet". */
import { cassandra } from "../../programs/servers/cassandra/cassandra.ts";
import { cqlsh, nodetool } from "../../programs/servers/cassandra/tools.ts";
import { MB, onDebian } from "../config.ts";
import type { ImageFamily } from "../image.ts";
import { library } from "../repositories.ts";
import { directories, executable, file } from "../tree.ts";

/** The node is ready when its own status is up and normal. */
const READY = '#!/bin/bash\nif [[ $(nodetool status | grep $POD_IP) == *"UN"* ]]; then\n  exit 0\nelse\n  exit 1\nfi\n';
const FOLDERS = "/cassandra_data /var/lib/cassandra /etc/cassandra";

const family: ImageFamily = {
  repositories: library("cassandra").concat(
    "gcr.io/google-samples/cassandra",
    "gcr.io/google_samples/cassandra",
    "docker.io/bitnami/cassandra",
  ),
  tags: {
    versions: "2.1-2:22 3.0:31 3.11:19 4.0-1:19 5.0:6 1.0 12-14",
    prefix: "optional",
    variants: "[\\w.-]+",
  },
  image: ({ version }, repository) => {
    const isTutorial = repository.startsWith("gcr.io/");
    return onDebian("bookworm", {
      sizeBytes: 150 * MB,
      env: { CASSANDRA_VERSION: isTutorial ? "3.11.2" : version },
      ...(isTutorial ? { cmd: ["/run.sh"] } : { entrypoint: ["docker-entrypoint.sh"], cmd: ["cassandra", "-f"] }),
      ports: [7000, 7001, 7199, 9042, 9160],
      accounts: [{ name: "cassandra", uid: 999 }],
      files: () => ({
        "/run.sh": executable("cassandra"),
        "/usr/local/bin/docker-entrypoint.sh": executable("exec-entrypoint"),
        "/usr/local/bin/cassandra": executable("cassandra"),
        "/usr/local/bin/nodetool": executable("nodetool"),
        "/usr/local/bin/cqlsh": executable("cqlsh"),
        "/ready-probe.sh": file(READY, { mode: 0o755 }),
        "/usr/bin/nc": executable("nc"),
        ...directories(isTutorial ? FOLDERS : FOLDERS.replace("/cassandra_data ", ""), {
          uid: 999,
          gid: 999,
          mode: 0o777,
        }),
      }),
    });
  },
  programs: { cassandra, nodetool, cqlsh },
};

export const CASSANDRA: readonly ImageFamily[] = [family];
