/** The surroundings of a container's processes: its files, its programs, and the machine that they see. */

import type { ImageConfig } from "../../images/image.ts";
import { isUnknownImage, standInFor } from "../../images/unknown.ts";
import { qosClassOf } from "../../kinds/core/pod-qos.ts";
import { hash32 } from "../../lib/prng.ts";
import { quantityMilliValue, quantityValue } from "../../lib/quantity.ts";
import { parseTime } from "../../lib/time.ts";
import type { Container, Node, Pod } from "../../schema/index.ts";
import type { System } from "../../shell/contract.ts";
import type { HostFacts } from "../../shell/program.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { kernelHostname } from "../mounts/hostname.ts";
import { podAddresses } from "../pod-addresses.ts";
import type { OpenedFiles } from "./container-files.ts";
import { kernelOf } from "./kernel.ts";
import { mustEnd } from "./process-start.ts";
import { software } from "./software.ts";

type Surroundings = Required<Pick<System, "isPortTaken" | "answerNow">> & Pick<System, "neighbours">;

export function systemOf(
  host: HostFacts,
  files: OpenedFiles,
  { image, ...rest }: { image: ImageConfig } & Surroundings,
): System {
  const { shell } = image;
  return {
    filesFor: (credentials, pid, charge) => files.filesFor(credentials, pid, charge),
    findProgram: (name) => software().findProgram(name, shell),
    ...(isUnknownImage(image) && { standInFor }),
    ...{ host, shell, ...rest },
  };
}

const GUARANTEED_ADJUSTMENT = -997;
const BEST_EFFORT_ADJUSTMENT = 1000;
/** The first priority of critical pods. */
const CRITICAL_PRIORITY = 2_000_000_000;

/** Kubernetes: pkg/kubelet/qos/policy.go (`GetContainerOOMScoreAdjust`) */
function oomScoreAdjustment({ spec }: Pod, { status }: Node, memoryRequest: string | undefined): number {
  const qosClass = qosClassOf(spec);
  if ((spec.priority ?? 0) >= CRITICAL_PRIORITY || qosClass === "Guaranteed") return GUARANTEED_ADJUSTMENT;
  if (qosClass === "BestEffort") return BEST_EFFORT_ADJUSTMENT;
  const capacity = quantityValue(status.capacity?.["memory"] ?? "0");
  const share = capacity === 0 ? 0 : Math.floor((1000 * quantityValue(memoryRequest ?? "0")) / capacity);
  return Math.min(Math.max(1000 - share, 1000 + GUARANTEED_ADJUSTMENT), BEST_EFFORT_ADJUSTMENT - 1);
}

/** Ids of a user namespace. */
const USER_IDS = 65_536;

export function hostFacts(
  context: PodContext,
  container: PodContainer,
  { standIn }: Pick<ImageConfig, "standIn">,
): HostFacts {
  const { pod, node } = context;
  const { spec, record } = container;
  const { capacity, nodeInfo } = node.status;
  const { limits = {}, requests = {} } = record.resources ?? spec.resources ?? {};
  const cpuRequest = requests["cpu"] ?? limits["cpu"];
  return {
    hostname: kernelHostname(pod, node),
    ...kernelOf(context),
    architecture: nodeInfo?.architecture === "arm64" ? "aarch64" : "x86_64",
    cpus: quantityValue(capacity?.["cpu"] ?? "1"),
    memoryBytes: quantityValue(capacity?.["memory"] ?? "0"),
    ...(limits["cpu"] !== undefined && { cpuLimit: quantityMilliValue(limits["cpu"]) / 1000 }),
    ...(limits["memory"] !== undefined && { memoryLimitBytes: quantityValue(limits["memory"]) }),
    ...(cpuRequest !== undefined && { cpuRequest: quantityMilliValue(cpuRequest) / 1000 }),
    ...(context.tx.settings.packages === "mirror" && { hasPackageMirror: true }),
    oomScoreAdjustment: oomScoreAdjustment(pod, node, requests["memory"]),
    bootedAtMs: parseTime(node.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z"),
    podAddresses: podAddresses(context),
    nodeName: node.metadata.name ?? "",
    ...(pod.spec.hostUsers === false && { firstUserId: firstUserId(pod) }),
    declaredPorts: declaredPorts(spec),
    ...(standIn !== undefined && mustEnd(pod, container) && { mustEnd: true }),
  };
}

/** The kubelet gives each pod a range of its own. Kubernetes: pkg/kubelet/userns/userns_manager.go */
function firstUserId({ metadata }: Pod): number {
  return USER_IDS * (1 + (hash32(metadata.uid ?? "") % (USER_IDS - 1)));
}

/** Ports that clients of the container expect: its own, and those of its probes. */
function declaredPorts({ ports = [], livenessProbe, readinessProbe, startupProbe }: Container): number[] {
  const probed = [livenessProbe, readinessProbe, startupProbe].flatMap((probe) => [
    probe?.httpGet?.port,
    probe?.tcpSocket?.port,
    probe?.grpc?.port,
  ]);
  const numbers = probed.filter((port) => typeof port === "number");
  const own = ports.filter(({ protocol = "TCP" }) => protocol === "TCP").map(({ containerPort }) => containerPort);
  return [...new Set([...own, ...numbers])];
}
