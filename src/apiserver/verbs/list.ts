/**
 * LIST: the objects of a collection at one revision, complete or in pages. Stored bodies are sent unparsed unless a
 * selector or another form needs the objects.
 */
import type { StateAtNeed } from "../../cluster/needs.ts";
import { type ObjectKey, parseKey, resourceId } from "../../kinds/kind.ts";
import { ApiError } from "../../lib/api-error.ts";
import { MAX_LIST_PAGE } from "../../lib/limits.ts";
import { mapInParts, type Parts } from "../../lib/work.ts";
import type { KubernetesObject } from "../../schema/types.ts";
import type { VerbContext } from "../context.ts";
import { type ContinueToken, decodeContinue, encodeContinue } from "../continue-token.ts";
import { keptSinceMs, oldestRevision, realNowMs } from "../expiry.ts";
import { type ListOptions, listOptions, refuseFutureVersion } from "../list-options.ts";
import { newRevisionNeeded, stateNeeded } from "../needs.ts";
import type { ApiOutcome } from "../request.ts";
import { listOfBodiesOutcome, listOutcome } from "../respond.ts";
import { aliveOnly, type Selection, selectionOf } from "../selection.ts";
import { ExpiredContinueError } from "../status.ts";
import type { ListMeta } from "../tables.ts";

const EXPIRED_CONTINUE =
  "The provided continue parameter is too old to display a consistent list result. You can start a new list without the " +
  "continue parameter, or use the continue token in this response to retrieve the remainder of the results. Continuing " +
  "with the provided token results in an inconsistent list - objects that were created, modified, or deleted between the " +
  "time the first chunk was returned and now may show up in the list.";

export function* list(context: VerbContext): Parts<ApiOutcome> {
  const { tx, kind, request } = context;
  const selection = aliveOnly(kind, selectionOf(kind, request.query), tx.nowMs);
  const options = listOptions(request.query, { isWatch: false });
  const token = tokenOf(options);
  if (options.resourceVersion !== undefined) refuseFutureVersion(options.resourceVersion, tx.revision);
  if (token) refuseFutureVersion(token.revision, tx.revision);
  if (token && hasExpired(context, token)) refuseExpiredPage(context, token);

  const revision = exactRevision(options, token) ?? tx.revision;
  if (revision === tx.revision) return yield* listCurrent(context, selection, options);
  return yield* listPast(context, selection, options, { revision, token });
}

function tokenOf(options: ListOptions): ContinueToken | undefined {
  if (options.continue === "") return undefined;
  const token = decodeContinue(options.continue);
  if (options.resourceVersion !== undefined && options.resourceVersion !== 0) {
    throw new ApiError("BadRequest", "specifying resource version is not allowed when using continue");
  }
  return token;
}

/** True if the token's revision has expired: by the list's start time, or by the log in a token without one. */
function hasExpired({ tx, request }: VerbContext, { revision, listedAtMs }: ContinueToken): boolean {
  if (revision < 0) return false;
  return listedAtMs !== undefined && listedAtMs < keptSinceMs(realNowMs(tx, request));
}

/**
 * Refuses the next page of an expired list, with a token for another revision. Kubernetes always has another revision,
 * because etcd's revision rises with every lease. If nothing has changed here, the present state gets a new revision.
 */
function refuseExpiredPage({ tx, provided }: VerbContext, token: ContinueToken): never {
  if (token.revision === tx.revision) newRevisionNeeded(provided, token.revision);
  throw expired(token);
}

/** The revision that the answer must show; undefined if the current revision is allowed. */
function exactRevision(options: ListOptions, token: ContinueToken | undefined): number | undefined {
  if (token) return token.revision > 0 ? token.revision : undefined;
  if (options.resourceVersionMatch === "Exact") return options.resourceVersion;
  // A first page with a resourceVersion and no match rule is read at exactly that version, as from etcd.
  const isUnstatedPage = options.resourceVersionMatch === "" && options.limit > 0;
  return isUnstatedPage && options.resourceVersion ? options.resourceVersion : undefined;
}

/** The current objects that a list shows, and its metadata. A complete list has no pages. */
export function* currentPage(
  context: VerbContext,
  selection: Selection,
  options: ListOptions,
  { isWhole = false }: { isWhole?: boolean } = {},
): Parts<{ keys: readonly ObjectKey[]; metadata: ListMeta }> {
  const { tx } = context;
  const token = tokenOf(options);
  const keys = keysOf(context, selection);
  if (selection.readsOwnFields) context.kind.codec?.prefetch?.(keys.map((key) => tx.getByKey(key)!));
  const start = token ? firstAfter(keys, positionAfter(context, token)) : 0;
  const limit = isWhole ? Number.POSITIVE_INFINITY : limitOf(options);
  const page = yield* takePage(keys, start, limit, (key) => isSelected(tx.getByKey.bind(tx), selection, key));
  return {
    keys: page.items,
    metadata: listMeta(context, { revision: tx.revision, token, page, total: keys.length }, selection),
  };
}

function* listCurrent(context: VerbContext, selection: Selection, options: ListOptions): Parts<ApiOutcome> {
  const { tx } = context;
  const { keys, metadata } = yield* currentPage(context, selection, options);
  const { form, encoding } = context.representation;
  if (form === "object" && encoding === "json") {
    const bodies = yield* mapInParts(keys, (key) => tx.bodyOf(key)!);
    return yield* listOfBodiesOutcome(context, metadata, bodies);
  }
  const objects = yield* mapInParts(keys, (key) => tx.getByKey(key)!);
  return yield* listOutcome(context, metadata, objects);
}

function* listPast(
  context: VerbContext,
  selection: Selection,
  options: ListOptions,
  at: { revision: number; token: ContinueToken | undefined },
): Parts<ApiOutcome> {
  const { tx, kind, info, provided, request } = context;
  const need: StateAtNeed = {
    type: "stateAt",
    revision: at.revision,
    keyPrefix: `${resourceId(kind)}/${info.namespace === "" ? "" : `${info.namespace}/`}`,
    ...(at.token?.listedAtMs === undefined && { keptSinceMs: keptSinceMs(realNowMs(tx, request)) }),
  };
  const isCompacted = at.revision < oldestRevision(tx, request);
  const state = isCompacted ? "expired" : stateNeeded(provided, need);
  if (state === "expired") throw expired(at.token);

  const after = at.token && positionAfter(context, at.token);
  const start = after === undefined ? 0 : state.findIndex((object) => positionOf(object) > after);
  const from = start < 0 ? state.length : start;
  if (selection.readsOwnFields) kind.codec?.prefetch?.(state.slice(from));
  const page = yield* takePage(state, from, limitOf(options), (object) => selection.matches(object));
  return yield* listOutcome(context, listMeta(context, { ...at, page, total: state.length }, selection), page.items);
}

function expired(token: ContinueToken | undefined): ApiError {
  if (!token) return new ApiError("Expired", "The resourceVersion for the provided list is too old.");
  return new ExpiredContinueError(EXPIRED_CONTINUE, encodeContinue({ revision: -1, after: token.after.slice(1) }));
}

function limitOf(options: ListOptions): number {
  // Kubernetes answers version 0 without a match rule from its watch cache, which has no pages.
  const ignoresLimit = options.resourceVersion === 0 && options.resourceVersionMatch === "" && options.continue === "";
  return options.limit === 0 || ignoresLimit ? MAX_LIST_PAGE : Math.min(options.limit, MAX_LIST_PAGE);
}

/** Keys that the selection may contain, in order. */
function keysOf(context: VerbContext, selection: Selection): readonly ObjectKey[] {
  const { tx, kind, info } = context;
  const namespace = info.namespace || (kind.namespaced ? selection.namespace : undefined);
  const { name } = selection;
  if (name === undefined || (kind.namespaced && !namespace)) return tx.keys(resourceId(kind), namespace || undefined);
  const key: ObjectKey = `${resourceId(kind)}/${kind.namespaced ? namespace : ""}/${name}`;
  return tx.bodyOf(key) === undefined ? [] : [key];
}

function isSelected(
  read: (key: ObjectKey) => KubernetesObject | undefined,
  selection: Selection,
  key: ObjectKey,
): boolean {
  return selection.selectsAll || selection.matches(read(key)!);
}

interface Page<T> {
  items: T[];
  /** The index at which the scan stopped; `end` after the last object. */
  next: number | "end";
  last: string;
}

/** A full page has a successor while further objects follow, also if the selector matches none of them. */
function* takePage<T extends ObjectKey | KubernetesObject>(
  all: readonly T[],
  start: number,
  limit: number,
  isWanted: (item: T) => boolean,
): Parts<Page<T>> {
  const items: T[] = [];
  for (let i = start; i < all.length; i++) {
    if (items.length === limit) return { items, next: i, last: positionOf(items[limit - 1]!) };
    const item = all[i]!;
    if (isWanted(item)) items.push(item);
    yield;
  }
  return { items, next: "end", last: "" };
}

function listMeta(
  { tx, info, request }: VerbContext,
  { revision, token, page, total }: { revision: number; token?: ContinueToken; page: Page<unknown>; total: number },
  selection: Selection,
): ListMeta {
  const metadata: ListMeta = { resourceVersion: String(revision) };
  if (page.next === "end") return metadata;
  const after = info.namespace === "" ? `/${page.last}`.replace("//", "/") : page.last.slice(info.namespace.length);
  // All pages of a list expire together.
  const isSameList = token?.revision === revision && token.listedAtMs !== undefined;
  const listedAtMs = isSameList ? token.listedAtMs : Math.floor(realNowMs(tx, request));
  metadata.continue = encodeContinue({ revision, after, listedAtMs });
  if (selection.isUnselective) metadata.remainingItemCount = total - page.next;
  return metadata;
}

/** The position of a token in this collection. */
function positionAfter({ kind, info }: VerbContext, { after }: ContinueToken): string {
  if (!kind.namespaced) return after;
  return info.namespace === "" ? after.slice(1) : `${info.namespace}${after}`;
}

function firstAfter(keys: readonly ObjectKey[], after: string): number {
  const at = keys.findIndex((key) => positionOf(key) > after);
  return at < 0 ? keys.length : at;
}

/** `<namespace>/<name>`: collections are ordered by it. */
function positionOf(item: ObjectKey | KubernetesObject): string {
  if (typeof item === "string") {
    const { namespace, name } = parseKey(item);
    return `${namespace}/${name}`;
  }
  return `${item.metadata.namespace ?? ""}/${item.metadata.name ?? ""}`;
}
