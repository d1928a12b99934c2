/**
 * The result of a pull: the image, or the runtime's error.
 * Kubernetes: pkg/kubelet/images/image_manager.go
 */
import type { ClusterSettings } from "../../cluster/settings.ts";
import { fullName, type ImageReference } from "../../images/reference.ts";
import { digestOf } from "../../lib/hash.ts";
import { type Image, isPossibleTag, knownImage, UNKNOWN_IMAGE } from "./catalogue.ts";

export type PullOutcome = { image: Image } | { problem: string };

/** Names that can never be pulled, independent of the cluster's setting. */
const IMPOSSIBLE = /no-such-image|does-not-exist|^invalid\.|\.invalid\//;

/** The registry's answer. With the setting `run`, every name can be pulled except the impossible ones. */
export function pullFrom(reference: ImageReference, unknownImages: ClusterSettings["unknownImages"]): PullOutcome {
  const name = fullName(reference);
  if (IMPOSSIBLE.test(name)) return { problem: notFound(name) };
  const known = knownImage(reference.repository);
  if (unknownImages === "run") return { image: known ?? UNKNOWN_IMAGE };
  if (!known) return reference.isPlain ? { problem: denied(name) } : { image: UNKNOWN_IMAGE };
  const exists = reference.tag === undefined || isPossibleTag(known, reference.tag);
  return exists ? { image: known } : { problem: notFound(name) };
}

/** The image behind a reference once it is on the node. */
export function imageOnNode({ repository }: ImageReference): Image {
  return knownImage(repository) ?? UNKNOWN_IMAGE;
}

/** The image's id: `docker.io/library/nginx@sha256:…`. */
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
