/** Folders with provisioning files. */
import { FileError } from "../../../files/errors.ts";
import type { ProcessView } from "../../../shell/program.ts";

/** `kind`: `datasources`, `dashboards`. */
export function provisioningFolder({ env }: ProcessView, kind: string): string {
  return `${env["GF_PATHS_PROVISIONING"] ?? "/etc/grafana/provisioning"}/${kind}`;
}

/** The YAML files of the folder; none without it. */
export function namesIn(process: ProcessView, folder: string): string[] {
  try {
    if (process.files.find(folder)?.type !== "directory") return [];
    return process.files.list(folder).filter((name) => /\.ya?ml$/.test(name));
  } catch (error) {
    if (error instanceof FileError) return [];
    throw error;
  }
}
