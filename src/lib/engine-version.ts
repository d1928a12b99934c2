/**
 * The Kubernetes version that is simulated, and a count that rises whenever the same inputs may lead to another cluster.
 * Grades name it: two with the same version are comparable.
 */
export const ENGINE_VERSION = "1.36-3";
