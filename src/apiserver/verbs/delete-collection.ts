/** DELETE of a collection: one by one as by their names, in order. What is gone meanwhile is left out. */
import { resourceId } from "../../kinds/kind.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import { type VerbContext, write } from "../context.ts";
import { listOptions } from "../list-options.ts";
import type { ApiOutcome } from "../request.ts";
import { listOutcome } from "../respond.ts";
import { selectionOf } from "../selection.ts";
import { readDeleteOptions } from "./delete.ts";

export function deleteCollection(context: VerbContext): ApiOutcome {
  const { tx, kind, info, request, user } = context;
  const selection = selectionOf(kind, request.query);
  const { limit } = listOptions(request.query, { isWatch: false });
  const options = readDeleteOptions(context);
  const selected = tx
    .keys(resourceId(kind), (kind.namespaced && info.namespace) || undefined)
    .filter((key) => selection.selectsAll || selection.matches(tx.getByKey(key)!));
  const chosen = limit > 0 ? selected.slice(0, limit) : selected;

  const deleted = write(context, options, () => {
    const objects: KubernetesObject[] = [];
    for (const key of chosen) objects.push(tx.deleteObject(kind, key, { ...options, user }).object);
    return objects;
  });
  if (!options.dryRun) tx.flush();
  return listOutcome(context, { resourceVersion: String(tx.revision) }, deleted);
}
