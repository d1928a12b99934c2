/** The proxies of the known implementations, with their own pages. */
import { text } from "../http.ts";
import { slashTime } from "../log.ts";
import { errorPage } from "../nginx/pages.ts";
import { gatewayProxy } from "./proxy.ts";

const NGINX_VERSION = "1.29.3";
const ENVOY_PAGES: Readonly<Record<number, string>> = { 503: "no healthy upstream", 504: "upstream request timeout" };

/** Envoy, also as the proxy of Istio. */
export const envoy = gatewayProxy({
  healthPorts: [9901, 15_000, 15_020, 15_021, 15_090, 19_000, 19_001, 19_003],
  pages: (status) => text(status, ENVOY_PAGES[status] ?? "", { contentType: "text/plain" }),
  ready: () => [
    "[info] initializing epoch 0 (base id=0, hot restart version=11.104)",
    "[info] starting main dispatch loop",
    "Envoy proxy is ready",
  ],
  memoryBytes: 50_000_000,
});

/** The nginx of NGINX Gateway Fabric. */
export const nginxGateway = gatewayProxy({
  healthPorts: [8081, 9113],
  pages: (status) => errorPage(status === 503 ? 502 : status, NGINX_VERSION),
  ready: (process) => {
    const line = (message: string) => `${slashTime(process.nowMs)} [notice] ${process.pid}#${process.pid}: ${message}`;
    return [line(`nginx/${NGINX_VERSION}`), line("start worker processes"), "nginx agent connected"];
  },
  memoryBytes: 40_000_000,
});
