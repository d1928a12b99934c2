/**
 * The webhook that guards the label by which a namespace escapes Gatekeeper.
 * Source: github.com/open-policy-agent/gatekeeper pkg/webhook/namespacelabel.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import type { ProcessView } from "../../../shell/program.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import { metadataOf, nameOf } from "../objects.ts";

const LABEL = "admission.gatekeeper.sh/ignore";

/** The reason for a refusal; undefined if the Namespace of the request may have its labels. */
export function ignoreLabelProblem({ argv }: ProcessView, request: JsonObject): string | undefined {
  const object = objectIn(request["object"]);
  const name = nameOf(object);
  const valuesOf = (flag: string) =>
    argv.filter((each) => each.startsWith(`--${flag}=`)).map((each) => each.slice(flag.length + 3));
  const isExempt =
    valuesOf("exempt-namespace").includes(name) ||
    valuesOf("exempt-namespace-prefix").some((prefix) => name.startsWith(prefix)) ||
    valuesOf("exempt-namespace-suffix").some((suffix) => name.endsWith(suffix));
  const isLabelled = objectIn(metadataOf(object)["labels"])[LABEL] !== undefined;
  return isLabelled && !isExempt ? `Only exempt namespace can have the ${LABEL} label` : undefined;
}
