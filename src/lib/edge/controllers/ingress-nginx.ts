/**
 * ingress-nginx.
 * Source: kubernetes/ingress-nginx pkg/flags/flags.go, internal/ingress/status/status.go
 */
import { flag, isSet } from "../flags.ts";
import { type IngressController, namespacedName } from "../ingress-controller.ts";

export const ingressNginx: IngressController = {
  name: "ingress-nginx",
  images: [
    "registry.k8s.io/ingress-nginx/controller",
    "registry.k8s.io/ingress-nginx/controller-chroot",
    "k8s.gcr.io/ingress-nginx/controller",
    "quay.io/kubernetes-ingress-controller/nginx-ingress-controller",
  ],
  scope: ({ args }) => {
    const namespace = flag(args, "watch-namespace");
    const configMap = flag(args, "configmap");
    const defaultService = flag(args, "default-backend-service");
    return {
      controllerClass: flag(args, "controller-class") ?? "k8s.io/ingress-nginx",
      annotationClass: flag(args, "ingress-class") ?? "nginx",
      servesWithoutClass: isSet(args, "watch-ingress-without-class"),
      servesByName: isSet(args, "ingress-class-by-name"),
      annotationPrefix: flag(args, "annotations-prefix") ?? "nginx.ingress.kubernetes.io",
      ...(namespace && { namespace }),
      ...(configMap && { configMap }),
      ...(defaultService && { defaultService }),
    };
  },
  published: ({ args, namespace }) => {
    if (flag(args, "update-status") === "false") return { type: "nothing" };
    const addresses = flag(args, "publish-status-address");
    if (addresses) return { type: "addresses", values: addresses.split(",").map((one) => one.trim()) };
    const service = flag(args, "publish-service");
    if (service) return { type: "service", ...namespacedName(service, namespace) };
    return { type: "nodes", prefersInternal: isSet(args, "report-node-internal-ip-address") };
  },
  event: { reason: "Sync", message: "Scheduled for sync", component: "nginx-ingress-controller" },
  statusPeriodMs: 60_000,
};
