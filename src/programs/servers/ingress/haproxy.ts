/** The HAProxy Kubernetes Ingress Controller. */
import { haproxy as controller } from "../../../lib/edge/controllers/haproxy.ts";
import { flag, portAtEnd } from "../../../lib/edge/flags.ts";
import { text } from "../http.ts";
import { slashTime } from "../log.ts";
import { ingressProxy } from "./proxy.ts";

const PAGES: Readonly<Record<number, string>> = {
  502: "<html><body><h1>502 Bad Gateway</h1>\nThe server returned an invalid or incomplete response.\n</body></html>\n",
  503: "<html><body><h1>503 Service Unavailable</h1>\nNo server is available to handle this request.\n</body></html>\n",
  504: "<html><body><h1>504 Gateway Time-out</h1>\nThe server didn't respond in time.\n</body></html>\n",
};

export const haproxyIngress = ingressProxy({
  controller,
  ports: ({ argv }) => [portAtEnd(flag(argv, "http-bind-port"), 8080), portAtEnd(flag(argv, "https-bind-port"), 8443)],
  healthPorts: () => [1024, 1042, 6060],
  logFd: 1,
  tasks: ["job-check-crd"],
  ready: (process) => [
    `${slashTime(process.nowMs)} HAProxy Ingress Controller v3.2.4`,
    `${slashTime(process.nowMs)} Build from: git@github.com:haproxytech/kubernetes-ingress.git`,
    `${slashTime(process.nowMs)} ConfigMap: ${flag(process.argv, "configmap") ?? ""}`,
    `${slashTime(process.nowMs)} Ingress class: ${flag(process.argv, "ingress.class") ?? ""}`,
  ],
  page: (status) =>
    status === 404
      ? text(404, "default backend - 404", { contentType: "text/plain" })
      : text(status, PAGES[status] ?? "", { contentType: "text/html", headers: { "cache-control": "no-cache" } }),
  emptyStatus: 503,
  memoryBytes: 80_000_000,
});
