/** NGINX Ingress Controller of NGINX Inc. */
import { nginxInc as controller } from "../../../lib/edge/controllers/nginx-inc.ts";
import { flag, portAtEnd } from "../../../lib/edge/flags.ts";
import { accessTime, klog } from "../log.ts";
import { errorPage } from "../nginx/pages.ts";
import { ingressProxy } from "./proxy.ts";

const NGINX_VERSION = "1.29.3";

export const nginxInc = ingressProxy({
  controller,
  ports: ({ argv }) => [
    portAtEnd(flag(argv, "default-http-listener-port"), 80),
    portAtEnd(flag(argv, "default-https-listener-port"), 443),
  ],
  healthPorts: ({ argv }) => [
    portAtEnd(flag(argv, "ready-status-port"), 8081),
    portAtEnd(flag(argv, "prometheus-metrics-listen-port"), 9113),
  ],
  logFd: 2,
  ready: (process) => [
    klog(process, "flags.go:287", `Starting with flags: ${JSON.stringify(process.argv.slice(1))}`),
    klog(process, "main.go:131", "Kubernetes version: 1.36.2"),
    klog(process, "main.go:490", `Using nginx version: nginx/${NGINX_VERSION}`),
    klog(process, "listers.go:48", "Starting listener for Ingress"),
  ],
  page: (status) => errorPage(status, NGINX_VERSION),
  emptyStatus: 502,
  accessLine: (process, { from, method, path, headers }, { status, body }) =>
    `${from} - - [${accessTime(process.nowMs)}] "${method} ${path} HTTP/1.1" ${status} ${body.length} "${headers["referer"] ?? "-"}" "${headers["user-agent"] ?? "-"}" "-"`,
  memoryBytes: 60_000_000,
});
