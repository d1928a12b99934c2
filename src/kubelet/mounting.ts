/**
 * Sets up a pod's volumes, which waits for their claims, ConfigMaps and Secrets.
 * Kubernetes: pkg/kubelet/volumemanager/volume_manager.go,
 * pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go
 */

import type { PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { PodVolumes } from "./mounts/pod-volumes.ts";
import { showFiles } from "./mounts/shown-files.ts";
import { claimProblem, mountProblem } from "./volumes.ts";

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 122_000;
/** After this number of tries the Events become rare. A new ConfigMap or Secret wakes the pod earlier. */
const VERBOSE_TRIES = 30;
const RARE_PAUSE_MS = 1_800_000;

function setUpVolumes(context: PodContext): void {
  if (!context.pod.spec.volumes?.length) return;
  showFiles(context);
  const volumes = new PodVolumes(context, () => context.nowMs);
  volumes.setUp();
  volumes.save();
}

/** Undefined once all volumes are set up; otherwise the time of the next try, ms. */
export function mountVolumes(context: PodContext): number | undefined {
  const { state, nowMs } = context;
  if (state.isMounted) return undefined;
  const unbound = claimProblem(context);
  const problem = mountProblem(context);
  if (!problem && unbound === undefined) {
    state.isMounted = true;
    state.mount = undefined;
    setUpVolumes(context);
    return undefined;
  }
  if (state.mount && state.mount.retryAtMs > nowMs) return state.mount.retryAtMs;
  if (problem) podEvent(context, messages.failedMount(problem.volume, problem.problem));
  if (unbound !== undefined) podEvent(context, messages.unboundClaim(unbound));
  const delayMs = state.mount ? Math.min(state.mount.delayMs * 2, MAX_PAUSE_MS) : FIRST_PAUSE_MS;
  const tries = (state.mount?.tries ?? 0) + 1;
  const pauseMs = tries < VERBOSE_TRIES ? delayMs : RARE_PAUSE_MS;
  state.mount = { delayMs, retryAtMs: nowMs + pauseMs, tries };
  return state.mount.retryAtMs;
}
