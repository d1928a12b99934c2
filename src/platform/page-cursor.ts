/** Cursors of lists in order of creation. A cursor is opaque to clients: the place of the last row of a page. */
import type { CreationPlace, Page, PageRequest } from "../storage/store.ts";
import { Problem } from "./problem.ts";

/** The cursor of the page that follows this one; null if it is the last one. */
export function nextCursorOf({ rows, more }: Page<CreationPlace>): string | null {
  const last = rows.at(-1);
  return more && last ? btoa(`${last.createdAtMs}:${last.id}`) : null;
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
