/**
 * The statuses of a Gateway's listeners.
 * Kubernetes: https://github.com/kubernetes-sigs/gateway-api/blob/main/apis/v1/gateway_types.go
 */
import type { Transaction } from "../../cluster/transaction.ts";
import { attachedRoutes } from "../../edge/attachment.ts";
import { GATEWAY_GROUP, type Gateway, type Listener, type ListenerStatus } from "../../edge/gateway-objects.ts";
import { certificateOf } from "../../edge/references.ts";
import type { GatewayMessages } from "../../lib/edge/gateway-controller.ts";
import { condition, mergedConditions, type WantedCondition } from "./conditions.ts";

const PROTOCOLS = ["HTTP", "HTTPS"];

export function listenerStatuses(
  tx: Transaction,
  gateway: Gateway,
  messages: GatewayMessages,
  { isProgrammed, nowMs }: { isProgrammed: boolean; nowMs: number },
): ListenerStatus[] {
  const routes = attachedRoutes(tx, gateway);
  const { generation } = gateway.metadata;
  return (gateway.spec.listeners ?? []).map((listener) => {
    const before = gateway.status?.listeners?.find(({ name }) => name === listener.name);
    const wanted = conditionsOf(tx, gateway, listener, { messages, isProgrammed });
    const attached = routes.filter(({ listeners }) => listeners.some((one) => one.listener.name === listener.name));
    return {
      name: listener.name,
      supportedKinds: supportedKinds(listener),
      attachedRoutes: attached.length,
      conditions: mergedConditions(before?.conditions, wanted, { generation, nowMs }),
    };
  });
}

/** Whether the proxy can serve the listener. */
export function isUsable({ conditions }: ListenerStatus): boolean {
  return conditions.some(({ type, status }) => type === "Programmed" && status === "True");
}

function conditionsOf(
  tx: Transaction,
  gateway: Gateway,
  listener: Listener,
  { messages, isProgrammed }: { messages: GatewayMessages; isProgrammed: boolean },
): WantedCondition[] {
  const conflict = conflictOf(gateway, listener);
  const isSupported = PROTOCOLS.includes(listener.protocol);
  const certificate = certificateOf(tx, gateway, listener);
  const problem = certificate && "reason" in certificate ? certificate : kindProblem(listener);
  const accepted = !isSupported
    ? condition(
        "Accepted",
        false,
        "UnsupportedProtocol",
        `Protocol ${listener.protocol} is unsupported, must be HTTP or HTTPS.`,
      )
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

/** Two listeners of a port must agree about the protocol and differ in the hostname. */
function conflictOf({ spec }: Gateway, listener: Listener): { reason: string; message: string } | undefined {
  const others = (spec.listeners ?? []).filter((one) => one !== listener && one.port === listener.port);
  if (others.some(({ protocol }) => protocol !== listener.protocol)) {
    const message = "All listeners for a given port must use a compatible protocol";
    return { reason: "ProtocolConflict", message };
  }
  if (others.some(({ hostname = "" }) => hostname === (listener.hostname ?? ""))) {
    return { reason: "HostnameConflict", message: "All listeners for a given port must use a unique hostname" };
  }
  return undefined;
}

function supportedKinds({ allowedRoutes, protocol }: Listener): { group: string; kind: string }[] {
  if (!PROTOCOLS.includes(protocol)) return [];
  const wanted = allowedRoutes?.kinds ?? [];
  const isAllowed = wanted.length === 0 || wanted.some(isHttpRoute);
  return isAllowed ? [{ group: GATEWAY_GROUP, kind: "HTTPRoute" }] : [];
}

function kindProblem({ allowedRoutes }: Listener): { reason: string; message: string } | undefined {
  const unknown = allowedRoutes?.kinds?.find((one) => !isHttpRoute(one) && one.kind !== "GRPCRoute");
  if (!unknown) return undefined;
  return { reason: "InvalidRouteKinds", message: `Kind ${unknown.kind} is not supported, kind must be HTTPRoute` };
}

function isHttpRoute({ group = GATEWAY_GROUP, kind }: { group?: string; kind: string }): boolean {
  return group === GATEWAY_GROUP && kind === "HTTPRoute";
}
