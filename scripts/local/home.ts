/** The folder of a local Sandbar's persistent files: `.sandbar/`, or `SANDBAR_HOME`. */
import { mkdir, readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../wrangler-config.ts";
import { makePrivate, writePrivateFile } from "./private-files.ts";

/**
 * Credentials that local programs need to use the Sandbar; fields are missing until the first start has created them.
 */
const Credentials = z.object({
  url: z.string(),
  adminToken: z.string(),
  apiKey: z.string().optional(),
  caFile: z.string(),
  clusterId: z.string().optional(),
});
export type Credentials = z.infer<typeof Credentials>;

export interface Home {
  folder: string;
  /** PGlite's data. */
  databaseFolder: string;
  kubeconfigPath: string;
  credentialsPath: string;
  caPath: string;
}

/** The files that Sandbar writes there, with drafts and locks of killed processes. */
const ENTRIES = /^(postgres|kubeconfig|credentials\.json|ca\.pem|ca-key\.pem|server\.pem|server-key\.pem|lock)(\..*)?$/;

/**
 * Removes the rights of other users from all files that a Sandbar keeps in the folder. Returns the names of other
 * entries.
 */
export function closeToOthers(folder: string): Promise<string[]> {
  return makePrivate(folder, (name) => ENTRIES.test(name));
}

/** Opens or creates the folder. Removes the rights of other users from the files that a Sandbar keeps in it. */
export async function openHome(): Promise<Home> {
  const folder = resolve(process.env["SANDBAR_HOME"] || join(PROJECT_ROOT, ".sandbar"));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const foreign = await closeToOthers(folder);
  if (foreign.length > 0) {
    console.warn(
      `Warning: ${folder} holds other files (${foreign[0]}), so other users may look into it if its mode lets them.`,
    );
  }
  return {
    folder,
    databaseFolder: join(folder, "postgres"),
    kubeconfigPath: join(folder, "kubeconfig"),
    credentialsPath: join(folder, "credentials.json"),
    caPath: join(folder, "ca.pem"),
  };
}

/** Null before the first start, and when the file is damaged. */
export async function readCredentials(home: Home): Promise<Credentials | null> {
  const text = await readFile(home.credentialsPath, "utf8").catch(() => null);
  if (text === null) return null;
  try {
    return Credentials.parse(JSON.parse(text));
  } catch {
    return null;
  }
}

export async function writeCredentials(home: Home, credentials: Credentials): Promise<void> {
  await writePrivateFile(home.credentialsPath, `${JSON.stringify(credentials, null, 2)}\n`);
}
