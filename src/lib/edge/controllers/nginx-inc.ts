/**
 * NGINX Ingress Controller of NGINX Inc.
 * Source: nginx/kubernetes-ingress cmd/nginx-ingress/flags.go
 */
import { flag, isSet } from "../flags.ts";
import type { IngressController } from "../ingress-controller.ts";

export const nginxInc: IngressController = {
  name: "nginx-inc",
  images: ["nginx/nginx-ingress"],
  scope: ({ args }) => {
    const configMap = flag(args, "nginx-configmaps");
    return {
      controllerClass: "nginx.org/ingress-controller",
      annotationClass: flag(args, "ingress-class") ?? "nginx",
      servesWithoutClass: false,
      servesByName: false,
      annotationPrefix: "nginx.org",
      ...(configMap && { configMap }),
    };
  },
  published: ({ args, namespace }) => {
    const name = flag(args, "external-service");
    return name && isSet(args, "report-ingress-status") ? { type: "service", namespace, name } : { type: "nothing" };
  },
  event: {
    reason: "AddedOrUpdated",
    message: "Configuration for <ingress> was added or updated ",
    component: "nginx-ingress-controller",
  },
  statusPeriodMs: 0,
};
