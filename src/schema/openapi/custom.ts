/** Common parts of the OpenAPI documents of custom resources. */

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Full names of the schemas that every such document references. */
export const CUSTOM_SCHEMAS: readonly string[] = [
  "io.k8s.api.autoscaling.v1.Scale",
  `${META}.DeleteOptions`,
  `${META}.ListMeta`,
  `${META}.ObjectMeta`,
  `${META}.Patch`,
  `${META}.Status`,
];

/** The schema name in clients: `com.example.v1.Foo` for the kind Foo of example.com/v1. */
export function customSchemaName(group: string, version: string, kind: string): string {
  return [...group.split(".").toReversed(), version, kind].join(".");
}
