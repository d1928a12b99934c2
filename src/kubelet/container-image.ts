/**
 * The image that a container runs from.
 * Kubernetes: pkg/kubelet/images/image_manager.go
 */

import { imageOnNode } from "../images/find.ts";
import type { ImageConfig } from "../images/image.ts";
import { parseImage } from "../images/reference.ts";
import { isUnknownImage, unknownImage } from "../images/unknown.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { keptImage } from "./own-images.ts";

/** The user of images outside the catalogue in pods that must not run as root: such images have one. */
const NON_ROOT_USER = "65532";

export function imageOf({ tx, pod }: Pick<PodContext, "tx" | "pod">, { spec, record }: PodContainer): ImageConfig {
  const containerPorts = (spec.ports ?? []).map(({ containerPort }) => containerPort);
  const reference = parseImage(record.image ?? spec.image ?? "");
  if ("problem" in reference) return unknownImage("", containerPorts);
  const image = keptImage(tx, reference, record.ownImage) ?? imageOnNode(reference, { containerPorts });
  const isNonRoot = spec.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  return isNonRoot && isUnknownImage(image) ? { ...image, user: NON_ROOT_USER } : image;
}
