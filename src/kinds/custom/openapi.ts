/** What a server publishes of a custom resource's schema. */
import type { JsonObject } from "../../lib/json.ts";
import type { JSONSchemaProps } from "../../schema/types.ts";
import type { CustomNames } from "./structural-type.ts";

export interface CustomOpenApi {
  /** The object's schema in OpenAPI v2, which lacks `oneOf` and its like, null, and more that kubectl cannot read. */
  v2: JsonObject;
  /** The object's schema in OpenAPI v3: as it was written. References point to `#/components/schemas/`. */
  v3: JsonObject;
}

/** Both with the usual apiVersion, kind and metadata, and with the kind they are for. */
export function openApiOf(schema: JSONSchemaProps | undefined, names: CustomNames): CustomOpenApi {
  return { v2: published(schema, names, "#/definitions/"), v3: published(schema, names, "#/components/schemas/") };
}

function published(schema: JSONSchemaProps | undefined, names: CustomNames, references: string): JsonObject {
  const { group, version, kind } = names;
  return {
    ...((schema ?? { type: "object" }) as JsonObject),
    properties: {
      ...(schema?.properties as JsonObject | undefined),
      apiVersion: { description: API_VERSION, type: "string" },
      kind: { description: KIND, type: "string" },
      metadata: {
        description: METADATA,
        allOf: [{ $ref: `${references}io.k8s.apimachinery.pkg.apis.meta.v1.ObjectMeta` }],
      },
    },
    "x-kubernetes-group-version-kind": [{ group, version, kind }],
  };
}

const API_VERSION =
  "APIVersion defines the versioned schema of this representation of an object. Servers should convert recognized schemas to the latest internal value, and may reject unrecognized values. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#resources";
const KIND =
  "Kind is a string value representing the REST resource this object represents. Servers may infer this from the endpoint the client submits requests to. Cannot be updated. In CamelCase. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#types-kinds";
const METADATA =
  "Standard object's metadata. More info: https://git.k8s.io/community/contributors/devel/sig-architecture/api-conventions.md#metadata";
