/** Organizations' own images over plain maps, and the summary of them that their clusters show. */
import { toHex } from "../../lib/encoding.ts";
import { type ImageDocument, type OwnImage, REPOSITORY_MARK_LENGTH } from "../../lib/image-document.ts";
import { sha256 } from "../../lib/signing/sha256.ts";
import type { ImageRow, ImageSummary } from "../store.ts";
import type { MemoryOrganization, MemoryState } from "./state.ts";

export function findImages(organization: MemoryOrganization | undefined, repository: string): OwnImage[] {
  return imagesOf(organization)
    .filter((row) => row.repository === repository)
    .map(({ tags, digest, accessHash, document }) => {
      return { tags: [...tags], digest, accessHash, document: JSON.parse(document) as ImageDocument };
    });
}

/** A tag that another document of the organization has in the repository. */
export function takenTag(organization: MemoryOrganization, { id, repository, tags }: ImageRow): string | undefined {
  return imagesOf(organization)
    .filter((row) => row.id !== id && row.repository === repository)
    .flatMap((row) => row.tags.filter((tag) => tags.includes(tag)))
    .sort()[0];
}

/** Writes the summary into all clusters of the organization. */
export function showImages(state: MemoryState, organization: MemoryOrganization): void {
  const images = summaryOf(organization);
  for (const cluster of state.clusters.values()) {
    if (cluster.row.organizationId === organization.row.id) cluster.row = { ...cluster.row, images };
  }
}

/** As the database's function `sandbar_images_summary`. */
export function summaryOf(organization: MemoryOrganization): string | null {
  const rows = imagesOf(organization).sort((a, b) => (a.id < b.id ? -1 : 1));
  if (rows.length === 0) return null;
  const marks = new Set(rows.map(({ repository }) => hexOf(repository).slice(0, REPOSITORY_MARK_LENGTH)));
  const version = hexOf(rows.map((row) => `${row.id} ${row.version}`).join(" ")).slice(0, 16);
  return `${version}:${[...marks].sort().join("")}`;
}

export function imageSummary({ id, name, tags, digest, username, createdAtMs, updatedAtMs }: ImageRow): ImageSummary {
  return { id, name, tags: [...tags], digest, username, createdAtMs, updatedAtMs };
}

function imagesOf(organization: MemoryOrganization | undefined): ImageRow[] {
  return [...(organization?.images.values() ?? [])].sort((a, b) => a.createdAtMs - b.createdAtMs);
}

function hexOf(text: string): string {
  return toHex(sha256(new TextEncoder().encode(text)));
}
