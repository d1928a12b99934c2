/** The surroundings of a container's processes: its files, its programs, and the machine that they see. */
import { quantityMilliValue, quantityValue } from "../../lib/quantity.ts";
import { parseTime } from "../../lib/time.ts";
import type { ShellFlavour, System } from "../../shell/contract.ts";
import type { HostFacts } from "../../shell/program.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { podHostname } from "../mounts/hostname.ts";
import type { OpenedFiles } from "./container-files.ts";
import { software } from "./software.ts";

export function systemOf(
  host: HostFacts,
  files: OpenedFiles,
  {
    shell,
    ...rest
  }: { shell: ShellFlavour } & Required<Pick<System, "isPortTaken" | "answerNow">> & Pick<System, "neighbours">,
): System {
  const findProgram = (name: string) => software().findProgram(name, shell);
  return { filesFor: (credentials, pid) => files.filesFor(credentials, pid), findProgram, host, shell, ...rest };
}

export function hostFacts({ pod, node, state }: PodContext, { spec, record }: PodContainer): HostFacts {
  const { capacity, nodeInfo } = node.status;
  const limits = (record.resources ?? spec.resources)?.limits ?? {};
  return {
    hostname: podHostname(pod, node),
    kernelRelease: nodeInfo?.kernelVersion ?? "",
    architecture: nodeInfo?.architecture === "arm64" ? "aarch64" : "x86_64",
    cpus: quantityValue(capacity?.["cpu"] ?? "1"),
    memoryBytes: quantityValue(capacity?.["memory"] ?? "0"),
    ...(limits["cpu"] !== undefined && { cpuLimit: quantityMilliValue(limits["cpu"]) / 1000 }),
    ...(limits["memory"] !== undefined && { memoryLimitBytes: quantityValue(limits["memory"]) }),
    bootedAtMs: parseTime(node.metadata.creationTimestamp ?? "1970-01-01T00:00:00Z"),
    podAddresses: state.podIp === undefined ? [] : [state.podIp],
    nodeName: node.metadata.name ?? "",
  };
}
