import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { imageSummaryView } from "../../platform/images.ts";
import { nextCursorOf, pageRequest } from "../../platform/page-cursor.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleImageSummary } from "./image-examples.ts";
import { ImageSummary } from "./image-schemas.ts";
import { NextCursor, PageQuery } from "./pages.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";

const ImageList = z.object({ items: z.array(ImageSummary), nextCursor: NextCursor }).openapi("ImageList");

const route = defineRoute({
  method: "get",
  tags: ["Images"],
  path: "/v1/images",
  operationId: "listImages",
  summary: "List the organization's images",
  description: "Without their content, in pages, ordered by creation. Pass `nextCursor` as `cursor` until it is null.",
  security: apiKeySecurity,
  request: { query: PageQuery },
  responses: {
    200: { description: "A page", content: json(ImageList, { items: [exampleImageSummary], nextCursor: null }) },
  },
});

export function listImages(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { limit, cursor } = c.req.valid("query");
    const page = found(await store.listImages(pageRequest(limit, cursor)), "organization");
    return c.json({ items: page.rows.map(imageSummaryView), nextCursor: nextCursorOf(page) }, 200);
  });
}
