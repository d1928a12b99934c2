/** Checks of a document against the catalogue of images, before it is stored. */
import { documentProblems } from "../images/own.ts";
import { parseImage } from "../images/reference.ts";
import type { ImageDocument } from "../lib/image-document.ts";

/** `docker.io/library/shop` of `shop`; undefined for a name that is not valid, or that has a tag or a digest. */
export function repositoryOf(name: string): string | undefined {
  const reference = parseImage(name);
  if ("problem" in reference || reference.digest !== undefined) return undefined;
  return reference.tag === "latest" && !name.endsWith(":latest") ? reference.repository : undefined;
}

/** Problems that the document's schema does not see, by their place. */
export function imageProblems(document: ImageDocument): { path: string[]; message: string }[] {
  return documentProblems(document);
}
