/**
 * The HAProxy Kubernetes Ingress Controller of HAProxy Technologies.
 * Source: haproxytech/kubernetes-ingress pkg/utils/flags.go
 */
import { flag, isSet } from "../flags.ts";
import { type IngressController, namespacedName } from "../ingress-controller.ts";

export const haproxy: IngressController = {
  name: "haproxy",
  images: ["haproxytech/kubernetes-ingress"],
  scope: ({ args, namespace }) => {
    const configMap = flag(args, "configmap");
    const defaultService = flag(args, "default-backend-service");
    const annotationClass = flag(args, "ingress.class") ?? "haproxy";
    return {
      controllerClass: "haproxy.org/ingress-controller/haproxy",
      annotationClass,
      servesWithoutClass: isSet(args, "empty-ingress-class"),
      servesByName: true,
      annotationPrefix: "haproxy.org",
      ...(configMap && { configMap: Object.values(namespacedName(configMap, namespace)).join("/") }),
      ...(defaultService && { defaultService }),
    };
  },
  published: ({ args, namespace }) => {
    const service = flag(args, "publish-service");
    return service ? { type: "service", ...namespacedName(service, namespace) } : { type: "nothing" };
  },
  statusPeriodMs: 0,
};
