import { createdView } from "../../platform/creation.ts";
import { createdImage, imageRow, imageView } from "../../platform/images.ts";
import { caller, creationOf, idempotencyHeader, type PlatformApp } from "./endpoint.ts";
import { exampleImage, exampleNewImage } from "./image-examples.ts";
import { Image, NewImage } from "./image-schemas.ts";
import { apiKeySecurity, defineRoute, json, jsonBody, locationHeader, problems } from "./route.ts";

const route = defineRoute({
  method: "post",
  tags: ["Images"],
  path: "/v1/images",
  operationId: "createImage",
  summary: "Register an image",
  description:
    "Pods of all clusters of the organization can pull it from now on, by its name and tags. It replaces an image of the catalogue that has the same name and tag. No other organization sees it.",
  security: apiKeySecurity,
  request: { headers: idempotencyHeader, body: jsonBody(NewImage, exampleNewImage) },
  responses: {
    201: { description: "Registered", headers: locationHeader, content: json(Image, exampleImage) },
    ...problems(409),
  },
});

export function createImage(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store, secret } = caller(c);
    const input = c.req.valid("json");
    const row = imageRow(input, c.var.platform.now());
    const view = imageView(row);
    const { idempotency } = creationOf(c, secret, input);
    const created = createdImage(await store.createImage(row, idempotency(view)));
    const shown = createdView(created, view, "organization");
    return c.json(shown, 201, { location: `/v1/images/${shown.id}` });
  });
}
