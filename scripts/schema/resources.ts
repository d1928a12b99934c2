/** The kinds of the registry as the documents need them. */
import type { KindDefinition } from "../../src/kinds/kind.ts";
import { assert } from "../../src/lib/assert.ts";
import type { OpenApiResource, OpenApiSubresource } from "../../src/schema/openapi/operations.ts";
import { fullNameOf, typeNameOfKind } from "../../src/schema/table.ts";

export function toOpenApiResources(kinds: readonly KindDefinition[]): OpenApiResource[] {
  return kinds.map((kind) => {
    const { schema } = kind;
    assert(typeof schema === "string", "built-in kinds have their type by name");
    return {
      group: kind.group,
      version: kind.version,
      kind: kind.kind,
      plural: kind.plural,
      namespaced: kind.namespaced,
      schema,
      verbs: kind.verbs,
      subresources: Object.fromEntries(
        Object.entries(kind.subresources ?? {}).map(([name, subresource]) => [name, toSubresource(kind, subresource)]),
      ),
    };
  });
}

type Subresource = NonNullable<KindDefinition["subresources"]>[string];

/** A subresource of another kind (Scale, Eviction) has that kind's type, if the table has it. */
function toSubresource(kind: KindDefinition, subresource: Subresource): OpenApiSubresource {
  const { verbs, kind: ownKind, group, version } = subresource;
  if (ownKind === undefined) return { verbs };
  const name = typeNameOfKind(group ?? kind.group, version ?? kind.version, ownKind);
  return { verbs, kind: ownKind, group, version, schema: name && fullNameOf(name) };
}
