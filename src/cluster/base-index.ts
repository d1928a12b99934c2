/**
 * The indexes that all clusters over one base share. They are built once for each base, so a fresh cluster takes little
 * memory.
 */
import type { ObjectKey } from "../kinds/kind.ts";
import type { BaseTemplate } from "./base-template.ts";
import { mayHaveOwners } from "./entry.ts";
import { KeyIndex } from "./key-index.ts";

export interface BaseIndex {
  /** The number of each key's object, from 1. */
  numbers: ReadonlyMap<ObjectKey, number>;
  index: KeyIndex;
  /** Keys of objects that have owners. */
  owned: readonly ObjectKey[];
}

const indexes = new WeakMap<BaseTemplate, BaseIndex>();

export function baseIndex(template: BaseTemplate): BaseIndex {
  let made = indexes.get(template);
  if (!made) {
    const index = new KeyIndex();
    for (const { key } of template.objects) index.add(key);
    made = {
      numbers: new Map(template.objects.map(({ key }, i) => [key, i + 1])),
      index,
      owned: template.objects.filter(({ body }) => mayHaveOwners(body)).map(({ key }) => key),
    };
    indexes.set(template, made);
  }
  return made;
}
