/**
 * Where a request through the proxy of a pod or a Service goes.
 *
 * Kubernetes: pkg/registry/core/pod/strategy.go (`ResourceLocation`), pkg/registry/core/service/storage/storage.go
 */
import { notFound } from "../../../cluster/refusals.ts";
import type { Transaction } from "../../../cluster/transaction.ts";
import { podKind } from "../../../kinds/core/pod.ts";
import { serviceKind } from "../../../kinds/core/service.ts";
import { endpointSliceKind } from "../../../kinds/discovery/endpoint-slice.ts";
import { ApiError } from "../../../lib/api-error.ts";
import type { EndpointSlice, Service } from "../../../schema/index.ts";
import type { VerbContext } from "../../context.ts";

export interface Location {
  scheme: "http" | "https";
  address: string;
  port: number;
}

interface Named {
  scheme: "http" | "https";
  name: string;
  port: string;
}

const SERVICE_NAME = "kubernetes.io/service-name";
const DEFAULT_PORTS = { http: 80, https: 443 };

/** `name`, `name:port` or `scheme:name:port`; undefined if it is none of them. */
function splitName(id: string): Named | undefined {
  const parts = id.split(":");
  if (parts.length > 3) return undefined;
  const [scheme, name = "", port = ""] = parts.length === 3 ? parts : ["", ...parts];
  if (name === "" || (scheme !== "" && scheme !== "http" && scheme !== "https")) return undefined;
  return { scheme: scheme === "https" ? "https" : "http", name, port };
}

/** The pod's address, and its first port unless the request names one. Throws BadRequest, NotFound. */
export function podLocation({ tx, info }: VerbContext): Location {
  const named = splitName(info.name);
  if (!named) throw new ApiError("BadRequest", `invalid pod request ${JSON.stringify(info.name)}`);
  const { scheme, name } = named;
  const pod = tx.get(podKind, info.namespace, name);
  if (!pod) throw notFound(podKind as never, name);
  const first = pod.spec.containers.find(({ ports }) => ports && ports.length > 0)?.ports?.[0]?.containerPort;
  const port = named.port === "" ? (first ?? DEFAULT_PORTS[scheme]) : Number(named.port);
  const { podIP } = pod.status;
  if (!podIP) throw new ApiError("BadRequest", "address not allowed");
  return { scheme, address: podIP, port };
}

/** One of the ready endpoints of a Service. Throws BadRequest, NotFound, ServiceUnavailable. */
export function serviceLocation({ tx, info }: VerbContext): Location {
  const named = splitName(info.name);
  if (!named) throw new ApiError("BadRequest", `invalid service request ${JSON.stringify(info.name)}`);
  const service = tx.get(serviceKind, info.namespace, named.name);
  if (!service) throw notFound(serviceKind as never, named.name);
  const portName = portNameOf(service, named);
  const slices = slicesOf(tx, service);
  // A Service without any endpoint is named alone; one whose port has none as the client wrote it.
  if (!slices.some(({ endpoints }) => endpoints?.length)) throw noEndpoints(named.name);
  const all = slices.flatMap((slice) => readyEndpoints(slice, portName));
  const chosen = all[tx.random.below(Math.max(1, all.length))];
  if (!chosen) throw noEndpoints(info.name);
  return { scheme: named.scheme, ...chosen };
}

function portNameOf({ spec }: Service, { name, port }: Named): string {
  if (!/^\d+$/.test(port)) return port;
  const found = (spec.ports ?? []).find((one) => one.port === Number(port));
  if (found) return found.name ?? "";
  throw new ApiError("ServiceUnavailable", `no service port ${port} found for service ${JSON.stringify(name)}`);
}

function noEndpoints(service: string): ApiError {
  return new ApiError("ServiceUnavailable", `no endpoints available for service ${JSON.stringify(service)}`);
}

function slicesOf(tx: Transaction, { metadata }: Service): EndpointSlice[] {
  return tx
    .list(endpointSliceKind, metadata.namespace)
    .filter(({ metadata: own }) => own.labels?.[SERVICE_NAME] === metadata.name);
}

function readyEndpoints(
  { endpoints: all, ports }: EndpointSlice,
  portName: string,
): { address: string; port: number }[] {
  const port = (ports ?? []).find(({ name = "" }) => name === portName)?.port;
  if (port === undefined) return [];
  const ready = (all ?? []).filter(({ conditions }) => conditions?.ready !== false);
  return ready.flatMap(({ addresses }) => addresses.map((address) => ({ address, port })));
}
