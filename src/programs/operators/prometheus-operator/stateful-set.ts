/**
 * The StatefulSet of a server with its reloader: what Prometheus and Alertmanager share.
 * Source: github.com/prometheus-operator/prometheus-operator pkg/prometheus/server/statefulset.go,
 * pkg/alertmanager/statefulset.go
 */
import type { JsonObject } from "../../../lib/json.ts";
import { objectIn } from "../../kubectl/core/parts.ts";
import type { Api } from "../controller-program.ts";
import {
  type DataVolume,
  mergedContainers,
  passedFields,
  type ReloaderOptions,
  reloaderContainer,
  versionLabel,
} from "./pods.ts";

export interface ServerSet {
  name: string;
  /** Labels of the StatefulSet, and those by which it selects its pods. */
  labels: JsonObject;
  podLabels: JsonObject;
  annotations: JsonObject;
  /** Name of the headless Service unless the object names another one. */
  serviceName: string;
  server: JsonObject;
  reloader: ReloaderOptions;
  volumes: JsonObject[];
  data: DataVolume;
  graceSeconds: number;
}

/** `spec` is that of the object that the operator reconciles. */
export function serverSet(api: Api, spec: JsonObject, set: ServerSet): JsonObject {
  const { podLabels, server, reloader, data } = set;
  return {
    ...{ apiVersion: "apps/v1", kind: "StatefulSet", metadata: { name: set.name, labels: set.labels } },
    spec: {
      replicas: Number(spec["replicas"] ?? 1),
      serviceName: String(spec["serviceName"] ?? set.serviceName),
      podManagementPolicy: String(spec["podManagementPolicy"] ?? "Parallel"),
      minReadySeconds: Number(spec["minReadySeconds"] ?? 0),
      selector: { matchLabels: podLabels },
      template: {
        metadata: {
          labels: { ...objectIn(objectIn(spec["podMetadata"])["labels"]), ...versionLabel(spec), ...podLabels },
          annotations: set.annotations,
        },
        spec: {
          ...passedFields(spec),
          initContainers: mergedContainers([reloaderContainer(api, true, reloader)], spec["initContainers"]),
          containers: mergedContainers([server, reloaderContainer(api, false, reloader)], spec["containers"]),
          volumes: set.volumes,
          terminationGracePeriodSeconds: Number(spec["terminationGracePeriodSeconds"] ?? set.graceSeconds),
        },
      },
      ...(data.claims.length > 0 && { volumeClaimTemplates: data.claims }),
    },
  };
}

/** Where a server finds its data. */
export function dataMount({ name, claims, subPath }: DataVolume, mountPath: string): JsonObject {
  return { name, mountPath, ...(claims.length > 0 && subPath && { subPath }) };
}

/** Where a server finds the configuration of its web pages. */
export function webConfigMount(folder: string): JsonObject {
  const path = { mountPath: `${folder}/web_config/web-config.yaml`, subPath: "web-config.yaml" };
  return { name: "web-config", readOnly: true, ...path };
}
