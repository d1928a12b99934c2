/** Cursors of lists in order of creation. A cursor is opaque to clients: the place of the last row of a page. */
import type { CreationPlace, PageRequest } from "../storage/store.ts";
import { Problem } from "./problem.ts";

export function cursorAfterRow({ createdAtMs, id }: CreationPlace): string {
  return btoa(`${createdAtMs}:${id}`);
}

/** Throws a Problem if no page gave this cursor. */
export function pageRequest(limit: number, cursor: string | undefined): PageRequest {
  if (cursor === undefined) return { limit };
  try {
    const [, createdAtMs, id] = /^(\d{1,15}):([a-z0-9-]{1,63})$/.exec(atob(cursor)) ?? [];
    if (createdAtMs !== undefined && id !== undefined)
      return { limit, after: { createdAtMs: Number(createdAtMs), id } };
  } catch {
    // Not base64: refused below.
  }
  throw new Problem("invalid_parameter", "The cursor is not one that a page gave.", [
    { location: "query.cursor", message: "pass the cursor of the page before" },
  ]);
}
