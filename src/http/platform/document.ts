/** The OpenAPI document of the platform's API: the registered endpoints and their common parts. */
import type { PlatformApp } from "./endpoint.ts";
import { TAGS } from "./route.ts";

const DESCRIPTION = `Kubernetes clusters that are only state: for teaching and grading.

- **Keys**: the operator's token creates organizations; an organization's API key does everything else. Both are sent as
  \`Authorization: Bearer <key>\`.
- **Refusals** are problem documents (RFC 9457). Programs decide by their \`code\`.
- **Lists** of clusters, credentials, images and API keys come in pages: pass \`nextCursor\` as \`cursor\` until it is null.
- **Retries**: a creation with an \`Idempotency-Key\` is carried out once. GET, HEAD and DELETE can always be repeated.
- **Unknown names** in query and body are refused.
- Answers to GET have an \`ETag\`; a request with \`If-None-Match\` is answered by 304 while nothing has changed. The format does
  not depend on \`Accept\`.
- The clusters' own API is Kubernetes', below each cluster's \`server\`.`;

/** Registers the security schemes that operations name. */
export function registerSecurity({ openAPIRegistry: registry }: PlatformApp): void {
  const bearer = { type: "http", scheme: "bearer" } as const;
  registry.registerComponent("securitySchemes", "adminToken", { ...bearer, description: "The operator's token" });
  const description = "An organization's API key (sbk_…)";
  registry.registerComponent("securitySchemes", "apiKey", { ...bearer, description });
}

export function openApiDocument(app: PlatformApp, url: string): object {
  return app.getOpenAPI31Document({
    openapi: "3.1.0",
    info: {
      title: "Sandbar",
      version: "1",
      description: DESCRIPTION,
      license: { name: "Apache 2.0", url: "https://www.apache.org/licenses/LICENSE-2.0" },
    },
    servers: [{ url }],
    tags: Object.entries(TAGS).map(([name, description]) => ({ name, description })),
  });
}
