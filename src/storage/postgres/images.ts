/** An organization's own images on Postgres. Each change is one function, which also updates the clusters' summaries. */
import { asc, eq, type SQL } from "drizzle-orm";
import type { BatchItem } from "drizzle-orm/batch";
import { MAX_IMAGES } from "../../lib/container-limits.ts";
import type { ImageRow, ImageSummary, OrganizationStore, PageRequest } from "../store.ts";
import type { DatabaseClient } from "./client.ts";
import { type NamedArguments, selectFrom, selectValue } from "./function-call.ts";
import { image } from "./schema.ts";

type ImageStore = Pick<OrganizationStore, "createImage" | "listImages" | "getImage" | "replaceImage" | "deleteImage">;

/** Means of the organization's store for the queries of its parts. */
export interface OrganizationQueries {
  client: DatabaseClient;
  authentication(): NamedArguments;
  idempotencyArguments(idempotency: Parameters<OrganizationStore["createImage"]>[1]): NamedArguments;
  inScope<T extends [BatchItem<"pg">, ...BatchItem<"pg">[]]>(
    operation: string,
    queries: T,
  ): Promise<readonly (readonly unknown[] | undefined)[] | null>;
  createdAfter(table: typeof image, page: PageRequest): SQL | undefined;
}

const summaryColumns = {
  id: image.id,
  name: image.name,
  tags: image.tags,
  digest: image.digest,
  username: image.username,
  createdAtMs: image.createdAtMs,
  updatedAtMs: image.updatedAtMs,
};

export function postgresImages(queries: OrganizationQueries): ImageStore {
  const { client, authentication, inScope } = queries;
  return {
    async createImage(row, idempotency) {
      const call = selectFrom("sandbar_create_image", {
        ...{ ...authentication(), ...queries.idempotencyArguments(idempotency), maxImages: MAX_IMAGES },
        ...{ ...columnsOf(row), createdAtMs: row.createdAtMs },
      });
      const answer = await client.row("createImage", call);
      const outcome = answer?.["outcome"];
      const response = answer?.["response"] ?? "";
      switch (outcome) {
        case "created":
          return { outcome, value: { ...row } };
        case "replayed":
          return { outcome, response };
        case "gone":
          return { outcome, id: response };
        case "taken":
          return { outcome, tag: response };
        case "limit":
          return { outcome, limit: `${MAX_IMAGES} images` };
        case "mismatch":
        case "unauthorized":
          return { outcome };
        default:
          throw new Error(`unknown outcome of a creation: ${outcome}`);
      }
    },

    async listImages(page) {
      const query = client.builder
        .select(summaryColumns)
        .from(image)
        .where(queries.createdAfter(image, page))
        .orderBy(asc(image.createdAtMs), asc(image.id))
        .limit(page.limit + 1);
      const rows = (await inScope("listImages", [query]))?.[0] as StoredRow<ImageSummary>[] | undefined;
      return rows ? { rows: rows.slice(0, page.limit).map(withTags), more: rows.length > page.limit } : null;
    },

    async getImage(id) {
      const found = await inScope("getImage", [client.builder.select().from(image).where(eq(image.id, id))]);
      if (!found) return null;
      const [row] = (found[0] ?? []) as StoredRow<ImageRow & { organizationId: string }>[];
      if (!row) return "not-found";
      const { organizationId: _organizationId, ...stored } = row;
      return withTags<ImageRow>(stored);
    },

    async replaceImage(row, expectedVersion) {
      const call = selectFrom("sandbar_replace_image", {
        ...{ ...authentication(), expectedVersion, ...columnsOf(row), updatedAtMs: row.updatedAtMs },
      });
      const answer = await client.row("replaceImage", call);
      const outcome = answer?.["outcome"];
      switch (outcome) {
        case "taken":
          return { outcome, tag: answer?.["tag"] ?? "" };
        case "stored":
        case "not-found":
        case "changed":
        case "unauthorized":
          return { outcome };
        default:
          throw new Error(`unknown outcome of a replacement: ${outcome}`);
      }
    },

    async deleteImage(id, expectedVersion) {
      const call = selectValue("sandbar_delete_image", { ...authentication(), id, expectedVersion });
      const outcome = await client.value("deleteImage", call);
      return outcome === "deleted" || outcome === "not-found" || outcome === "changed" ? outcome : null;
    },
  };
}

/** A row with its tags as JSON text. */
type StoredRow<T extends ImageSummary> = Omit<T, "tags"> & { tags: string };

function withTags<T extends ImageSummary>(row: StoredRow<T>): T {
  return { ...row, tags: JSON.parse(row.tags) as string[] } as unknown as T;
}

function columnsOf(row: ImageRow): NamedArguments {
  const { id, name, repository, tags, document, digest, username, accessHash, version } = row;
  return { id, name, repository, tags: JSON.stringify(tags), document, digest, username, accessHash, version };
}
