/**
 * Finds when the files of a pod concern the kubelet: they exceed a limit, or take much more or less of the disk.
 * Kubernetes: pkg/kubelet/eviction/eviction_manager.go (`localStorageEviction`)
 */
import type { PodContext } from "../context.ts";
import { exceededLimit } from "../eviction.ts";
import type { VolumeTrees } from "../mounts/volume-trees.ts";

/** A smaller change is found when the kubelet looks at the pod for another reason. */
const STEP_BYTES = 256 * 1024 ** 2;

export class DiskGrowth {
  readonly #context: PodContext;
  readonly #trees: VolumeTrees;
  #takenBytes = 0;
  #exceeded: string | undefined;

  constructor(context: PodContext, trees: VolumeTrees) {
    this.#context = context;
    this.#trees = trees;
    this.#exceeded = context.state.eviction?.message;
  }

  /** True once for each change. */
  isNews(): boolean {
    const { takenBytes } = this.#trees;
    if (takenBytes === this.#takenBytes) return false;
    const exceeded = exceededLimit(this.#context, (layer) => this.#trees.usedBytes(layer));
    const isNews = stepsOf(takenBytes) !== stepsOf(this.#takenBytes) || exceeded !== this.#exceeded;
    this.#takenBytes = takenBytes;
    this.#exceeded = exceeded;
    return isNews;
  }
}

function stepsOf(bytes: number): number {
  return Math.trunc(bytes / STEP_BYTES);
}
