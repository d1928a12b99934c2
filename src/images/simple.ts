/** Images with a single program. */
import type { FileEntry } from "../files/entry.ts";
import { type ServiceFacts, service } from "../programs/servers/service.ts";
import type { Program } from "../shell/program.ts";
import { alpineRelease } from "./bases/alpine.ts";
import { scratchFiles } from "./bases/distroless.ts";
import { redHatFiles } from "./bases/redhat.ts";
import { onAlpine, onBase, onDebian, onDistroless } from "./config.ts";
import type { ImageFamily } from "./image.ts";
import type { TagRule } from "./tags.ts";
import { executable } from "./tree.ts";

export interface SimpleImage {
  repositories: readonly string[];
  tags: TagRule;
  sizeBytes: number;
  /** Path of the executable. */
  path: string;
  /** Name of the program. */
  program: string;
  /** Absent: the program belongs to a part that is loaded on its own (`programs/parts.ts`). */
  implementation?: Program;
  ports: readonly number[];
  base: "alpine" | "debian" | "distroless" | "scratch" | "redhat";
  user?: string;
  cmd?: readonly string[];
  /** Variables by the image's version. */
  env?: (version: string) => Record<string, string>;
  /** The command is `cmd` of the image instead of its entrypoint. */
  isCommand?: boolean;
  /** The executable stands for other programs of the image, too: the catalogue knows only this one. */
  isStandIn?: boolean;
  /** Further files, such as scripts. */
  files?: Readonly<Record<string, FileEntry>>;
  /** Programs of these files, by name. */
  programs?: Readonly<Record<string, Program>>;
}

/** Versions of programs whose releases are too many to list. */
export const ANY_VERSION: TagRule = {
  versions: "0.0-200:60 1.0-60:60 2.0-60:60",
  grows: true,
  prefix: "optional",
  words: { main: "1.0.0", master: "1.0.0", stable: "1.0.0" },
};

/** A family whose images hold one executable on a common base. */
export function simpleImage({
  repositories,
  tags,
  sizeBytes,
  path,
  program,
  implementation,
  ports,
  base,
  user = "",
  cmd = [],
  env,
  isCommand,
  isStandIn,
  files = {},
  programs = {},
}: SimpleImage): ImageFamily {
  return {
    repositories,
    tags,
    image: ({ version }) => {
      const standIn = isStandIn ? { standIn: path } : {};
      const options = {
        sizeBytes,
        user,
        // The user's own account, unless the base has it.
        ...(/^[a-z-]+$/.test(user) &&
          !/^(root|nobody|nonroot)$/.test(user) && { accounts: [{ name: user, uid: 101 }] }),
        ports,
        ...(isCommand ? { cmd: [path, ...cmd] } : { entrypoint: [path], cmd }),
        env: env?.(version) ?? {},
        files: { [path]: executable(program, { sizeBytes: Math.round(sizeBytes * 2.2) }), ...files },
      };
      if (base === "alpine") return { ...onAlpine(alpineRelease(""), options), ...standIn };
      if (base === "debian") return { ...onDebian("bookworm", options), ...standIn };
      if (base === "redhat") return { ...onBase(() => redHatFiles(UBI), "bash", options), ...standIn };
      if (base === "distroless") return { ...onDistroless(options), ...standIn };
      return { ...onBase(() => scratchFiles(options.files), "dash", { ...options, files: {} }), ...standIn };
    },
    programs: { ...programs, ...(implementation && { [program]: implementation }) },
  };
}

/** The release of Red Hat's images. */
export const UBI = {
  id: "rhel",
  name: "Red Hat Enterprise Linux",
  version: "9.7",
  pretty: "Red Hat Enterprise Linux 9.7 (Plow)",
  release: "Red Hat Enterprise Linux release 9.7 (Plow)",
  platform: "el9",
  packager: "microdnf",
} as const;

export interface ServiceImage extends Partial<Omit<SimpleImage, "repositories" | "implementation">>, ServiceFacts {
  ports: readonly number[];
}

/** A family whose program is a service described by data. The program's name is that of its file. */
export function serviceImage(repositories: readonly string[], facts: ServiceImage): ImageFamily {
  const { tags = ANY_VERSION, sizeBytes = 60_000_000, base = "distroless", path = `/${nameOf(repositories)}` } = facts;
  const program = facts.program ?? `service/${nameOf(repositories)}`;
  return simpleImage({ ...facts, repositories, tags, sizeBytes, base, path, program, implementation: service(facts) });
}

function nameOf([first = ""]: readonly string[]): string {
  return first.slice(first.lastIndexOf("/") + 1);
}
