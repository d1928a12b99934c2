/** The settings of `wrangler.toml` that the local start follows, so that it runs the same Worker as production. */
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { parse } from "smol-toml";
import { z } from "zod";

/** The project's own folder. */
export const PROJECT_ROOT = join(import.meta.dirname, "..");

const WranglerConfig = z.object({
  main: z.string(),
  compatibility_date: z.string(),
  compatibility_flags: z.array(z.string()),
  assets: z.object({ directory: z.string(), binding: z.string() }),
});

export interface WorkerConfig {
  /** The Worker's entry, relative to the project. */
  main: string;
  compatibilityDate: string;
  compatibilityFlags: string[];
  /** Where the static assets are, relative to the project, and the name under which the Worker sees them. */
  assets: { directory: string; binding: string };
}

export async function readWorkerConfig(): Promise<WorkerConfig> {
  const text = await readFile(join(PROJECT_ROOT, "wrangler.toml"), "utf8");
  const config = WranglerConfig.parse(parse(text));
  return {
    main: config.main,
    compatibilityDate: config.compatibility_date,
    compatibilityFlags: config.compatibility_flags,
    assets: config.assets,
  };
}
