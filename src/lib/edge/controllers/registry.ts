/** The Ingress controllers that are known. A new one needs a file here, one line, and a program in its image. */
import { type IngressController, repositoryOf } from "../ingress-controller.ts";
import { haproxy } from "./haproxy.ts";
import { ingressNginx } from "./ingress-nginx.ts";
import { nginxInc } from "./nginx-inc.ts";
import { traefik } from "./traefik.ts";

const INGRESS_CONTROLLERS: readonly IngressController[] = [ingressNginx, traefik, haproxy, nginxInc];

const byImage = new Map(INGRESS_CONTROLLERS.flatMap((each) => each.images.map((image) => [image, each])));

/** The implementation that an image contains; undefined for other images. */
export function ingressControllerOf(image: string): IngressController | undefined {
  return byImage.get(repositoryOf(image));
}
