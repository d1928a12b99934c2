/**
 * `kubectl set image`
 * Source: k8s.io/kubectl pkg/cmd/set/set_image.go
 */
import type { Command } from "../../core/command.ts";
import { objectsIn } from "../../core/parts.ts";
import { Failure } from "../../core/session.ts";
import { mapContainers, SET_FLAGS, setObjects, splitPairs, withPodSpec } from "./pod-spec.ts";

export const setImage: Command = {
  words: ["set", "image"],
  flags: SET_FLAGS,
  *run(call) {
    const { names, pairs } = splitPairs(call.args);
    if (pairs.length === 0 && names.length > 0) throw new Failure("error: at least one image update is required");
    const wanted = pairs.map((pair) => pair.split(/=(.*)/s) as [string, string]);
    const problems: Failure[] = [];
    return yield* setObjects(call, {
      args: names,
      problems,
      verb: "image updated",
      failure: "failed to patch image update to pod template:",
      change: (selected) =>
        withPodSpec(selected, (spec) => {
          const all = [...objectsIn(spec["initContainers"]), ...objectsIn(spec["containers"])];
          const isThere = (name: string) => name === "*" || all.some((container) => container["name"] === name);
          const missing = wanted.map(([name]) => name).filter((name) => !isThere(name));
          problems.push(...missing.map((name) => new Failure(`error: unable to find container named "${name}"`)));
          return mapContainers(spec, (container) => {
            const [, image] = wanted.findLast(([name]) => name === "*" || name === container["name"]) ?? [];
            return image === undefined ? container : { ...container, image };
          });
        }),
    });
  },
};
