/** An implementation of Ingress controllers, as far as its process's flags decide what it serves and publishes. */
import type { IngressScope } from "./ingress-rules.ts";

/** The command line of a container, and the variables of its environment that are known. */
export interface ProcessFlags {
  args: readonly string[];
  env: Readonly<Record<string, string>>;
  /** The namespace of its pod. */
  namespace: string;
}

/** Where the addresses in an Ingress' status come from. */
export type Published =
  | { type: "addresses"; values: readonly string[] }
  | { type: "service"; namespace: string; name: string }
  /** The nodes of the controller's pods. */
  | { type: "nodes"; prefersInternal: boolean }
  | { type: "nothing" };

export interface IngressController {
  name: string;
  /** Repositories of its images without `docker.io` and `library`. */
  images: readonly string[];
  /** Undefined: with these flags, the process is no Ingress controller. */
  scope(flags: ProcessFlags): IngressScope | undefined;
  published(flags: ProcessFlags): Published;
  /** The event that it records for each Ingress that it serves. */
  event?: { reason: string; message: string; component: string };
  /** It writes statuses at this pace; 0: at once. */
  statusPeriodMs: number;
}

/** `namespace/name` of a flag; a name alone is in the pod's namespace. */
export function namespacedName(text: string, namespace: string): { namespace: string; name: string } {
  const at = text.indexOf("/");
  return at < 0 ? { namespace, name: text } : { namespace: text.slice(0, at), name: text.slice(at + 1) };
}

/** The repository of an image without `docker.io`, `library`, tag and digest. */
export function repositoryOf(image: string): string {
  return image
    .replace(/@.*$/, "")
    .replace(/:[^/:]*$/, "")
    .replace(/^(docker\.io|index\.docker\.io)\//, "")
    .replace(/^library\//, "");
}
