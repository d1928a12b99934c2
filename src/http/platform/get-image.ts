import { found } from "../../platform/creation.ts";
import { imageView } from "../../platform/images.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleImage } from "./image-examples.ts";
import { Image, ImagePath } from "./image-schemas.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";

const route = defineRoute({
  method: "get",
  tags: ["Images"],
  path: "/v1/images/{imageId}",
  operationId: "getImage",
  summary: "Read an image",
  description: "As it was registered, without the password of its login.",
  security: apiKeySecurity,
  request: { params: ImagePath },
  responses: { 200: { description: "The image", content: json(Image, exampleImage) } },
});

export function getImage(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const image = found(await store.getImage(c.req.valid("param").imageId), "image");
    return c.json(imageView(image), 200);
  });
}
