/**
 * `/metrics` of the kubelet, and `/metrics/cadvisor`: CPU and memory of containers with the labels of cAdvisor.
 * Kubernetes: pkg/kubelet/metrics/metrics.go, github.com/google/cadvisor metrics/prometheus.go
 */
import type { ContainerUsage } from "../../../cluster/calls.ts";
import { quantityValue } from "../../../lib/quantity.ts";
import { parseTime } from "../../../lib/time.ts";
import type { Pod } from "../../../schema/index.ts";
import { VERSION } from "../../server-info.ts";
import { measuredPods, nodeSum, type Sum, sumOf } from "./node-usage.ts";
import { type KubeletPage, podsOf, textPage } from "./page.ts";

/** Lines of one family: `# HELP`, `# TYPE` and samples. */
function family(name: string, type: "counter" | "gauge", help: string, samples: readonly string[]): string {
  if (samples.length === 0) return "";
  const lines = samples.map((sample) => `${name}${sample}\n`).join("");
  return `# HELP ${name} ${help}\n# TYPE ${name} ${type}\n${lines}`;
}

function labelText(labels: Readonly<Record<string, string>>): string {
  return `{${Object.entries(labels)
    .map(([name, value]) => `${name}=${JSON.stringify(value)}`)
    .join(",")}}`;
}

export const kubeletMetrics: KubeletPage = ({ tx }, node) => {
  const pods = podsOf(tx, node);
  const running = pods.filter(({ status }) => status.phase === "Running");
  const containers = running.flatMap(({ status }) => status.containerStatuses ?? []);
  const inState = (state: "running" | "terminated" | "waiting") =>
    containers.filter((each) => each.state?.[state] !== undefined).length;
  const { gitVersion, major, minor, goVersion, platform } = VERSION;
  const build = { git_version: gitVersion, go_version: goVersion, major, minor, platform };
  return textPage(
    [
      family("kubelet_node_name", "gauge", "[ALPHA] The node's name. The count is always 1.", [
        `${labelText({ node: node.metadata.name ?? "" })} 1`,
      ]),
      family("kubelet_running_containers", "gauge", "[ALPHA] Number of containers currently running", [
        `${labelText({ container_state: "running" })} ${inState("running")}`,
        `${labelText({ container_state: "exited" })} ${inState("terminated")}`,
      ]),
      family("kubelet_running_pods", "gauge", "[ALPHA] Number of pods that have a running pod sandbox", [
        ` ${running.length}`,
      ]),
      family("kubernetes_build_info", "gauge", "[BETA] A metric with a constant '1' value labeled by version.", [
        `${labelText(build)} 1`,
      ]),
    ].join(""),
  );
};

export const cadvisorMetrics: KubeletPage = ({ tx, request }, node) => {
  const measured = measuredPods(tx, node);
  const ageMs = tx.nowMs - parseTime(node.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z");
  const samples: { labels: Readonly<Record<string, string>>; sum: Sum }[] = [
    { labels: { container: "", id: "/", image: "", name: "", namespace: "", pod: "" }, sum: nodeSum(measured, ageMs) },
    ...measured.flatMap(({ pod, usage }) => [
      { labels: containerLabels(pod), sum: sumOf(usage.containers) },
      ...usage.containers.map((each) => ({ labels: containerLabels(pod, each.name), sum: each })),
    ]),
  ];
  const started = measured.flatMap(({ pod, usage }) =>
    usage.containers.map(({ name, startedAtMs }: ContainerUsage) => {
      return `${labelText(containerLabels(pod, name))} ${(startedAtMs - request.offsetMs) / 1000}`;
    }),
  );
  const each = (read: (sum: Sum) => number, more = {}) =>
    samples.map(({ labels, sum }) => `${labelText({ ...labels, ...more })} ${read(sum)}`);
  const { capacity } = node.status;
  return textPage(
    [
      family(
        "container_cpu_usage_seconds_total",
        "counter",
        "Cumulative cpu time consumed in seconds.",
        each(({ cpuTimeMs }) => cpuTimeMs / 1000, { cpu: "total" }),
      ),
      family(
        "container_memory_usage_bytes",
        "gauge",
        "Current memory usage in bytes, including all memory regardless of when it was accessed",
        each(({ memoryBytes }) => memoryBytes),
      ),
      family(
        "container_memory_working_set_bytes",
        "gauge",
        "Current working set in bytes.",
        each(({ memoryBytes }) => memoryBytes),
      ),
      family(
        "container_start_time_seconds",
        "gauge",
        "Start time of the container since unix epoch in seconds.",
        started,
      ),
      family("machine_cpu_cores", "gauge", "Number of logical CPU cores.", [
        ` ${quantityValue(capacity?.["cpu"] ?? "1")}`,
      ]),
      family("machine_memory_bytes", "gauge", "Amount of memory installed on the machine.", [
        ` ${quantityValue(capacity?.["memory"] ?? "0")}`,
      ]),
    ].join(""),
  );
};

/** Without a container: the labels of the pod's own control group. */
function containerLabels({ metadata, status }: Pod, container = ""): Record<string, string> {
  const known = status.containerStatuses?.find(({ name }) => name === container);
  const id = known?.containerID?.replace(/^\w+:\/\//, "") ?? "";
  const group = `/kubepods.slice/kubepods-pod${(metadata.uid ?? "").replace(/-/g, "_")}.slice`;
  return {
    container,
    id: id === "" ? group : `${group}/cri-containerd-${id}.scope`,
    image: known?.image ?? "",
    name: id,
    namespace: metadata.namespace ?? "",
    pod: metadata.name ?? "",
  };
}
