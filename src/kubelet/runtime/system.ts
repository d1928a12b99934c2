/** What surrounds the processes of a container: its files, its programs, and the machine that they see. */
import type { ImageConfig } from "../../images/image.ts";
import { quantityMilliValue, quantityValue } from "../../lib/quantity.ts";
import { parseTime } from "../../lib/time.ts";
import type { System } from "../../shell/contract.ts";
import type { HostFacts } from "../../shell/program.ts";
import type { PodContainer, PodContext } from "../context.ts";
import type { OpenedFiles } from "./container-files.ts";
import { hostnameOf } from "./hostname.ts";
import { software } from "./software.ts";

export function systemOf(
  context: PodContext,
  container: PodContainer,
  { image, files }: { image: ImageConfig; files: OpenedFiles },
): System {
  const { findProgram } = software();
  return {
    filesFor: (credentials) => files.filesFor(credentials),
    findProgram,
    host: hostFacts(context, container),
    shell: image.shell,
  };
}

function hostFacts({ pod, node, state }: PodContext, { spec, record }: PodContainer): HostFacts {
  const { capacity, nodeInfo } = node.status;
  const limits = (record.resources ?? spec.resources)?.limits ?? {};
  return {
    hostname: hostnameOf(pod, node),
    kernelRelease: nodeInfo?.kernelVersion ?? "",
    architecture: nodeInfo?.architecture === "arm64" ? "aarch64" : "x86_64",
    cpus: quantityValue(capacity?.["cpu"] ?? "1"),
    memoryBytes: quantityValue(capacity?.["memory"] ?? "0"),
    ...(limits["cpu"] !== undefined && { cpuLimit: Number(quantityMilliValue(limits["cpu"])) / 1000 }),
    ...(limits["memory"] !== undefined && { memoryLimitBytes: Number(quantityValue(limits["memory"])) }),
    bootedAtMs: parseTime(node.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z"),
    podAddresses: state.podIp === undefined ? [] : [state.podIp],
    nodeName: node.metadata.name ?? "",
  };
}
