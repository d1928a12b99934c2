/**
 * Servers of gRPC: their methods are functions of JSON messages. A call is one exchange of the protocol `grpc` of the
 * network; streams are not simulated.
 * Source: github.com/grpc/grpc-go codes/codes.go, github.com/grpc/grpc/blob/master/doc/server-reflection.md
 */
import { isJsonObject, type JsonObject, type JsonValue } from "../../lib/json.ts";
import type { ServedAnswer } from "../../shell/question.ts";
import type { MessageRequest } from "./server.ts";

export const GRPC_PROTOCOL = "grpc";
/** The service with which clients ask for the names of all services. */
export const REFLECTION = "grpc.reflection.v1.ServerReflection";

export interface GrpcCall {
  service: string;
  method: string;
  /** The name that the client calls the server by. */
  authority: string;
  /** By lower-case name. */
  headers: Readonly<Record<string, string>>;
  message: JsonObject;
}

/** Codes of gRPC by name. */
export const GRPC_CODES: Readonly<Record<string, number>> = {
  ...{ Unknown: 2, InvalidArgument: 3, DeadlineExceeded: 4, NotFound: 5, PermissionDenied: 7, Unimplemented: 12 },
  ...{ Internal: 13, Unavailable: 14, Unauthenticated: 16 },
};

export type GrpcReply = { message: JsonObject } | { code: string; text: string };

type Method = (message: JsonObject, call: GrpcCall) => GrpcReply;

/** By the full name of the service and the method's name. */
export type GrpcServices = Readonly<Record<string, Readonly<Record<string, Method>>>>;

/** Undefined: the request is not gRPC. */
export function grpcAnswer({ protocol, body }: MessageRequest, services: GrpcServices): ServedAnswer | undefined {
  const call = protocol === GRPC_PROTOCOL ? grpcCallOf(body) : undefined;
  return call && { type: "message", body: replyTo(call, services) as JsonValue, afterMs: 1 };
}

export function grpcCallOf(body: JsonValue): GrpcCall | undefined {
  if (!isJsonObject(body)) return undefined;
  const { service, method, authority, headers, message } = body;
  if (typeof service !== "string" || typeof method !== "string") return undefined;
  return {
    ...{ service, method, authority: String(authority ?? "") },
    headers: (isJsonObject(headers) ? headers : {}) as Record<string, string>,
    message: isJsonObject(message) ? message : {},
  };
}

function replyTo(call: GrpcCall, services: GrpcServices): GrpcReply {
  const { service, method, message } = call;
  if (service === REFLECTION) {
    const names = [...Object.keys(services), "grpc.reflection.v1alpha.ServerReflection"].sort();
    return { message: { services: names.map((name) => ({ name, methods: Object.keys(services[name] ?? {}) })) } };
  }
  const found = services[service];
  if (!found) return { code: "Unimplemented", text: `unknown service ${service}` };
  return (
    found[method]?.(message, call) ?? { code: "Unimplemented", text: `unknown method ${method} for service ${service}` }
  );
}
