/** CEL as graders have it: the standard language, Kubernetes' libraries, and the variables of a cluster. */
import { Environment } from "@marcbachmann/cel-js";
import { MAX_CEL_DEPTH, MAX_CEL_NODES } from "../../../lib/limits.ts";
import { registerLists } from "./functions/lists.ts";
import { registerNetwork } from "./functions/network.ts";
import { registerOverrides } from "./functions/overrides.ts";
import { registerPairMacros } from "./functions/pair-macros.ts";
import { registerQuantity } from "./functions/quantity.ts";
import { registerStrings } from "./functions/strings.ts";
import { kindsByPlural, VARIABLES } from "./variables.ts";

/** Every library. A new one is one file and one line here. */
const libraries: readonly ((environment: Environment) => void)[] = [
  registerOverrides,
  registerQuantity,
  registerLists,
  registerStrings,
  registerNetwork,
  registerPairMacros,
];

let environment: Environment | undefined;

/** Made when the first expression comes: clusters without graders do not pay for it. */
export function celEnvironment(): Environment {
  environment ??= build();
  return environment;
}

function build(): Environment {
  const made = new Environment({
    enableOptionalTypes: true,
    homogeneousAggregateLiterals: false,
    limits: { maxAstNodes: MAX_CEL_NODES, maxDepth: MAX_CEL_DEPTH },
  });
  for (const register of libraries) register(made);
  made.registerVariable(VARIABLES.now, "google.protobuf.Timestamp");
  for (const name of [VARIABLES.objects, ...kindsByPlural.keys()]) made.registerVariable(name, "list<dyn>");
  return made;
}
