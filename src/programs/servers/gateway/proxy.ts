/** The proxy of a Gateway as a program: it listens on the ports in its environment. */
import { LISTENER_PORTS_VARIABLE } from "../../../lib/edge/gateway-controller.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { splitPath, text } from "../http.ts";
import { type Lines, server } from "../server.ts";
import { forwarded } from "./forward.ts";
import { answerGrpc } from "./grpc-calls.ts";
import { answerRequest, gatewayRulesOf, type Pages } from "./serve.ts";

export interface GatewayProxy {
  /** Ports with health and statistics. */
  healthPorts: readonly number[];
  pages: Pages;
  ready: Lines;
  memoryBytes: number;
}

export function gatewayProxy({ healthPorts, pages, ready, memoryBytes }: GatewayProxy): Program {
  return server({
    ports: (process) => [...new Set([...listenerPorts(process, "tcp"), ...healthPorts])],
    udpPorts: (process) => listenerPorts(process, "udp"),
    startMs: 800,
    ready,
    stop: { ms: 200 },
    memoryBytes: () => memoryBytes,
    http: (process, request) => {
      if (listenerPorts(process, "tcp").includes(request.port)) {
        const rules = gatewayRulesOf(process);
        return forwarded(process, request, rules) ?? answerRequest(process, request, { rules, pages });
      }
      const { path } = splitPath(request.path);
      return /ready|health|stats|metrics/.test(path) ? text(200, "LIVE\n") : text(404, "");
    },
    message: (process, request) => {
      const rules = gatewayRulesOf(process);
      const answer = forwarded(process, request, rules) ?? answerGrpc(process, request, rules);
      return answer ?? { type: "failed", why: "reset", afterMs: 0 };
    },
    raw: (process, request) =>
      forwarded(process, request, gatewayRulesOf(process)) ?? { type: "connected", data: "", afterMs: 0 },
  });
}

function listenerPorts({ env }: ProcessView, wanted: "tcp" | "udp"): number[] {
  const all = (env[LISTENER_PORTS_VARIABLE] ?? "").split(",").filter((port) => port !== "");
  return all.flatMap((text) => {
    const [port = "", protocol = "tcp"] = text.split("/");
    return protocol === wanted ? [Number(port)] : [];
  });
}
