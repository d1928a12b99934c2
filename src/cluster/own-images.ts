/**
 * The images of the cluster's organization, as far as one transaction needs them. The cluster's row says in a short text
 * which repositories there may be, so a pull of any other image needs no round trip. Documents come from the runtime.
 */
import { toHex } from "../lib/encoding.ts";
import { type OwnImage, REPOSITORY_MARK_LENGTH } from "../lib/image-document.ts";
import { sha256 } from "../lib/signing/sha256.ts";
import { Needed } from "./needs.ts";

/** By repository: `docker.io/library/shop`. */
export type ProvidedImages = ReadonlyMap<string, readonly OwnImage[]>;

export class OwnImages {
  /** `<version>:<marks of repositories>` of the cluster's row; empty if the organization has no images. */
  readonly #summary: string;
  /** Set by the runtime, see `Needed`. */
  provided: ProvidedImages = new Map();
  #isAsked = false;

  constructor(summary: string | null | undefined) {
    this.#summary = summary ?? "";
  }

  /**
   * All documents of a repository; none if the organization has none. Throws `Needed` until the runtime has provided
   * them.
   */
  of(repository: string): readonly OwnImage[] {
    this.#isAsked = true;
    const provided = this.provided.get(repository);
    if (provided) return provided;
    if (!mayContain(this.#summary, repository)) return [];
    throw new Needed({ type: "images", repository });
  }

  /** The text that the commit depends on; undefined if the transaction asked for no image. */
  get expected(): string | undefined {
    return this.#isAsked ? this.#summary : undefined;
  }
}

/** The mark of a repository. Two repositories may have the same one. */
function repositoryMark(repository: string): string {
  return toHex(sha256(new TextEncoder().encode(repository))).slice(0, REPOSITORY_MARK_LENGTH);
}

function mayContain(summary: string, repository: string): boolean {
  const start = summary.indexOf(":") + 1;
  if (start === 0) return false;
  const mark = repositoryMark(repository);
  for (let at = start; at < summary.length; at += REPOSITORY_MARK_LENGTH) if (summary.startsWith(mark, at)) return true;
  return false;
}
