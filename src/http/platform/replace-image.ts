import { found } from "../../platform/creation.ts";
import { imageRow, imageView, replacedImage } from "../../platform/images.ts";
import { requireMatch } from "./conditional-get.ts";
import { caller, ifMatchHeader, type PlatformApp } from "./endpoint.ts";
import { exampleImage, exampleNewImage } from "./image-examples.ts";
import { Image, ImagePath, NewImage } from "./image-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, problems } from "./route.ts";

const route = defineRoute({
  method: "put",
  tags: ["Images"],
  path: "/v1/images/{imageId}",
  operationId: "replaceImage",
  summary: "Replace an image",
  description:
    "As a push of the same tag does: containers keep the image that they were created from, and the next pull gets the new one. Without `pullSecret`, pulls need no login afterwards.",
  security: apiKeySecurity,
  request: { params: ImagePath, headers: ifMatchHeader, body: jsonBody(NewImage, exampleNewImage) },
  responses: { 200: { description: "Replaced", content: json(Image, exampleImage) }, ...problems(409, 412) },
});

export function replaceImage(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const present = found(await store.getImage(c.req.valid("param").imageId), "image");
    const ifMatch = c.req.header("if-match");
    requireMatch(ifMatch, imageView(present));
    const row = imageRow(c.req.valid("json"), c.var.platform.now(), present);
    replacedImage(await store.replaceImage(row, ifMatch === undefined ? null : present.version));
    return c.json(imageView(row), 200);
  });
}
