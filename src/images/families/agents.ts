/** Agents that watch nodes: Falco and Datadog's. They start and become ready; they see and send nothing. */

import { service } from "../../programs/servers/service.ts";
import type { ImageFamily } from "../image.ts";
import { serviceImage, simpleImage } from "../simple.ts";
import { directories, executable, file } from "../tree.ts";

const DATADOG_PROGRAMS = "agent trace-agent trace-loader process-agent system-probe security-agent cluster-agent";
const AGENT_PORTS: Readonly<Record<string, readonly number[]>> = {
  agent: [5555, 5001, 8125],
  "trace-agent": [8126],
  "trace-loader": [8126],
  "cluster-agent": [5555, 5005, 5000],
};

export const AGENTS: readonly ImageFamily[] = [
  serviceImage(["docker.io/falcosecurity/falco", "docker.io/falcosecurity/falco-no-driver"], {
    ...{ base: "debian", path: "/usr/bin/falco", ports: [8765], sizeBytes: 90_000_000, startMs: 1500 },
    lines: [
      "Falco initialized with configuration files:",
      "Starting health webserver with threadiness 4, listening on 0.0.0.0:8765",
    ],
    isCommand: true,
  }),
  simpleImage({
    repositories: ["agent", "cluster-agent"].flatMap((name) =>
      ["registry.datadoghq.com/", "gcr.io/datadoghq/", "public.ecr.aws/datadog/", "docker.io/datadog/"].map(
        (registry) => `${registry}${name}`,
      ),
    ),
    tags: { versions: "1.0-60:20 6.0-60:9 7.0-80:9", grows: true, variants: "[a-z0-9.-]+" },
    ...{ base: "debian", path: "/usr/bin/entrypoint.sh", program: "datadog-agent" },
    implementation: service({
      ports: ({ argv, env }) => [
        ...(AGENT_PORTS[nameOf(argv[0])] ?? []),
        ...(env["DD_HEALTH_PORT"] ? [Number(env["DD_HEALTH_PORT"])] : []),
      ],
      listensAsDeclared: true,
      ...{ startMs: 4000, style: "go", logFd: 1, lines: ["CORE | INFO | Starting Datadog Agent v7"] },
    }),
    ...{ isCommand: true, ports: [8125, 8126], sizeBytes: 400_000_000 },
    files: {
      "/etc/datadog-agent/datadog.yaml.example": file("api_key:\n"),
      ...directories("/etc/datadog-agent/conf.d /etc/cont-init.d /var/log/datadog", { mode: 0o777 }),
      ...Object.fromEntries(
        DATADOG_PROGRAMS.split(" ").map((name) => [`/usr/bin/${name}`, executable("datadog-agent")]),
      ),
      "/opt/datadog-agent/bin/agent/agent": executable("datadog-agent"),
    },
  }),
];

function nameOf(path = ""): string {
  return path.slice(path.lastIndexOf("/") + 1);
}
