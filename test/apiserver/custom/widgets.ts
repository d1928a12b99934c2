/** A definition of Widgets, and a server with that definition. */

import { controllers } from "../../../src/controllers/registry.ts";
import type { CustomResourceDefinitionSpec } from "../../../src/schema/index.ts";
import { Server } from "../server.ts";

export const DEFINITIONS = "/apis/apiextensions.k8s.io/v1/customresourcedefinitions";
export const WIDGETS = "/apis/example.com/v1/namespaces/default/widgets";

type Version = CustomResourceDefinitionSpec["versions"][number];

export function version(name: string, more: Partial<Version> = {}): Version {
  return {
    name,
    served: true,
    storage: true,
    schema: {
      openAPIV3Schema: {
        type: "object",
        properties: {
          spec: {
            type: "object",
            properties: {
              size: { type: "integer", default: 1, minimum: 0 },
              color: { type: "string", description: "What it looks like" },
              parts: { type: "array", items: { type: "string" } },
            },
          },
          status: { type: "object", "x-kubernetes-preserve-unknown-fields": true },
        },
      },
    },
    subresources: { status: {} },
    ...more,
  };
}

export function definition(more: Partial<CustomResourceDefinitionSpec> = {}) {
  const { names = { plural: "widgets", kind: "Widget", shortNames: ["wd"], categories: ["all"] } } = more;
  return {
    apiVersion: "apiextensions.k8s.io/v1",
    kind: "CustomResourceDefinition",
    metadata: { name: `${names.plural}.${more.group ?? "example.com"}` },
    spec: { group: "example.com", scope: "Namespaced", versions: [version("v1")], ...more, names },
  };
}

export function widget(name: string, spec: object = {}, more: object = {}) {
  return { apiVersion: "example.com/v1", kind: "Widget", metadata: { name }, spec, ...more };
}

/** A server in which the definition is established and its controllers run. */
export function serverWith(...definitions: object[]): Server {
  const server = new Server(controllers);
  for (const one of definitions) {
    const answer = server.post(DEFINITIONS, one);
    if (answer.status !== 201) throw new Error(answer.text);
  }
  server.pass(1000);
  return server;
}
