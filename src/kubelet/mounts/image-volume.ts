/**
 * image: the files of an image, read-only.
 * Kubernetes: KEP-4639, pkg/kubelet/images/image_manager.go
 */
import { LayerTree } from "../../files/tree.ts";
import { imageOnNode } from "../../images/find.ts";
import { parseImage } from "../../images/reference.ts";
import { findOwnImage, keepImage, keptImage } from "../own-images.ts";
import { diskOf } from "./node-disk.ts";
import type { VolumeType } from "./volume-type.ts";

export const imageVolume: VolumeType = {
  source: "image",
  problem(context, { image }) {
    const reference = parseImage(image?.reference ?? "");
    if ("problem" in reference) return `Failed to apply default image tag "${image?.reference}": ${reference.problem}`;
    const own = findOwnImage(context, reference);
    return own && "problem" in own ? own.problem : undefined;
  },
  /** The volume keeps the organization's image that it began with. */
  setUp({ context }, { name, image }) {
    const reference = parseImage(image?.reference ?? "");
    const own = "problem" in reference ? undefined : findOwnImage(context, reference);
    if (!own || "problem" in own) return;
    keepImage(context, own);
    context.state.volumeImages = { ...context.state.volumeImages, [name]: own.digest };
  },
  open({ context }, { name, image }) {
    const { tx, state, node } = context;
    const reference = parseImage(image?.reference ?? "");
    const isNamed = !("problem" in reference);
    const found = isNamed && (keptImage(tx, reference, state.volumeImages?.[name]) ?? imageOnNode(reference, {}));
    const tree = new LayerTree(found ? found.files() : {});
    return { tree, readOnly: true, ...diskOf(node, tree) };
  },
};
