/** Organizations' own images: rows and views of documents. */
import { imageProblems, repositoryOf } from "../control-plane/own-images.ts";
import { canonicalJson } from "../lib/canonical-json.ts";
import { MAX_IMAGE_BYTES } from "../lib/container-limits.ts";
import { ANY_TAG, type ImageDocument } from "../lib/image-document.ts";
import { utf8Length } from "../lib/text.ts";
import type { Created, ImageRow, ImageSummary, StoredImage } from "../storage/store.ts";
import { notFound, Problem, type ProblemError, unauthorized } from "./problem.ts";
import { newId, sha256Hex } from "./secrets.ts";

/** Times and texts as `ImageDocument` has them. */
export interface ImageInput extends Omit<ImageDocument, "base"> {
  name: string;
  /** Absent: `latest`. */
  tags?: string[] | "any";
  /** Absent: `alpine`. */
  base?: string;
  /** The login that a pull needs. */
  pullSecret?: { username: string; password: string };
}

export interface ImageSummaryView {
  id: string;
  name: string;
  tags: string[] | "any";
  digest: string;
  /** The password is never shown. */
  pullSecret: { username: string } | null;
  createdAt: string;
  updatedAt: string;
}

/** With the document as the organization sent it. */
export type ImageView = ImageSummaryView & ImageDocument;

/** A new row, or the next state of a stored one. Throws a Problem with the places that are not valid. */
export function imageRow(input: ImageInput, nowMs: number, present?: Pick<ImageRow, "id" | "createdAtMs">): ImageRow {
  const { name, tags = ["latest"], pullSecret, base = "alpine", ...parts } = input;
  const document: ImageDocument = { base, ...parts };
  const repository = repositoryOf(name);
  const errors: ProblemError[] = imageProblems(document).map(({ path, message }) => {
    return { location: locationOf(path), message };
  });
  if (repository === undefined) {
    errors.unshift({ location: "body.name", message: "must be a name as images have it, without tag and digest" });
  }
  const text = canonicalJson(document);
  if (utf8Length(text) > MAX_IMAGE_BYTES) {
    errors.push({ location: "body", message: `a document may have ${MAX_IMAGE_BYTES} bytes as JSON` });
  }
  if (repository === undefined || errors.length > 0) {
    throw new Problem("invalid_body", "The request is not valid.", errors);
  }
  const login = pullSecret && `${pullSecret.username}:${pullSecret.password}`;
  return {
    id: present?.id ?? newId("img-"),
    name,
    repository,
    tags: tags === "any" ? [ANY_TAG] : [...new Set(tags)],
    document: text,
    digest: `sha256:${sha256Hex(text)}`,
    username: pullSecret?.username ?? null,
    accessHash: login === undefined ? null : sha256Hex(login),
    version: newId(""),
    createdAtMs: present?.createdAtMs ?? nowMs,
    updatedAtMs: nowMs,
  };
}

export function imageSummaryView(row: ImageSummary): ImageSummaryView {
  const { id, name, tags, digest, username, createdAtMs, updatedAtMs } = row;
  return {
    id,
    name,
    tags: tags[0] === ANY_TAG ? "any" : [...tags],
    digest,
    pullSecret: username === null ? null : { username },
    createdAt: new Date(createdAtMs).toISOString(),
    updatedAt: new Date(updatedAtMs).toISOString(),
  };
}

export function imageView(row: ImageRow): ImageView {
  return { ...imageSummaryView(row), ...(JSON.parse(row.document) as ImageDocument) };
}

/** The refusal of a tag that another document has. */
function tagTaken(tag: string): Problem {
  const what = tag === ANY_TAG ? "any tag" : `the tag ${tag}`;
  return new Problem("tag_taken", `Another image of this name has ${what}; replace that one, or delete it.`);
}

/** The outcome of a creation; throws if another document has one of its tags. */
export function createdImage(
  created: Created<ImageRow> | { outcome: "taken"; tag: string },
): Exclude<typeof created, { outcome: "taken" }> {
  if (created.outcome === "taken") throw tagTaken(created.tag);
  return created;
}

function locationOf(path: readonly string[]): string {
  return path.reduce((location, part) => `${location}${/^[\w-]+$/.test(part) ? `.${part}` : `["${part}"]`}`, "body");
}

/** Throws a Problem for a replacement that the store refused. */
export function replacedImage(result: StoredImage): void {
  switch (result.outcome) {
    case "stored":
      return;
    case "taken":
      throw tagTaken(result.tag);
    case "changed":
      throw changedMeanwhile();
    case "not-found":
      throw notFound("image");
    case "unauthorized":
      throw unauthorized();
  }
}

export function changedMeanwhile(): Problem {
  return new Problem("precondition_failed", "The image was changed at the same time; read it again.");
}
