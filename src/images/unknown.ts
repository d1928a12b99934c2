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

/** `ports` are the ports that the container declares: without a command the image's server listens on them. */
export function unknownImage(ports: readonly number[]): ImageConfig {
  return {
    sizeBytes: SIZE_BYTES,
    user: "",
    workingDir: "/",
    env: { PATH: DEBIAN_PATH },
    entrypoint: [UNKNOWN_SERVER, ...(ports.length > 0 ? [`--listen=${ports.join(",")}`] : [])],
    cmd: [],
    ports,
    files,
    shell: "bash",
  };
}

/** True for images outside the catalogue: they may contain programs that are not known. */
export function isUnknownImage({ entrypoint }: ImageConfig): boolean {
  return entrypoint[0] === UNKNOWN_SERVER;
}
