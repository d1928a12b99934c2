/** The parameters and the `nextCursor` that all lists in pages share. */
import { z } from "@hono/zod-openapi";
import { MAX_ITEMS_PER_PAGE } from "../../lib/limits.ts";

const DEFAULT_LIMIT = 100;

export const PageQuery = z.object({
  limit: z.coerce.number().int().min(1).max(MAX_ITEMS_PER_PAGE).default(DEFAULT_LIMIT),
  cursor: z.string().optional().openapi({ description: "`nextCursor` of the page before." }),
});

export const NextCursor = z.string().nullable().openapi({ description: "For the next page; null on the last one." });
