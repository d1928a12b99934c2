/** The proxy of a Gateway as a program: it listens on the ports in its environment. */
import { LISTENER_PORTS_VARIABLE } from "../../../lib/edge/gateway-controller.ts";
import type { ProcessView, Program } from "../../../shell/program.ts";
import { splitPath, text } from "../http.ts";
import { type Lines, server } from "../server.ts";
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
    ports: (process) => [...new Set([...listenerPorts(process), ...healthPorts])],
    startMs: 800,
    ready,
    stop: { ms: 200 },
    memoryBytes: () => memoryBytes,
    http: (process, request) => {
      if (listenerPorts(process).includes(request.port)) {
        return answerRequest(process, request, { rules: gatewayRulesOf(process), pages });
      }
      const { path } = splitPath(request.path);
      return /ready|health|stats|metrics/.test(path) ? text(200, "LIVE\n") : text(404, "");
    },
  });
}

function listenerPorts({ env }: ProcessView): number[] {
  return (env[LISTENER_PORTS_VARIABLE] ?? "")
    .split(",")
    .filter((port) => port !== "")
    .map(Number);
}
