/** The CEL environment of checks, policies and schema rules: the standard language and Kubernetes' libraries. */
import { Environment } from "@marcbachmann/cel-js";
import { MAX_CEL_DEPTH, MAX_CEL_NODES } from "../lib/limits.ts";
import { registerConversions } from "./functions/conversions.ts";
import { registerFormats } from "./functions/formats.ts";
import { registerJsonPatch } from "./functions/json-patch.ts";
import { registerLists } from "./functions/lists.ts";
import { registerNetwork } from "./functions/network.ts";
import { registerOptionalMacros } from "./functions/optional-macros.ts";
import { registerOverrides } from "./functions/overrides.ts";
import { registerPairMacros } from "./functions/pair-macros.ts";
import { registerQuantity } from "./functions/quantity.ts";
import { registerSemver } from "./functions/semver.ts";
import { registerSortBy } from "./functions/sort-by.ts";
import { registerStrings } from "./functions/strings.ts";
import { registerUrls } from "./functions/url.ts";

export type { Environment };

/** All libraries. A new library is one file and one line here. */
const libraries: readonly ((environment: Environment) => void)[] = [
  registerOverrides,
  registerQuantity,
  registerLists,
  registerConversions,
  registerStrings,
  registerUrls,
  registerFormats,
  registerSemver,
  registerOptionalMacros,
  registerSortBy,
  registerNetwork,
  registerPairMacros,
  registerJsonPatch,
];

let base: Environment | undefined;

/** An environment with the variables and their CEL types: `list<dyn>`, `google.protobuf.Timestamp`. */
export function celEnvironment(variables: Readonly<Record<string, string>>): Environment {
  base ??= build();
  const environment = base.clone();
  for (const [name, type] of Object.entries(variables)) environment.registerVariable(name, type);
  return environment;
}

/** Built for the first expression, so clusters without expressions do not pay for it. */
function build(): Environment {
  const made = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: MAX_CEL_NODES, maxDepth: MAX_CEL_DEPTH },
  });
  for (const register of libraries) register(made);
  return made;
}
