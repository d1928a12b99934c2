/**
 * image: the files of an image, read-only.
 * Kubernetes: KEP-4639, pkg/kubelet/images/image_manager.go
 */
import { LayerTree } from "../../files/tree.ts";
import { imageOnNode } from "../../images/find.ts";
import { parseImage } from "../../images/reference.ts";
import { diskOf } from "./node-disk.ts";
import type { VolumeType } from "./volume-type.ts";

export const imageVolume: VolumeType = {
  source: "image",
  problem(_context, { image }) {
    const reference = parseImage(image?.reference ?? "");
    return "problem" in reference
      ? `Failed to apply default image tag "${image?.reference}": ${reference.problem}`
      : undefined;
  },
  open({ context }, { image }) {
    const reference = parseImage(image?.reference ?? "");
    const files = "problem" in reference ? {} : imageOnNode(reference, {}).files();
    return { tree: new LayerTree(files), readOnly: true, ...diskOf(context.node, 0) };
  },
};
