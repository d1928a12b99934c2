import type { LifecycleHandler, Probe } from "../../../../schema/index.ts";
import {
  type AnyContainer,
  allContainers,
  type Check,
  containersNamed,
  distinct,
  namesWhere,
  plural,
  quoted,
} from "../check.ts";

/** Probes and life cycle handlers must address the pod itself, not another host that the kubelet can reach. */
export const hostProbesAndHostLifecycle: Check = {
  id: "hostProbesAndHostLifecycle",
  level: "baseline",
  versions: [
    {
      since: 34,
      test({ spec }) {
        const names = distinct(namesWhere(spec, (container) => hostsOf(container).length > 0));
        if (names.length === 0) return null;
        const hosts = distinct(allContainers(spec).flatMap(hostsOf));
        const use = names.length === 1 ? "uses" : "use";
        const what = plural("probe or lifecycle host", hosts.length);
        return {
          reason: "probe or lifecycle host",
          detail: `${containersNamed(names)} ${use} ${what} ${quoted(hosts)}`,
        };
      },
    },
  ],
};

function hostsOf({ livenessProbe, readinessProbe, startupProbe, lifecycle }: AnyContainer): string[] {
  const asking: (Probe | LifecycleHandler | undefined)[] = [
    livenessProbe,
    readinessProbe,
    startupProbe,
    lifecycle?.postStart,
    lifecycle?.preStop,
  ];
  return asking.flatMap((each) => [each?.httpGet?.host, each?.tcpSocket?.host]).filter((host) => !!host) as string[];
}
