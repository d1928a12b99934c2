/**
 * Image references, read as the container runtime reads them.
 * Kubernetes: pkg/util/parsers/parsers.go
 */

export interface ImageReference {
  /** `docker.io/library/nginx`: with registry and owner. */
  repository: string;
  /** `latest` unless given; absent when there is only a digest. */
  tag?: string;
  digest?: string;
  /** Neither a registry nor an owner was named: `nginx:1`. */
  isPlain: boolean;
}

const REFERENCE =
  /^(?<name>.+?)(?::(?<tag>\w[\w.-]{0,127}))?(?:@(?<digest>[a-z0-9]+(?:[.+_-][a-z0-9]+)*:[0-9a-fA-F]{32,}))?$/;
const COMPONENT = /^[a-z0-9]+(?:(?:[._]|__|-+)[a-z0-9]+)*$/;
const DEFAULT_REGISTRY = "docker.io";

/** The reference, or the runtime's message for an invalid name. */
export function parseImage(image: string): ImageReference | { problem: string } {
  const groups = REFERENCE.exec(image)?.groups;
  const name = groups?.["name"] ?? "";
  const components = name.split("/");
  const first = components[0] ?? "";
  const hasRegistry = components.length > 1 && (/[.:]/.test(first) || first === "localhost");
  const registry = hasRegistry ? first : DEFAULT_REGISTRY;
  const path = hasRegistry ? components.slice(1) : components;
  const isPlain = !hasRegistry && path.length === 1;
  const repositoryPath = isPlain || (registry === DEFAULT_REGISTRY && path.length === 1) ? ["library", ...path] : path;
  if (!path.every((component) => COMPONENT.test(component))) {
    const lowered = path.every((component) => COMPONENT.test(component.toLowerCase()));
    const problem = lowered
      ? `invalid reference format: repository name (${repositoryPath.join("/")}) must be lowercase`
      : "invalid reference format";
    return { problem };
  }
  const digest = groups?.["digest"];
  const tag = groups?.["tag"] ?? (digest ? undefined : "latest");
  return { repository: [registry, ...repositoryPath].join("/"), tag, digest, isPlain };
}

/** The full name under which the runtime knows the image: `docker.io/library/nginx:latest`. */
export function fullName({ repository, tag, digest }: ImageReference): string {
  return `${repository}${tag ? `:${tag}` : ""}${digest ? `@${digest}` : ""}`;
}

/** The name in statuses: as written, with the default tag added. */
export function shownName(image: string, { tag, digest }: ImageReference): string {
  return digest || !tag || image.endsWith(`:${tag}`) ? image : `${image}:${tag}`;
}
