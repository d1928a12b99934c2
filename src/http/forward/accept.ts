/** Opens the WebSocket of `port-forward`: a tunnel of SPDY, as kubectl asks for it, or channels. */
import { ApiError } from "../../lib/api-error.ts";
import type { Forward, RequestScope } from "../../runtime/runtime.ts";
import { chosenProtocol } from "../channels.ts";
import { offeredProtocols } from "../sessions.ts";
import { PortChannels } from "./port-channels.ts";
import { SpdyTunnel } from "./tunnel.ts";

const TUNNEL = "SPDY/3.1+portforward.k8s.io";
/** Port-forwarding has no other versions of channels. */
const CHANNELS = new Set(["v4.channel.k8s.io", "v4.base64.channel.k8s.io"]);

const SPDY_REFUSAL =
  "this server offers port-forward over WebSocket only, and this client asked for SPDY: use kubectl 1.31 or newer, " +
  "or kubectl 1.30 with KUBECTL_PORT_FORWARD_WEBSOCKETS=true in its environment";

/** Runs the tunnel over the client's WebSocket. Throws BadRequest. */
export function acceptForward(raw: Request, forward: Forward, { waitUntil }: RequestScope): Response {
  const upgrade = (raw.headers.get("upgrade") ?? "").toLowerCase();
  if (upgrade.startsWith("spdy/")) throw new ApiError("BadRequest", SPDY_REFUSAL);
  if (upgrade !== "websocket") throw new ApiError("BadRequest", "Upgrade request required");
  const offered = offeredProtocols(raw.headers);
  const isTunnel = offered.includes(TUNNEL);
  const channels = isTunnel ? null : chosenProtocol(offered.filter((name) => CHANNELS.has(name)));
  const name = isTunnel ? TUNNEL : channels?.name;
  if (name === undefined || (name === "" && offered.length > 0)) {
    throw new ApiError("BadRequest", `none of the WebSocket subprotocols is supported: ${offered.join(", ")}`);
  }
  if (channels && forward.ports.length === 0) {
    throw new ApiError("BadRequest", 'query parameter "port" is required');
  }
  const { 0: client, 1: server } = new WebSocketPair();
  server.binaryType = "arraybuffer";
  server.accept();
  const tunnel = channels ? new PortChannels(server, channels, forward.ports) : new SpdyTunnel(server);
  waitUntil(forward.run(tunnel));
  const headers = new Headers(name === "" ? [] : [["sec-websocket-protocol", name]]);
  return new Response(null, { status: 101, webSocket: client, headers });
}
