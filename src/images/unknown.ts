/** The image that stands for a repository outside the catalogue: a plain Linux with a shell and tools. */
import { DEBIAN_PATH, debianFiles } from "./bases/debian.ts";
import type { ImageConfig } from "./image.ts";
import { executable, executables, once, tree } from "./tree.ts";

/** The program of such an image, which stands for the programs that it really has. */
const UNKNOWN_SERVER = "/usr/local/bin/server";
const SIZE_BYTES = 70_000_000;

const files = once(() =>
  tree(
    debianFiles("bookworm"),
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

/**
 * The program that stands for `name` where the image's scripts start it; undefined if no image adds such a program. A
 * misspelled command of a script is not found, as in a known image.
 */
export function standInFor(name: string): string | undefined {
  const isOfImage = name.includes("/") ? !SYSTEM_FOLDERS.test(name) : RUNTIMES.has(name);
  return isOfImage ? UNKNOWN_SERVER : undefined;
}

/** `ports` are the ports that the container declares: without a command the image's server listens on them. */
export function unknownImage(ports: readonly number[]): ImageConfig {
  return {
    sizeBytes: SIZE_BYTES,
    user: "",
    workingDir: "/",
    env: { PATH: DEBIAN_PATH },
    entrypoint: [UNKNOWN_SERVER],
    cmd: [],
    ports,
    files,
    shell: "bash",
    standIn: UNKNOWN_SERVER,
  };
}

/** True for images outside the catalogue: they may contain programs that are not known. */
export function isUnknownImage({ entrypoint }: Pick<ImageConfig, "entrypoint">): boolean {
  return entrypoint[0] === UNKNOWN_SERVER;
}
