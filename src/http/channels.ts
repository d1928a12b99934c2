/**
 * The subprotocols of WebSockets in which clients speak to a container. A message is a number (the channel) and data.
 *
 * Kubernetes: k8s.io/apimachinery/pkg/util/remotecommand/constants.go, k8s.io/streaming/pkg/httpstream/wsstream,
 * k8s.io/apiserver/pkg/util/proxy.
 */
import { refusalStatusOf, type Status } from "../apiserver/status.ts";
import { translated } from "../apiserver/streams.ts";
import { byteString, bytesOf } from "../lib/bytes.ts";
import type { SessionResult } from "../runtime/runtime.ts";

export const STDIN = 0;
export const STDOUT = 1;
export const STDERR = 2;
const ERROR = 3;
export const RESIZE = 4;
/** Version 5: the client has closed the channel that the next byte names. */
const CLOSE = 255;

export interface ChannelProtocol {
  /** As the client offers it; empty for clients that offer none. */
  name: string;
  /** Messages are texts: a digit for the channel, and base64. */
  isBase64: boolean;
  /** The form of the last message, on the channel of errors. */
  result: "status" | "text";
  /** Version 5: the API server translates the stream, so it words results itself, and clients may close a channel. */
  isTranslated: boolean;
}

const V5: ChannelProtocol = { name: "v5.channel.k8s.io", isBase64: false, result: "status", isTranslated: true };

const PROTOCOLS: readonly ChannelProtocol[] = [
  V5,
  { name: "v4.channel.k8s.io", isBase64: false, result: "status", isTranslated: false },
  { name: "v4.base64.channel.k8s.io", isBase64: true, result: "status", isTranslated: false },
  { name: "channel.k8s.io", isBase64: false, result: "text", isTranslated: false },
  { name: "base64.channel.k8s.io", isBase64: true, result: "text", isTranslated: false },
  { name: "", isBase64: false, result: "text", isTranslated: false },
];

/** The first protocol of the client that is known, but version 5 before all others; null when none is known. */
export function chosenProtocol(offered: readonly string[]): ChannelProtocol | null {
  if (offered.includes(V5.name)) return V5;
  const names = offered.length === 0 ? [""] : offered;
  for (const name of names) {
    const protocol = PROTOCOLS.find((each) => each.name === name);
    if (protocol) return protocol;
  }
  return null;
}

/** A message of the client; `null` for one that has no meaning. */
export type ClientMessage = { type: "data"; channel: number; data: string } | { type: "close"; channel: number } | null;

/** `data` is a byte string. */
export function readMessage(protocol: ChannelProtocol, message: string | ArrayBuffer): ClientMessage {
  const bytes =
    typeof message === "string" ? byteString(new TextEncoder().encode(message)) : byteString(new Uint8Array(message));
  if (bytes === "") return null;
  const first = bytes.charCodeAt(0);
  if (!protocol.isBase64) {
    if (first === CLOSE && protocol.isTranslated) return { type: "close", channel: bytes.charCodeAt(1) };
    return { type: "data", channel: first, data: bytes.slice(1) };
  }
  const data = decoded(bytes.slice(1));
  return data === null ? null : { type: "data", channel: first - "0".charCodeAt(0), data };
}

function decoded(base64: string): string | null {
  try {
    return atob(base64);
  } catch {
    return null;
  }
}

/** `data` is a byte string. */
export function writeMessage(
  protocol: ChannelProtocol,
  channel: number,
  data: string,
): string | Uint8Array<ArrayBuffer> {
  return protocol.isBase64 ? `${channel}${btoa(data)}` : bytesOf(String.fromCharCode(channel) + data);
}

/** The last message to the client; null if there is none. Version 1 says nothing about a success. */
export function resultMessage(
  protocol: ChannelProtocol,
  result: SessionResult,
  command: readonly string[],
): string | Uint8Array<ArrayBuffer> | null {
  const status = resultStatus(protocol, result, command);
  if (protocol.result === "text" && status.status === "Success") return null;
  const text = protocol.result === "text" ? (status.message ?? "") : JSON.stringify(status);
  return writeMessage(protocol, ERROR, byteString(new TextEncoder().encode(text)));
}

function resultStatus(protocol: ChannelProtocol, result: SessionResult, command: readonly string[]): Status {
  if (result.type === "failed") return refusalStatusOf(protocol.isTranslated ? translated(result.error) : result.error);
  if (result.code === 0) return { kind: "Status", apiVersion: "v1", metadata: {}, status: "Success" };
  // The API server repeats its own client's words, the kubelet those of the container runtime.
  const how = protocol.isTranslated
    ? `command terminated with exit code ${result.code}`
    : `error executing command [${command.join(" ")}], exit code ${result.code}`;
  return {
    kind: "Status",
    apiVersion: "v1",
    metadata: {},
    status: "Failure",
    message: `command terminated with non-zero exit code: ${how}`,
    reason: "NonZeroExitCode",
    details: { causes: [{ reason: "ExitCode", message: String(result.code) }] },
  };
}
