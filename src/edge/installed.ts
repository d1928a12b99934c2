/** The controllers at the edge of a cluster: pods with the image of a known one. */
import type { Transaction } from "../cluster/transaction.ts";
import { podKind } from "../kinds/core/pod.ts";
import type { GatewayController } from "../lib/edge/gateway-controller.ts";
import { gatewayControllerOf } from "../lib/edge/gateway-controllers/registry.ts";
import type { ProcessFlags } from "../lib/edge/ingress-controller.ts";
import type { Container, Pod } from "../schema/index.ts";
import type { KindsOfListener } from "./attachment.ts";
import { GATEWAYS } from "./gateway-store.ts";
import { mayList, RIGHTS } from "./permissions.ts";

export interface InstalledGatewayController {
  controller: GatewayController;
  controllerName: string;
  flags: ProcessFlags;
  /** Pods that have not ended, in the order of their keys. */
  pods: readonly Pod[];
}

/** By `spec.controllerName`. Pods that may not read Gateways do nothing. */
export function installedGatewayControllers(tx: Transaction): ReadonlyMap<string, InstalledGatewayController> {
  return tx.derived("edge/gateway-controllers", [podKind, ...RIGHTS], () => {
    const found = new Map<string, InstalledGatewayController & { pods: Pod[] }>();
    for (const pod of tx.list(podKind)) {
      if (pod.status.phase === "Succeeded" || pod.status.phase === "Failed") continue;
      for (const container of pod.spec.containers) {
        const controller = gatewayControllerOf(container.image ?? "");
        const flags = controller && flagsOf(pod, container);
        const controllerName = flags && controller.controllerName(flags);
        if (!controllerName || !mayList(tx, pod, GATEWAYS.group, GATEWAYS.plural)) continue;
        const known = found.get(controllerName);
        if (known) known.pods.push(pod);
        else found.set(controllerName, { controller, controllerName, flags, pods: [pod] });
      }
    }
    return found;
  });
}

/** The kinds of routes that a controller with these flags lets attach. */
export function kindsOfListeners({
  controller,
  flags,
}: Pick<InstalledGatewayController, "controller" | "flags">): KindsOfListener {
  return ({ protocol, tls }) => controller.routeKinds({ protocol, tlsMode: tls?.mode }, flags);
}

/** Whether the pod contains a controller of Gateways. */
export function isGatewayController({ spec }: Pod): boolean {
  return spec.containers.some(({ image = "" }) => gatewayControllerOf(image) !== undefined);
}

/** The command line of a container, with its references to known variables replaced. */
export function flagsOf({ metadata }: Pod, { command = [], args = [], env = [] }: Container): ProcessFlags {
  const { namespace = "" } = metadata;
  const known: Record<string, string> = {};
  for (const { name, value, valueFrom } of env) {
    if (valueFrom?.fieldRef?.fieldPath === "metadata.namespace") known[name] = namespace;
    else if (value !== undefined) known[name] = value;
  }
  const expanded = [...command, ...args].map((arg) =>
    arg.replace(/\$\(([^)]*)\)/g, (whole, name: string) => known[name] ?? whole),
  );
  return { args: expanded, env: known, namespace };
}

export function isReady({ metadata, status }: Pod): boolean {
  return (
    metadata.deletionTimestamp === undefined &&
    (status.conditions?.some(({ type, status: value }) => type === "Ready" && value === "True") ?? false)
  );
}
