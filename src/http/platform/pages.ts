/** What all lists in pages share: their parameters and `nextCursor`. */
import { z } from "@hono/zod-openapi";
import { MAX_ITEMS_PER_PAGE } from "../../lib/limits.ts";
import { cursorAfterRow } from "../../platform/page-cursor.ts";
import type { CreationPlace, Page } from "../../storage/store.ts";

const DEFAULT_LIMIT = 100;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_ITEMS_PER_PAGE).default(DEFAULT_LIMIT),
  cursor: z.string().optional().openapi({ description: "`nextCursor` of the page before." }),
});

export const NextCursor = z.string().nullable().openapi({ description: "For the next page; null on the last one." });

/** The cursor of the page that follows this one; null if it is the last one. */
export function nextCursorOf({ rows, more }: Page<CreationPlace>): string | null {
  const last = rows.at(-1);
  return more && last ? cursorAfterRow(last) : null;
}
