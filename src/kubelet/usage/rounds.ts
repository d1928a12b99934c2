/**
 * Equal requests of a process, which may be an endless loop.
 * Kubernetes: pkg/kubelet/stats/cri_stats_provider.go
 */
import type { HttpQuestion } from "../../shell/question.ts";

/** Equal requests of a container, one after the other. */
export interface Rounds {
  question: HttpQuestion;
  /** The last request and its answer, ms. */
  askedAtMs: number;
  afterMs: number;
  /** From an answer to the next request, ms. */
  thinkMs: number;
  count: number;
  /** The loop rests. */
  rests?: true;
}
