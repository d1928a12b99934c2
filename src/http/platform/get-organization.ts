import { z } from "@hono/zod-openapi";
import { found } from "../../platform/creation.ts";
import { organizationView } from "../../platform/organizations.ts";
import { notFound } from "../../platform/problem.ts";
import { caller, type PlatformApp } from "./endpoint.ts";
import { exampleOrganization } from "./examples.ts";
import { apiKeySecurity, defineRoute, json } from "./route.ts";
import { Organization, pathParameter } from "./schemas.ts";

/** Stands for the id of the API key's organization. */
const CURRENT = "current";

const response = { description: "The organization", content: json(Organization, exampleOrganization) };

const route = defineRoute({
  method: "get",
  tags: ["Organizations"],
  path: "/v1/organizations/{organizationId}",
  operationId: "getOrganization",
  summary: "Read the organization of the API key",
  description: "By its id, or by `current`. Other organizations are not found.",
  security: apiKeySecurity,
  request: { params: z.object({ organizationId: pathParameter("organizationId", CURRENT) }) },
  responses: { 200: response },
});

const deprecatedRoute = defineRoute({
  method: "get",
  tags: ["Organizations"],
  path: "/v1/organization",
  operationId: "getOrganizationOfKey",
  deprecated: true,
  summary: "Read the organization of the API key",
  description: "Use `/v1/organizations/current`.",
  security: apiKeySecurity,
  responses: { 200: response },
});

export function getOrganization(app: PlatformApp): void {
  app.openapi(route, async (c) => {
    const { store } = caller(c);
    const { organizationId } = c.req.valid("param");
    const organization = found(await store.organization(), "organization");
    if (organizationId !== CURRENT && organizationId !== organization.id) throw notFound("organization");
    return c.json(organizationView(organization), 200);
  });
  app.openapi(deprecatedRoute, async (c) => {
    const { store } = caller(c);
    return c.json(organizationView(found(await store.organization(), "organization")), 200);
  });
}
