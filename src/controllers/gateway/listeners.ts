/**
 * The statuses of a Gateway's listeners.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gateway_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { attachedRoutes } from "../../edge/attachment.ts";
import { GATEWAY_GROUP, type Gateway, type Listener, type ListenerStatus } from "../../edge/gateway-objects.ts";
import { type InstalledGatewayController, kindsOfListeners } from "../../edge/installed.ts";
import { certificateOf } from "../../edge/references.ts";
import type { GatewayMessages } from "../../lib/edge/gateway-controller.ts";
import type { RouteKindName } from "../../lib/edge/route-kinds.ts";
import { condition, mergedConditions, type WantedCondition } from "./conditions.ts";

export function listenerStatuses(
  tx: Transaction,
  gateway: Gateway,
  installed: InstalledGatewayController,
  { isProgrammed, nowMs }: { isProgrammed: boolean; nowMs: number },
): ListenerStatus[] {
  const { messages } = installed.controller;
  const kindsOf = kindsOfListeners(installed);
  const routes = attachedRoutes(tx, gateway, kindsOf);
  const { generation } = gateway.metadata;
  return (gateway.spec.listeners ?? []).map((listener) => {
    const before = gateway.status?.listeners?.find(({ name }) => name === listener.name);
    const kinds = kindsOf(listener);
    const wanted = conditionsOf(tx, gateway, listener, { messages, kinds, isProgrammed });
    const attached = routes.filter(({ listeners }) => listeners.some((one) => one.listener.name === listener.name));
    return {
      name: listener.name,
      supportedKinds: supportedKinds(listener, kinds),
      attachedRoutes: attached.length,
      conditions: mergedConditions(before?.conditions, wanted, { generation, nowMs }),
    };
  });
}

/** Whether the proxy can serve the listener. */
export function isUsable({ conditions }: ListenerStatus): boolean {
  return conditions.some(({ type, status }) => type === "Programmed" && status === "True");
}

interface ListenerFacts {
  messages: GatewayMessages;
  /** The kinds of routes that it can have; undefined: its protocol is not supported. */
  kinds: readonly RouteKindName[] | undefined;
  isProgrammed: boolean;
}

function conditionsOf(
  tx: Transaction,
  gateway: Gateway,
  listener: Listener,
  { messages, kinds, isProgrammed }: ListenerFacts,
): WantedCondition[] {
  const conflict = conflictOf(gateway, listener);
  const isSupported = kinds !== undefined;
  const certificate = certificateOf(tx, gateway, listener);
  const problem = certificate && "reason" in certificate ? certificate : kindProblem(listener, kinds, messages);
  const accepted = !isSupported
    ? condition("Accepted", false, "UnsupportedProtocol", messages.unsupportedProtocol(listener.protocol))
    : conflict
      ? condition("Accepted", false, conflict.reason, conflict.message)
      : condition("Accepted", true, "Accepted", messages.listenerAccepted);
  const isValid = isSupported && !conflict && !problem;
  return [
    accepted,
    isValid && isProgrammed
      ? condition("Programmed", true, "Programmed", messages.listenerProgrammed)
      : condition(
          "Programmed",
          false,
          isValid ? "Pending" : "Invalid",
          isValid ? messages.addressPending : "Listener is invalid, see other Conditions for details.",
        ),
    problem
      ? condition("ResolvedRefs", false, problem.reason, problem.message)
      : condition("ResolvedRefs", true, "ResolvedRefs", messages.listenerResolved),
    ...(conflict ? [condition("Conflicted", true, conflict.reason, conflict.message)] : [NO_CONFLICT]),
  ];
}

const NO_CONFLICT = condition("Conflicted", false, "NoConflicts", "No conflicts");

/** Two listeners of a port must agree about the protocol and differ in the hostname. UDP has ports of its own. */
function conflictOf({ spec }: Gateway, listener: Listener): { reason: string; message: string } | undefined {
  const isUdp = ({ protocol }: Listener) => protocol === "UDP";
  const others = (spec.listeners ?? []).filter(
    (one) => one !== listener && one.port === listener.port && isUdp(one) === isUdp(listener),
  );
  if (others.some(({ protocol }) => protocol !== listener.protocol)) {
    const message = "All listeners for a given port must use a compatible protocol";
    return { reason: "ProtocolConflict", message };
  }
  if (others.some(({ hostname = "" }) => hostname === (listener.hostname ?? ""))) {
    return { reason: "HostnameConflict", message: "All listeners for a given port must use a unique hostname" };
  }
  return undefined;
}

function supportedKinds(
  { allowedRoutes }: Listener,
  kinds: readonly RouteKindName[] = [],
): { group: string; kind: string }[] {
  const wanted = allowedRoutes?.kinds ?? [];
  const supported = kinds.filter((kind) => wanted.length === 0 || wanted.some((one) => isKind(one, kind)));
  return supported.map((kind) => ({ group: GATEWAY_GROUP, kind }));
}

function kindProblem(
  { allowedRoutes, protocol }: Listener,
  kinds: readonly RouteKindName[] | undefined,
  messages: GatewayMessages,
): { reason: string; message: string } | undefined {
  const unknown = kinds && allowedRoutes?.kinds?.find((one) => !kinds.some((kind) => isKind(one, kind)));
  if (!unknown) return undefined;
  return { reason: "InvalidRouteKinds", message: messages.unsupportedKind(unknown.kind, { protocol, kinds }) };
}

function isKind({ group = GATEWAY_GROUP, kind }: { group?: string; kind: string }, wanted: RouteKindName): boolean {
  return group === GATEWAY_GROUP && kind === wanted;
}
