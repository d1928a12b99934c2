/**
 * The image that a container runs from.
 * Kubernetes: pkg/kubelet/images/image_manager.go
 */

import { imageOnNode } from "../images/find.ts";
import type { ImageConfig } from "../images/image.ts";
import { parseImage } from "../images/reference.ts";
import { unknownImage } from "../images/unknown.ts";
import type { PodContainer, PodContext } from "./context.ts";
import { keptImage } from "./own-images.ts";

export function imageOf({ tx }: Pick<PodContext, "tx">, { spec, record }: PodContainer): ImageConfig {
  const containerPorts = (spec.ports ?? []).map(({ containerPort }) => containerPort);
  const reference = parseImage(record.image ?? spec.image ?? "");
  if ("problem" in reference) return unknownImage(containerPorts);
  return keptImage(tx, reference, record.ownImage) ?? imageOnNode(reference, { containerPorts });
}
