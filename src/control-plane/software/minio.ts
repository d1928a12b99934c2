/** The part of the container software with MinIO and its client. */
import { mc, minio } from "../../programs/servers/minio/index.ts";
import type { Program } from "../../shell/program.ts";

export const programs: Readonly<Record<string, Program>> = { mc, minio };
