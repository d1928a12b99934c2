/** The text format of COPY. */
import { textOf } from "./values.ts";

/** Lines of COPY in its text format. */
export function copyText(values: readonly (string | null)[], delimiter: string): string {
  return values
    .map((value) =>
      value === null ? "\\N" : textOf(value).replace(/\\/g, "\\\\").replace(/\n/g, "\\n").replace(/\t/g, "\\t"),
    )
    .join(delimiter);
}
