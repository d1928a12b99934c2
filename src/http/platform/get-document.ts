import { z } from "@hono/zod-openapi";
import { openApiDocument } from "./document.ts";
import type { PlatformApp } from "./endpoint.ts";
import { defineRoute, json } from "./route.ts";

const Document = z.looseObject({ openapi: z.string() }).openapi("OpenApiDocument");

const route = defineRoute({
  method: "get",
  tags: ["Service"],
  path: "/v1/openapi.json",
  operationId: "getOpenApiDocument",
  summary: "Read this document",
  description: "The description of the platform's API, as OpenAPI 3.1. Needs no key.",
  responses: { 200: { description: "The document", content: json(Document, { openapi: "3.1.0" }) } },
});

export function getDocument(app: PlatformApp): void {
  app.openapi(route, (c) => c.json(openApiDocument(app, c.var.platform.publicUrl), 200));
}
