/**
 * Traefik as an Ingress controller.
 * Source: traefik/traefik pkg/provider/kubernetes/ingress/kubernetes.go
 */
import { flag } from "../flags.ts";
import { type IngressController, namespacedName } from "../ingress-controller.ts";

const PROVIDER = "providers.kubernetesingress";

export const traefik: IngressController = {
  name: "traefik",
  images: ["traefik", "rancher/mirrored-library-traefik", "ghcr.io/traefik/traefik"],
  scope: ({ args }) => {
    const isOn = args.some((arg) => arg.toLowerCase().startsWith(`--${PROVIDER}`)) && flag(args, PROVIDER) !== "false";
    if (!isOn) return undefined;
    const wanted = flag(args, `${PROVIDER}.ingressclass`);
    return {
      controllerClass: "traefik.io/ingress-controller",
      annotationClass: wanted ?? "traefik",
      servesWithoutClass: wanted === undefined,
      servesByName: wanted !== undefined,
      annotationPrefix: "traefik.ingress.kubernetes.io",
    };
  },
  published: ({ args, namespace }) => {
    const endpoint = `${PROVIDER}.ingressendpoint`;
    const service = flag(args, `${endpoint}.publishedservice`);
    if (service) return { type: "service", ...namespacedName(service, namespace) };
    const values = [flag(args, `${endpoint}.ip`), flag(args, `${endpoint}.hostname`)].filter(
      (one) => one !== undefined,
    );
    return values.length > 0 ? { type: "addresses", values } : { type: "nothing" };
  },
  statusPeriodMs: 0,
};
