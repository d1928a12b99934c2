/** Images and objects that the conformance tests share. */
import type { Json } from "./cluster.ts";

const E2E = "registry.k8s.io/e2e-test-images";
export const AGNHOST = `${E2E}/agnhost:2.63.0`;
export const BUSYBOX = `${E2E}/busybox:1.37.0-1`;
export const HTTPD = `${E2E}/httpd:2.4.38-4`;
export const HTTPD_NEW = `${E2E}/httpd:2.4.39-4`;
export const NGINX = `${E2E}/nginx:1.14-4`;
export const NGINX_NEW = `${E2E}/nginx:1.15-4`;
export const NONEWPRIVS = `${E2E}/nonewprivs:1.3`;
export const JESSIE_DNSUTILS = `${E2E}/jessie-dnsutils:1.7`;
export const PAUSE = "registry.k8s.io/pause:3.10.1";

/** A pod that is not restarted. `containers` get names where they have none. */
export function pod(name: string, containers: readonly Json[], spec: Json = {}, metadata: Json = {}): Json {
  const named = containers.map((container, i) => ({ name: i === 0 ? "test" : `test-${i}`, ...container }));
  return {
    apiVersion: "v1",
    kind: "Pod",
    metadata: { name, ...metadata },
    spec: { restartPolicy: "Never", ...spec, containers: named },
  };
}

export function alwaysPod(name: string, container: Json, spec: Json = {}, metadata: Json = {}): Json {
  return pod(name, [container], { restartPolicy: "Always", ...spec }, metadata);
}

export function busybox(line: string, more: Json = {}): Json {
  return { image: BUSYBOX, command: ["sh", "-c", line], ...more };
}

export function agnhost(args: readonly string[], more: Json = {}): Json {
  return { image: AGNHOST, args, ...more };
}

export function configMap(name: string, data: Record<string, string>, more: Json = {}): Json {
  return { apiVersion: "v1", kind: "ConfigMap", metadata: { name }, data, ...more };
}

/** Values are texts here and base64 in the object. */
export function secret(name: string, data: Record<string, string>, more: Json = {}): Json {
  const encoded = Object.fromEntries(Object.entries(data).map(([key, value]) => [key, btoa(value)]));
  return { apiVersion: "v1", kind: "Secret", metadata: { name }, data: encoded, ...more };
}

export function service(name: string, selector: Json, ports: Json[], spec: Json = {}): Json {
  return { apiVersion: "v1", kind: "Service", metadata: { name }, spec: { selector, ports, ...spec } };
}

/** A builder of objects that differ by their name. */
export function named(apiVersion: string, kind: string, more: Json = {}) {
  return (name: string): Json => ({ apiVersion, kind, metadata: { name }, ...more });
}
