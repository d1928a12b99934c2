/**
 * A request of a client outside of the cluster, as a change of the cluster: the pods that it reaches run, log and count
 * it. The client sees what it would see of a real cluster: an answer, or an error of the network.
 */
import type { Transaction } from "../../cluster/transaction.ts";
import type { Hop } from "../../kubelet/runtime/hops.ts";
import { requestFromOutside } from "../../kubelet/runtime/outside.ts";
import { type ClientError, clientErrorOf } from "../../shell/network-failure.ts";
import { findGateway, type GatewayTarget } from "./gateway.ts";
import { findIngress, type IngressTarget } from "./ingress.ts";
import { findNodePort, type NodePortTarget } from "./node-port.ts";
import { findService, type ServiceTarget } from "./service.ts";
import { type Connection, DEFAULT_PORTS, type Found } from "./target.ts";

/** Exactly one of these. */
export interface OutsideTarget {
  service?: ServiceTarget | undefined;
  nodePort?: NodePortTarget | undefined;
  ingress?: IngressTarget | undefined;
  gateway?: GatewayTarget | undefined;
}

export interface OutsideRequest extends OutsideTarget {
  scheme: "http" | "https";
  method: string;
  /** Path and query. */
  path: string;
  /** By lower-case name. */
  headers: Record<string, string>;
  /** A byte string. */
  body: string;
  /** IPv4 address of the client. */
  from: string;
  timeoutMs: number;
}

export type OutsideFailure = "no_address" | ClientError;

export interface AnsweringPod {
  namespace: string;
  name: string;
  node: string | null;
  ip: string | null;
}

interface Outcome {
  /** The address and the port to which the client connected. */
  connected: { address: string; port: number } | null;
  /** Time that the client waited, ms. */
  afterMs: number;
  /** The pod that answered; null if none did, or if the server in front of the pods answered by itself. */
  pod: AnsweringPod | null;
  /** The pod of the server in front of it: of an Ingress controller or a Gateway. */
  proxy: AnsweringPod | null;
}

export type OutsideAnswer =
  | ({ type: "answer"; status: number; headers: Record<string, string>; body: string } & Outcome)
  | ({ type: "failed"; why: OutsideFailure; message: string } & Outcome)
  /** The request names something that the cluster does not have. */
  | { type: "invalid"; field: string; message: string };

export function answerOutside(tx: Transaction, request: OutsideRequest): OutsideAnswer {
  const { name, found } = find(tx, request);
  if (found.type === "invalid") {
    const field = found.field === undefined ? name : `${name}.${found.field}`;
    return { type: "invalid", field, message: found.message };
  }
  if (found.type === "unreachable") {
    const why = found.why === "noAddress" ? "no_address" : "unknown_host";
    return { type: "failed", why, message: found.message, connected: null, afterMs: 0, pod: null, proxy: null };
  }
  return ask(tx, request, found);
}

function find(tx: Transaction, request: OutsideRequest): { name: string; found: Found } {
  const { service, nodePort, ingress, gateway, scheme } = request;
  if (service) return { name: "service", found: findService(tx, service, scheme) };
  if (nodePort) return { name: "nodePort", found: findNodePort(tx, nodePort, scheme) };
  if (ingress) return { name: "ingress", found: findIngress(tx, ingress, scheme) };
  if (gateway) return { name: "gateway", found: findGateway(tx, gateway, scheme) };
  return { name: "", found: { type: "invalid", message: "a target is required" } };
}

function ask(tx: Transaction, request: OutsideRequest, connection: Connection): OutsideAnswer {
  const { scheme, method, path, headers, body, from, timeoutMs } = request;
  const { address, port, nodeName } = connection;
  const isDefaultPort = port === DEFAULT_PORTS[scheme];
  const name = connection.host ?? address;
  const host = headers["host"] ?? (isDefaultPort ? name : `${name}:${port}`);
  const length: Record<string, string> = body === "" ? {} : { "content-length": String(body.length) };
  const { answer, hops } = requestFromOutside(
    tx,
    {
      ...{ type: "http", scheme, host: address, port, method, path, body, timeoutMs },
      headers: { accept: "*/*", ...headers, ...length, host },
      ...(scheme === "https" && { serverName: host.replace(/:\d+$/, "") }),
    },
    { address: from, ...(nodeName !== undefined && { nodeName }) },
  );
  const outcome = { connected: { address, port }, afterMs: answer.afterMs, ...podsOf(hops, connection) };
  if (answer.type === "http") {
    const { status, headers: received, body: sent } = answer;
    return { type: "answer", status, headers: received, body: sent, ...outcome };
  }
  const why = clientErrorOf(answer);
  const message = `${MESSAGES[why]}: ${address}:${port}`;
  return { type: "failed", why, message, ...outcome };
}

function podsOf(hops: readonly Hop[], { isProxied }: Connection): Pick<Outcome, "pod" | "proxy"> {
  const first = hops.find(({ depth }) => depth === 0);
  if (!isProxied) return { pod: podOf(first), proxy: null };
  return { pod: podOf(hops.findLast(({ depth }) => depth === 1)), proxy: podOf(first) };
}

function podOf(hop: Hop | undefined): AnsweringPod | null {
  if (!hop) return null;
  const { metadata, spec, status } = hop.pod;
  const { namespace = "", name = "" } = metadata;
  return { namespace, name, node: spec.nodeName ?? null, ip: status.podIP ?? null };
}

const MESSAGES: Readonly<Record<OutsideFailure, string>> = {
  no_address: "no address",
  unknown_host: "could not resolve host",
  connection_refused: "connection refused",
  timed_out: "timed out",
  no_route_to_host: "no route to host",
  connection_reset: "the connection was closed without an answer",
};
