/** An answer of HTTP that goes on: a watch, or a log that is followed. Its client reads on with the same request and the answer's cursor. */
import type { JsonValue } from "./json.ts";

export interface OpenAnswer {
  /** The position behind this piece, not null. The next request names it as `resumes`. */
  cursor: JsonValue;
  /** More can be read after an object of one of these resources (`core/pods`) was written. */
  resources: readonly string[];
  /** More may be there at this instant too, ms. */
  nextAtMs?: number;
  /** The answer ends at this instant, ms. Absent: it has no end. */
  endsAtMs?: number;
}
