/** All families of the catalogue, and the programs that several of them contain. A repository belongs to one family. */
import { execEntrypoint } from "../programs/servers/entrypoint.ts";
import { unknownServer } from "../programs/servers/unknown.ts";
import type { Program } from "../shell/program.ts";
import { DEMOS } from "./families/demos.ts";
import { KUBERNETES } from "./families/kubernetes.ts";
import { NGINX } from "./families/nginx.ts";
import { SYSTEMS } from "./families/systems.ts";
import type { ImageFamily } from "./image.ts";

export const FAMILIES: readonly ImageFamily[] = [...SYSTEMS, ...NGINX, ...KUBERNETES, ...DEMOS];

/** By the names in `RegularFile.program`. */
export const SHARED_PROGRAMS: Readonly<Record<string, Program>> = {
  "unknown-server": unknownServer,
  "exec-entrypoint": execEntrypoint,
};
