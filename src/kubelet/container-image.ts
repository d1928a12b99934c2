/**
 * The image that a container runs from.
 * Kubernetes: pkg/kubelet/images/image_manager.go
 */

import { imageOnNode } from "../images/find.ts";
import type { ImageConfig } from "../images/image.ts";
import { parseImage } from "../images/reference.ts";
import { unknownImage } from "../images/unknown.ts";
import type { PodContainer } from "./context.ts";

export function imageOf({ spec, record }: PodContainer): ImageConfig {
  const containerPorts = (spec.ports ?? []).map(({ containerPort }) => containerPort);
  const reference = parseImage(record.image ?? spec.image ?? "");
  return "problem" in reference ? unknownImage(containerPorts) : imageOnNode(reference, { containerPorts });
}
