/** DELETE of a collection: what a list with the same options shows, one by one, and shows it as it was. */
import { type VerbContext, write } from "../context.ts";
import { listOptions } from "../list-options.ts";
import type { ApiOutcome } from "../request.ts";
import { listOutcome } from "../respond.ts";
import { selectionOf } from "../selection.ts";
import { readDeleteOptions } from "./delete.ts";
import { currentPage } from "./list.ts";

export function deleteCollection(context: VerbContext): ApiOutcome {
  const { tx, kind, request, user, warn } = context;
  const selection = selectionOf(kind, request.query);
  const wanted = listOptions(request.query, { isWatch: false });
  const options = readDeleteOptions(context);
  const { keys, metadata } = currentPage(context, selection, wanted, { isWhole: wanted.limit === 0 });
  const objects = keys.map((key) => tx.getByKey(key)!);
  write(context, options, () => {
    for (const key of keys) tx.deleteObject(kind, key, { ...options, user, warn });
  });
  if (!options.dryRun) tx.flush();
  return listOutcome(context, metadata, objects);
}
