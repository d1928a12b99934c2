/**
 * DELETE of a collection: deletes the objects that a list with the same options shows, and answers with that list.
 * A very large collection takes several requests. Each deletes as many objects as a commit can hold. All but the last
 * one ask the client to retry, which clients do by themselves.
 */
import { ApiError } from "../../lib/api-error.ts";
import type { Parts } from "../../lib/work.ts";
import { type VerbContext, writeInParts } from "../context.ts";
import { listOptions } from "../list-options.ts";
import type { ApiOutcome } from "../request.ts";
import { listOutcome } from "../respond.ts";
import { selectionOf } from "../selection.ts";
import { readDeleteOptions } from "./delete.ts";
import { currentPage } from "./list.ts";

export function* deleteCollection(context: VerbContext): Parts<ApiOutcome> {
  const { tx, kind, request, user, warn } = context;
  const selection = selectionOf(kind, request.query);
  const wanted = listOptions(request.query, { isWatch: false });
  const options = readDeleteOptions(context);
  const { keys, metadata } = yield* currentPage(context, selection, wanted, { isWhole: wanted.limit === 0 });
  const objects = keys.map((key) => tx.getByKey(key)!);
  function* deleteAll(): Parts<number> {
    let count = 0;
    for (const key of keys) {
      if (tx.isLarge && count > 0 && !options.dryRun) break;
      tx.deleteObject(kind, key, { ...options, user, warn });
      count++;
      yield;
    }
    return count;
  }
  const deleted = yield* writeInParts(context, options, deleteAll());
  if (!options.dryRun) yield* tx.flushInParts();
  if (deleted < keys.length) {
    const message = `deleted ${deleted} of ${keys.length} objects; please try again for the others`;
    throw new ApiError("TooManyRequests", message, { retryAfterSeconds: 1 });
  }
  return yield* listOutcome(context, metadata, objects);
}
