/**
 * `kubectl set resources`
 * Source: k8s.io/kubectl pkg/cmd/set/set_resources.go
 */

import type { Command } from "../../core/command.ts";
import { objectIn } from "../../core/parts.ts";
import { resourceQuantity } from "../../core/quantities.ts";
import { Failure } from "../../core/session.ts";
import { isSelected, mapContainers, SET_FLAGS, setObjects, withPodSpec } from "./pod-spec.ts";

export const setResources: Command = {
  words: ["set", "resources"],
  flags: [
    ...SET_FLAGS,
    { name: "containers", short: "c", type: "string", default: "*" },
    { name: "limits", type: "string" },
    { name: "requests", type: "string" },
  ],
  *run(call) {
    const { flags, args } = call;
    if (!flags.text("limits") && !flags.text("requests")) {
      throw new Failure("error: you must specify an update to requests or limits (in the form of --requests/--limits)");
    }
    const wanted = { limits: quantities(flags.text("limits")), requests: quantities(flags.text("requests")) };
    return yield* setObjects(call, {
      args,
      verb: "resource requirements updated",
      failure: "failed to patch resources update to pod template",
      change: (selected) =>
        withPodSpec(selected, (spec) => {
          let found = 0;
          const changed = mapContainers(spec, (container) => {
            if (!isSelected(flags.text("containers"), container["name"])) return container;
            found++;
            const resources = { ...objectIn(container["resources"]) };
            for (const [field, values] of Object.entries(wanted)) {
              if (Object.keys(values).length > 0) resources[field] = { ...objectIn(resources[field]), ...values };
            }
            return { ...container, resources };
          });
          if (found === 0) throw new Failure(`error: unable to find container named ${flags.text("containers")}`);
          return changed;
        }),
    });
  },
};

/** `cpu=200m,memory=1Gi`. Throws Failure. */
function quantities(text: string): Record<string, string> {
  const pairs = text.split(",").filter((pair) => pair !== "");
  return Object.fromEntries(pairs.map((pair) => resourceQuantity(pair, "invalid")));
}
