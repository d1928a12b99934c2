/** Consul, and the programs of its chart. */
import { consulControlPlane } from "../../programs/operators/consul-k8s.ts";
import { consulMembers } from "../../programs/servers/consul.ts";
import type { ImageFamily } from "../image.ts";
import { serviceImage, simpleImage } from "../simple.ts";
import type { TagRule } from "../tags.ts";
import { directories, executable, script } from "../tree.ts";

const RELEASES: TagRule = { versions: "0.1-60:20 1.0-30:30 2.0-9:9", grows: true, variants: "[a-z0-9.-]+" };

export const CONSUL: readonly ImageFamily[] = [
  serviceImage(["docker.io/hashicorp/consul", "docker.io/library/consul"], {
    ...{ tags: RELEASES, base: "alpine", path: "/bin/consul", sizeBytes: 55_000_000 },
    ports: [8500, 8600, 8301, 8300, 8502],
    ...{ style: "go", logFd: 1, lines: ["==> Starting Consul agent...", "agent: Synced node info"] },
    paths: { "/v1/status/leader": '"10.0.0.1:8300"' },
    cmd: ["agent", "-dev", "-client", "0.0.0.0"],
    commands: { members: consulMembers },
    files: {
      "/usr/local/bin/docker-entrypoint.sh": script('case "$1" in -*|agent) set -- consul "$@" ;; esac\nexec "$@"'),
      "/usr/bin/curl": executable("curl"),
      ...directories("/consul/data /consul/config", { uid: 100, gid: 1000, mode: 0o775 }),
    },
  }),
  simpleImage({
    repositories: ["docker.io/hashicorp/consul-k8s-control-plane"],
    ...{ tags: RELEASES, base: "alpine", path: "/bin/consul-k8s-control-plane", program: "consul-k8s-control-plane" },
    ...{ implementation: consulControlPlane, user: "100", isCommand: true, ports: [], sizeBytes: 70_000_000 },
  }),
];
