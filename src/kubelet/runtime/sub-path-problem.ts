/** Errors of mounts that show a part of a volume: they block the creation of a container. */
import { LayerTree } from "../../files/tree.ts";
import { imageOf } from "../container-image.ts";
import type { PodContainer, PodContext } from "../context.ts";
import { PodVolumes } from "../mounts/pod-volumes.ts";
import { variablesOf } from "./process-start.ts";
import { hostFacts } from "./system.ts";

/** The message of CreateContainerConfigError; undefined if there is no error. */
export function subPathProblem(context: PodContext, container: PodContainer): string | undefined {
  const { volumeMounts } = container.spec;
  if (!volumeMounts?.some(({ subPath, subPathExpr }) => subPath || subPathExpr)) return undefined;
  const image = imageOf(context, container);
  const nowMs = () => context.nowMs;
  const volumes = new PodVolumes(context, nowMs);
  const made = volumes.mountsOf(container, {
    root: new LayerTree(image.files()),
    environment: variablesOf(context, container, { image, volumes }),
    host: hostFacts(context, container, {}),
    nowMs,
    processes: () => [],
  });
  return "problem" in made ? made.problem : undefined;
}
