/**
 * `/metrics/probes`. The kubelet computes a probe's result where it changes and does not run each round, so there are no
 * counts: the page has the family without samples, as a kubelet without probes.
 * Kubernetes: pkg/kubelet/prober/prober_manager.go
 */
import { type KubeletPage, textPage } from "./page.ts";

export const probeMetrics: KubeletPage = () => {
  const help = "[BETA] Cumulative number of a liveness, readiness or startup probe for a container by result.";
  return textPage(`# HELP prober_probe_total ${help}\n# TYPE prober_probe_total counter\n`);
};
