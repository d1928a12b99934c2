import { found } from "../../platform/creation.ts";
import { changedMeanwhile, imageView } from "../../platform/images.ts";
import { requireMatch } from "./conditional-get.ts";
import { caller, ifMatchHeader, type PlatformApp } from "./endpoint.ts";
import { ImagePath } from "./image-schemas.ts";
import { apiKeySecurity, defineRoute, problems } from "./route.ts";

const route = defineRoute({
  method: "delete",
  tags: ["Images"],
  path: "/v1/images/{imageId}",
  operationId: "deleteImage",
  summary: "Delete an image",
  description:
    "Containers and nodes that have it keep it. Later pulls fail, or get the catalogue's image of this name.",
  security: apiKeySecurity,
  request: { params: ImagePath, headers: ifMatchHeader },
  responses: { 204: { description: "Deleted" }, ...problems(412) },
});

export function deleteImage(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { imageId } = c.req.valid("param");
    const ifMatch = c.req.header("if-match");
    let version: string | null = null;
    if (ifMatch !== undefined) {
      const present = found(await store.getImage(imageId), "image");
      requireMatch(ifMatch, imageView(present));
      version = present.version;
    }
    const outcome = found(await store.deleteImage(imageId, version), "image");
    if (outcome === "changed") throw changedMeanwhile();
    return c.body(null, 204);
  });
}
