/**
 * The simulated Kubernetes version, and a count that rises when the same inputs may lead to another cluster state.
 * Grading reports contain it: reports with the same version are comparable.
 */
export const ENGINE_VERSION = "1.36-9";
