/** Traefik with the rules of Ingresses. Its entry points are flags. */
import { traefik as controller } from "../../../lib/edge/controllers/traefik.ts";
import { flag, portAtEnd } from "../../../lib/edge/flags.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { reasonOf, text } from "../http.ts";
import { isoTime } from "../log.ts";
import { ingressProxy } from "./proxy.ts";

/** Entry points that serve health and metrics instead of routes. */
const INTERNAL = new Set(["traefik", "metrics", "ping"]);

export const traefik = ingressProxy({
  controller,
  ports: (process) => entryPoints(process).flatMap(({ name, port }) => (INTERNAL.has(name) ? [] : [port])),
  healthPorts: (process) => entryPoints(process).flatMap(({ name, port }) => (INTERNAL.has(name) ? [port] : [])),
  logFd: 1,
  ready: (process) => {
    const line = (message: string) => `${isoTime(process.nowMs)} INF ${message}`;
    return [
      line(`Traefik version ${process.env["TRAEFIK_VERSION"] ?? "3.6.6"} built on 2026-01-02T10:00:00Z`),
      line("Starting provider aggregator *aggregator.ProviderAggregator"),
      line("Starting provider *traefik.Provider"),
      ...(controller.scope({ args: process.argv, env: process.env, namespace: "" })
        ? [line("Starting provider *ingress.Provider")]
        : []),
    ];
  },
  page: (status) => {
    if (status === 404) return text(404, "404 page not found\n", { headers: { "x-content-type-options": "nosniff" } });
    return text(status, status === 503 ? "no available server\n" : reasonOf(status));
  },
  emptyStatus: 503,
  memoryBytes: 60_000_000,
});

/** Flags such as `--entryPoints.web.address=:8000/tcp`. Without one, Traefik listens on 80. */
function entryPoints({ argv }: ProcessView): { name: string; port: number }[] {
  const found = argv.flatMap((arg) => {
    const [, name, address] = /^--entrypoints\.([\w-]+)\.address=(.*)$/i.exec(arg) ?? [];
    return name === undefined ? [] : [{ name: name.toLowerCase(), port: portAtEnd(address, 80) }];
  });
  const hasApi = flag(argv, "api.insecure") !== undefined || flag(argv, "ping") !== undefined;
  const own = found.some(({ name }) => name === "traefik") || !hasApi ? [] : [{ name: "traefik", port: 8080 }];
  const routed = found.some(({ name }) => !INTERNAL.has(name)) ? [] : [{ name: "web", port: 80 }];
  return [...found, ...own, ...routed];
}
