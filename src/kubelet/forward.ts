/**
 * Connections of `port-forward`: from the loopback device of the pod's network to the process that listens there.
 * Kubernetes: pkg/kubelet/kubelet_pods.go (`GetPortForward`); containerd: internal/cri/server/sandbox_portforward_linux.go
 */
import type { ContainerAccess } from "../cluster/container-access.ts";
import type { Transaction } from "../cluster/transaction.ts";
import { digestOf } from "../lib/hash.ts";
import { exchange } from "../network/wire/exchange.ts";
import type { Pod } from "../schema/index.ts";
import { containersOf } from "./context.ts";
import { lookContext } from "./look-context.ts";
import { Look } from "./runtime/look.ts";

const LOOPBACK = "127.0.0.1";

export const portProblem: ContainerAccess["portProblem"] = (tx, pod, port) => {
  const look = openPod(tx, pod);
  const isListening = look !== undefined && hasListener(look, port);
  look?.keep();
  return isListening ? undefined : refusedText(pod, port);
};

export const forward: ContainerAccess["forward"] = (tx, pod, port, connection, input) => {
  const look = openPod(tx, pod);
  const before = look?.outline();
  let hasAsked = false;
  const output = exchange(connection, input, (request) => {
    hasAsked = true;
    return look?.serve({ ...request, port, from: LOOPBACK });
  });
  if (hasAsked) look?.store(before);
  return output;
};

function hasListener({ processes }: Look, port: number): boolean {
  const listeners = [...processes.all].flatMap(({ run }) => run.machine.listeners);
  return listeners.some((each) => each.port === port && each.protocol === "tcp");
}

/** All running containers of the pod; undefined if it has none. */
function openPod(tx: Transaction, pod: Pod): Look | undefined {
  const context = lookContext(tx, pod);
  if (!context) return undefined;
  const look = new Look(context);
  for (const container of containersOf(context)) {
    if (container.record.shows === "running" && container.record.end === undefined) look.open(container);
  }
  return look;
}

function refusedText({ metadata }: Pod, port: number): string {
  const sandbox = digestOf(`sandbox/${metadata.uid}`);
  const network = `/var/run/netns/cni-${digestOf(`network/${metadata.uid}`).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12}).*$/, "$1-$2-$3-$4-$5")}`;
  const tried = `IPv4: dial tcp4 127.0.0.1:${port}: connect: connection refused IPv6 dial tcp6 [::1]:${port}: connect: connection refused `;
  const problem = `failed to connect to localhost:${port} inside namespace "${sandbox}", ${tried}`;
  return `error forwarding port ${port} to pod ${sandbox}, uid : failed to execute portforward in network namespace "${network}": ${problem}`;
}
