/** What a pull from the registry would bring: the image, or the runtime's refusal. */
import type { ClusterSettings } from "../../cluster/settings.ts";
import { digestOf } from "../../lib/digest.ts";
import { type Image, isPossibleTag, knownImage, UNKNOWN_IMAGE } from "./catalogue.ts";
import { fullName, type ImageReference } from "./reference.ts";

export type PullOutcome = { image: Image } | { problem: string };

/** Names that say themselves that they cannot be pulled, whatever the cluster's setting. */
const IMPOSSIBLE = /no-such-image|does-not-exist|^invalid\.|\.invalid\//;

/** What the registry answers. `run` in the settings makes every name pullable that does not say otherwise. */
export function pullFrom(reference: ImageReference, unknownImages: ClusterSettings["unknownImages"]): PullOutcome {
  const name = fullName(reference);
  if (IMPOSSIBLE.test(name)) return { problem: notFound(name) };
  const known = knownImage(reference.repository);
  if (unknownImages === "run") return { image: known ?? UNKNOWN_IMAGE };
  if (!known) return reference.isPlain ? { problem: denied(name) } : { image: UNKNOWN_IMAGE };
  const exists = reference.tag === undefined || isPossibleTag(known, reference.tag);
  return exists ? { image: known } : { problem: notFound(name) };
}

/** What the image is once it is on the node. */
export function imageOnNode({ repository }: ImageReference): Image {
  return knownImage(repository) ?? UNKNOWN_IMAGE;
}

/** `docker.io/library/nginx@sha256:…`. */
export function imageId(reference: ImageReference): string {
  const { repository, digest } = reference;
  return `${repository}@${digest ?? `sha256:${digestOf(fullName(reference))}`}`;
}

function notFound(name: string): string {
  return `rpc error: code = NotFound desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": ${name}: not found`;
}

function denied(name: string): string {
  return `rpc error: code = Unknown desc = failed to pull and unpack image "${name}": failed to resolve reference "${name}": pull access denied, repository does not exist or may require authorization: server message: insufficient_scope: authorization failed`;
}
