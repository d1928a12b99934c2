/** What OpenAPI documents of custom resources have in common. */

const META = "io.k8s.apimachinery.pkg.apis.meta.v1";

/** Full names of the schemas that every such document refers to. */
export const CUSTOM_SCHEMAS: readonly string[] = [
  "io.k8s.api.autoscaling.v1.Scale",
  `${META}.DeleteOptions`,
  `${META}.ListMeta`,
  `${META}.ObjectMeta`,
  `${META}.Patch`,
  `${META}.Status`,
];

/** `com.example.v1.Foo` for the kind Foo of example.com/v1: how clients name its schema. */
export function customSchemaName(group: string, version: string, kind: string): string {
  return [...group.split(".").toReversed(), version, kind].join(".");
}
