/** The folder in which a local Sandbar keeps what must outlive it: `.sandbar/`, or `SANDBAR_HOME`. */
import { mkdir, readFile, rename, writeFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { z } from "zod";
import { PROJECT_ROOT } from "../wrangler-config.ts";

/** What programs on this machine need to use the local Sandbar; fields are missing until the first start has made them. */
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

export async function openHome(): Promise<Home> {
  const folder = resolve(process.env["SANDBAR_HOME"] || join(PROJECT_ROOT, ".sandbar"));
  await mkdir(folder, { recursive: true, mode: 0o700 });
  return {
    folder,
    databaseFolder: join(folder, "postgres"),
    kubeconfigPath: join(folder, "kubeconfig"),
    credentialsPath: join(folder, "credentials.json"),
    caPath: join(folder, "ca.pem"),
  };
}

/** Null before the first start, and where the file was spoiled. */
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
  await writeSecretFile(home.credentialsPath, `${JSON.stringify(credentials, null, 2)}\n`);
}

/** Readable by the owner alone, and whole even if the process ends in the middle. */
export async function writeSecretFile(path: string, text: string): Promise<void> {
  const draft = `${path}.new`;
  await writeFile(draft, text, { mode: 0o600 });
  await rename(draft, path);
}
