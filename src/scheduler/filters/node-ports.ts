/**
 * Two pods of a node may not use the same host port.
 * Kubernetes: pkg/scheduler/framework/plugins/nodeports/node_ports.go
 */
import type { Pod } from "../../schema/index.ts";
import { type Filter, rejected } from "../framework.ts";

interface HostPort {
  ip: string;
  port: number;
  protocol: string;
}

export const nodePorts: Filter = {
  name: "NodePorts",
  prepare: ({ pod }) => {
    const wanted = hostPorts(pod);
    if (wanted.length === 0) return undefined;
    return ({ pods }) => {
      const taken = pods.flatMap(hostPorts);
      const conflict = wanted.some((port) => taken.some((other) => collide(port, other)));
      return conflict ? rejected("node(s) didn't have free ports for the requested pod ports") : undefined;
    };
  },
};

/** Host ports of containers and sidecars. Ordinary init containers end before the others start and do not count. */
export function hostPorts({ spec }: Pod): HostPort[] {
  const sidecars = spec.initContainers?.filter(({ restartPolicy }) => restartPolicy === "Always") ?? [];
  return [...sidecars, ...spec.containers].flatMap(({ ports = [] }) =>
    ports
      .filter(({ hostPort }) => hostPort)
      .map(({ hostIP, hostPort = 0, protocol }) => ({
        ip: hostIP || "0.0.0.0",
        port: hostPort,
        protocol: protocol ?? "TCP",
      })),
  );
}

function collide(a: HostPort, b: HostPort): boolean {
  if (a.port !== b.port || a.protocol !== b.protocol) return false;
  return a.ip === b.ip || a.ip === "0.0.0.0" || b.ip === "0.0.0.0";
}
