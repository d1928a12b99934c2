/**
 * Sets up a pod's volumes, which waits for their claims, ConfigMaps and Secrets.
 * Kubernetes: pkg/kubelet/volumemanager/volume_manager.go (`podAttachAndMountTimeout`),
 * pkg/util/goroutinemap/exponentialbackoff/exponential_backoff.go
 */

import type { PodContext } from "./context.ts";
import { messages, podEvent } from "./events.ts";
import { type AttachProblem, attachVolumes, reportAttachProblem } from "./mounts/attachment.ts";
import { PodVolumes } from "./mounts/pod-volumes.ts";
import { wakeSharers } from "./mounts/sharing.ts";
import { showFiles } from "./mounts/shown-files.ts";
import { claimProblem, mountProblem } from "./volumes.ts";

const FIRST_PAUSE_MS = 500;
const MAX_PAUSE_MS = 122_000;
/** After this number of tries the Events become rare. A new ConfigMap or Secret wakes the pod earlier. */
const VERBOSE_TRIES = 30;
const RARE_PAUSE_MS = 1_800_000;
/** How long the kubelet waits for volumes before it reports that they are missing. */
const ATTACH_TIMEOUT_MS = 123_000;

function setUpVolumes(context: PodContext): void {
  if (!context.pod.spec.volumes?.length) return;
  showFiles(context);
  const volumes = new PodVolumes(context, () => context.nowMs);
  volumes.setUp();
  volumes.save();
}

/** Undefined once all volumes are set up; otherwise the time of the next try, ms. */
export function mountVolumes(context: PodContext): number | undefined {
  const { state } = context;
  if (state.isMounted) return undefined;
  const unbound = claimProblem(context);
  const unattached = unbound === undefined ? attachVolumes(context) : undefined;
  const problem = mountProblem(context);
  if (!problem && unbound === undefined && !unattached) {
    state.isMounted = true;
    state.mount = undefined;
    setUpVolumes(context);
    wakeSharers(context.tx, context.pod);
    return undefined;
  }
  if (unattached && unbound === undefined) return waitForAttachment(context, unattached);
  return tryAgain(context, () => {
    if (problem) podEvent(context, messages.failedMount(problem.volume, problem.problem));
    if (unbound !== undefined) podEvent(context, messages.unboundClaim(unbound));
  });
}

/** Tells the Events if the pause since the last try has ended, and begins a longer one. */
function tryAgain({ state, nowMs }: PodContext, tell: () => void): number {
  if (state.mount && state.mount.retryAtMs > nowMs) return state.mount.retryAtMs;
  tell();
  const delayMs = state.mount ? Math.min(state.mount.delayMs * 2, MAX_PAUSE_MS) : FIRST_PAUSE_MS;
  const tries = (state.mount?.tries ?? 0) + 1;
  const pauseMs = tries < VERBOSE_TRIES ? delayMs : RARE_PAUSE_MS;
  state.mount = { delayMs, retryAtMs: nowMs + pauseMs, tries };
  return state.mount.retryAtMs;
}

/**
 * The volume is attached to another node: reported once by the controller, and by the kubelet each time that it gives
 * up waiting. The end of a pod that uses the volume wakes this one.
 */
function waitForAttachment(context: PodContext, problem: AttachProblem): number {
  const { state, nowMs } = context;
  const tries = state.mount?.tries ?? 0;
  if (!state.mount || state.mount.retryAtMs <= nowMs) {
    if (tries === 0) reportAttachProblem(context, problem);
    else podEvent(context, messages.unboundClaim(timedOut(problem.volume)));
    const pauseMs = tries < VERBOSE_TRIES ? ATTACH_TIMEOUT_MS : RARE_PAUSE_MS;
    state.mount = { delayMs: FIRST_PAUSE_MS, retryAtMs: nowMs + pauseMs, tries: tries + 1 };
  }
  return Math.min(state.mount.retryAtMs, problem.freeAtMs ?? Number.POSITIVE_INFINITY);
}

function timedOut(volume: string): string {
  const what = `unmounted volumes=[${volume}], unattached volumes=[], failed to process volumes=[]`;
  return `Unable to attach or mount volumes: ${what}: context deadline exceeded`;
}
