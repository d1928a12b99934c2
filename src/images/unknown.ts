/** The image that stands for a repository outside the catalogue: a plain Linux with a shell and tools. */
import type { BaseEntries } from "../files/entry.ts";
import { BoundedCache } from "../lib/bounded-cache.ts";
import type { System } from "../shell/contract.ts";
import { DEBIAN_PATH, debianFiles } from "./bases/debian.ts";
import { bitnamiFiles } from "./bitnami/layout.ts";
import type { ImageConfig } from "./image.ts";
import { directories, executable, executables, once, tree } from "./tree.ts";

/** The program of such an image, which stands for the programs that it really has. */
const UNKNOWN_SERVER = "/usr/local/bin/server";
const SIZE_BYTES = 70_000_000;

/** Folders in which images usually keep an application: scripts enter them. */
const APPLICATION_FOLDERS = "/app /code /opt/app /usr/src /usr/src/app /workspace";

const files = once(() =>
  tree(
    debianFiles("bookworm"),
    directories(APPLICATION_FOLDERS),
    executables("/usr/bin", "curl wget ps top nc ping nslookup vi jq tree less zip unzip python3 stress stress-ng"),
    {
      [UNKNOWN_SERVER]: executable("unknown-server", { sizeBytes: 12_400_000 }),
    },
  ),
);

/** Folders of the distribution, whose programs are known. */
const SYSTEM_FOLDERS = /^\/(usr\/)?s?bin\//;
/** Programs that images of applications add. */
const RUNTIMES = new Set(
  (
    "java node npm npx yarn pnpm python python3 ruby bundle rails rackup puma php php-fpm composer artisan dotnet go " +
    "gunicorn uvicorn hypercorn flask celery streamlit airflow perl erl elixir mix catalina.sh"
  ).split(" "),
);

/** Programs that run a script of the image. */
const INTERPRETERS = /^(?:.*\/)?(?:sh|bash|dash|ash|python3?)$/;

/**
 * The program that stands for a command that the image's entrypoint or scripts start: a program, or an interpreter with
 * the file of a script, that is missing. Undefined if no image adds such a program: a misspelled command of a script is
 * not found, as in a known image.
 */
export const standInFor: NonNullable<System["standInFor"]> = ([name = "", script = ""], { isMissing, hasFile }) => {
  const isOfImage = name.includes("/") ? !SYSTEM_FOLDERS.test(name) : RUNTIMES.has(name);
  const isLost = isMissing ? isOfImage : INTERPRETERS.test(name) && /^[\w./]/.test(script) && !hasFile(script);
  return isLost ? UNKNOWN_SERVER : undefined;
};

const BITNAMI = "docker.io/bitnami/";

/** Images of one vendor share a layout, on which the vendor's charts rely. */
const vendorFiles = new BoundedCache<string, () => BaseEntries>(50);

function filesOf(repository: string): () => BaseEntries {
  if (!repository.startsWith(BITNAMI)) return files;
  const known = vendorFiles.get(repository);
  if (known) return known;
  const built = once(() => tree(files(), bitnamiFiles(repository.slice(BITNAMI.length))));
  vendorFiles.set(repository, built);
  return built;
}

/**
 * The image of a repository by its canonical name. `ports` are the ports that the container declares: without a command
 * the image's server listens on them.
 */
export function unknownImage(repository: string, ports: readonly number[]): ImageConfig {
  return {
    sizeBytes: SIZE_BYTES,
    user: "",
    workingDir: "/",
    env: { PATH: DEBIAN_PATH },
    entrypoint: [UNKNOWN_SERVER],
    cmd: [],
    ports,
    files: filesOf(repository),
    shell: "bash",
    standIn: UNKNOWN_SERVER,
  };
}

/** True for images outside the catalogue: they may contain programs that are not known. */
export function isUnknownImage({ entrypoint }: Pick<ImageConfig, "entrypoint">): boolean {
  return entrypoint[0] === UNKNOWN_SERVER;
}
