/** Finds the image behind a reference, or the runtime's error when a registry does not have it. */

import { BoundedCache } from "../lib/bounded-cache.ts";
import { digestOf } from "../lib/hash.ts";
import { hash32 } from "../lib/prng.ts";
import type { Program } from "../shell/program.ts";
import type { ImageConfig, ImageFamily } from "./image.ts";
import { OTHER_OFFICIAL_IMAGES } from "./official.ts";
import { fullName, type ImageReference } from "./reference.ts";
import { FAMILIES, SHARED_PROGRAMS } from "./registry.ts";
import { canonicalRepository } from "./repositories.ts";
import { findTag, newestTag, type TagFacts } from "./tags.ts";
import { unknownImage } from "./unknown.ts";

export interface FindOptions {
  /** `run`: every name can be pulled, except names that state that they do not exist. */
  unknownImages: "run" | "fail";
  /** Ports that the container declares: an unknown server listens on them. */
  containerPorts?: readonly number[];
  /** Images of the organization. They replace images of the catalogue; undefined where it has none of this name. */
  registered?: (reference: ImageReference) => FoundImage | undefined;
  /** Whether the pod has credentials for this registry (imagePullSecrets). Absent: it has none. */
  hasCredentials?: (registry: string) => boolean;
}

export type FoundImage = { image: ImageConfig } | { problem: string };

/** The result of a pull. The problem is containerd's error with the prefix of its API. */
export function findImage(reference: ImageReference, options: FindOptions): FoundImage {
  const name = fullName(reference);
  const own = options.registered?.(reference);
  if (own) return own;
  const repository = canonicalRepository(reference.repository);
  const family = families().get(repository);
  if (family) {
    const image = imageOfReference(family, repository, reference);
    if (image) return { image };
    if (options.unknownImages === "fail") return { problem: notFound(name) };
    return { image: newestOf(family, repository) };
  }
  if (statesAbsence(reference))
    return { problem: reference.repository.startsWith("docker.io/") ? denied(name) : notFound(name) };
  const registry = reference.repository.slice(0, reference.repository.indexOf("/"));
  if (isPrivate(reference) && !options.hasCredentials?.(registry)) return { problem: denied(name) };
  const isOfficial = repository.startsWith("docker.io/library/");
  if (isOfficial && !OTHER_OFFICIAL_IMAGES.has(repository) && options.unknownImages === "fail")
    return { problem: denied(name) };
  return { image: unknownImage(repository, options.containerPorts ?? []) };
}

/** The image on a node. The registry is not asked again. */
export function imageOnNode(reference: ImageReference, options: Omit<FindOptions, "unknownImages">): ImageConfig {
  const found = findImage(reference, { ...options, unknownImages: "run", hasCredentials: () => true });
  return "image" in found
    ? found.image
    : unknownImage(canonicalRepository(reference.repository), options.containerPorts ?? []);
}

/** The image's id: `docker.io/library/nginx@sha256:…`. `digest` is that of the image on the node, where it is known. */
export function imageId(reference: ImageReference, digest = reference.digest): string {
  return `${reference.repository}@${digest ?? `sha256:${digestOf(fullName(reference))}`}`;
}

/** An image of the catalogue; undefined if it has no such repository or tag. */
export function catalogueImage(reference: ImageReference): ImageConfig | undefined {
  const name = canonicalRepository(reference.repository);
  const family = families().get(name);
  return family && imageOfReference(family, name, reference);
}

/** A program that only images of the catalogue contain, by the name in `RegularFile.program`. */
export function findImageProgram(name: string): Program | undefined {
  return imagePrograms().get(name);
}

/** Images are equal for all clusters, so their files are built once in an isolate. */
const built = new BoundedCache<string, ImageConfig>(200);

/**
 * A pull by digest ignores the tag (containerd: internal/cri/server/images/image_pull.go). A digest alone, or with a
 * tag that is not known, counts as the newest.
 */
function imageOfReference(
  family: ImageFamily,
  repository: string,
  { tag, digest }: ImageReference,
): ImageConfig | undefined {
  const facts = tag === undefined ? undefined : findTag(family.tags, tag);
  if (facts) return configOf(family, repository, facts);
  return digest === undefined ? undefined : newestOf(family, repository);
}

function newestOf(family: ImageFamily, repository: string): ImageConfig {
  return configOf(family, repository, newestTag(family.tags));
}

function configOf(family: ImageFamily, repository: string, facts: TagFacts): ImageConfig {
  const key = `${repository}:${facts.version}-${facts.variant}`;
  const known = built.get(key);
  if (known) return known;
  const image = family.image(facts, repository);
  built.set(key, image);
  return image;
}

let familyByRepository: ReadonlyMap<string, ImageFamily> | undefined;

function families(): ReadonlyMap<string, ImageFamily> {
  familyByRepository ??= new Map(
    FAMILIES.flatMap((family) => family.repositories.map((name) => [name, family] as const)),
  );
  return familyByRepository;
}

let programByName: ReadonlyMap<string, Program> | undefined;

function imagePrograms(): ReadonlyMap<string, Program> {
  programByName ??= new Map(
    [SHARED_PROGRAMS, ...FAMILIES.map(({ programs = {} }) => programs)].flatMap((programs) => Object.entries(programs)),
  );
  return programByName;
}

/** Exercises use such names for pulls that must fail. */
const ABSENCE =
  /no-?such|(does-?)?not-?exist|does-?nt-?exist|non-?exist|not-?found|^invalid[.-]|\.invalid\/|[/-]invalid\b|wrong-?image|bad-?image|broken-?image|missing-?image|fake-?image|typo/;

function statesAbsence(reference: ImageReference): boolean {
  return ABSENCE.test(fullName(reference));
}

/** Names of the documentation and of exercises for images behind a login. */
function isPrivate({ repository }: ImageReference): boolean {
  return /(^|[/.-])private([/.-]|$)/.test(repository);
}

/** The registry's answer for a name that it does not have. */
export function notFound(name: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;
}

/** The error of a pull while the registry refuses connections. */
export function refused(reference: ImageReference): string {
  const { repository, tag, digest } = reference;
  const name = fullName(reference);
  const at = repository.indexOf("/");
  const registry = repository.slice(0, at);
  const host = registry === "docker.io" ? "registry-1.docker.io" : registry;
  const url = `https://${host}/v2/${repository.slice(at + 1)}/manifests/${digest ?? tag ?? ""}`;
  // Addresses of documentation (RFC 5737), one for each registry.
  const address = `203.0.113.${1 + (hash32(registry) % 254)}`;
  const port = /:(\d+)$/.exec(registry)?.[1] ?? "443";
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": failed to do request: Head "${url}": dial tcp ${address}:${port}: connect: connection refused`;
}

/** The registry's answer to a client that may not see the repository. */
export function denied(name: string): string {
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
}
