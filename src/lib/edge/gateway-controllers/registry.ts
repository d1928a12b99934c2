/** The implementations of the Gateway API that are known. A new one needs a file here, one line, and an image. */
import type { GatewayController } from "../gateway-controller.ts";
import { repositoryOf } from "../ingress-controller.ts";
import { envoyGateway } from "./envoy-gateway.ts";
import { istio } from "./istio.ts";
import { nginxGatewayFabric } from "./nginx-gateway-fabric.ts";
import { traefikGateway } from "./traefik.ts";

const GATEWAY_CONTROLLERS: readonly GatewayController[] = [envoyGateway, nginxGatewayFabric, istio, traefikGateway];

const byImage = new Map(GATEWAY_CONTROLLERS.flatMap((each) => each.images.map((image) => [image, each])));

/** The implementation whose classes have this name by default. */
export function gatewayControllerNamed(controllerName: string): GatewayController | undefined {
  const flags = { args: [], env: {}, namespace: "" };
  return GATEWAY_CONTROLLERS.find((each) => each.controllerName(flags) === controllerName);
}

/** The implementation that an image contains; undefined for other images. */
export function gatewayControllerOf(image: string): GatewayController | undefined {
  return byImage.get(repositoryOf(image));
}
