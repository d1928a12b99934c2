/** Forged statuses that students write. */

export const MERGE = { "content-type": "application/merge-patch+json" };

/** The status of a pod that runs. */
export const RUNNING = {
  phase: "Running",
  conditions: [{ type: "Ready", status: "True" }],
  containerStatuses: [
    {
      ...{ name: "c", ready: true, started: true, restartCount: 0, image: "nginx", imageID: "x", containerID: "y" },
      state: { running: { startedAt: "2026-01-01T00:00:00Z" } },
    },
  ],
};

/** Waits for a ConfigMap that is not there. */
export const STUCK = { name: "c", image: "nginx", envFrom: [{ configMapRef: { name: "missing" } }] };

export function pod(name: string, container: object, spec: object = {}) {
  const containers = [{ name: "c", image: "nginx", ...container }];
  return { apiVersion: "v1", kind: "Pod", metadata: { name, labels: { app: name } }, spec: { containers, ...spec } };
}
