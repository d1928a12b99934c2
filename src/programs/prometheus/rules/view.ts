/** The state of a server with all series that its rules read. */
import type { ProcessView } from "../../../shell/program.ts";
import { selectorsOf } from "../promql/evaluate.ts";
import { loadedOf } from "../settings.ts";
import { openView, type View } from "../view.ts";

export function viewOfRules(process: ProcessView): View {
  const expressions = loadedOf(process).groups.flatMap((group) => group.rules.map(({ expression }) => expression));
  return openView(
    process,
    expressions.flatMap(selectorsOf).map(({ matchers }) => matchers),
  );
}
