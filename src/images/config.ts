/** Configurations with the defaults of the common bases. */
import type { BaseEntries, FileEntry } from "../files/entry.ts";
import type { Account } from "./bases/accounts.ts";
import { ALPINE_PATH, alpineAccounts, alpineFiles, alpineRelease } from "./bases/alpine.ts";
import { codenameOf, DEBIAN_PATH, debianAccounts, debianFiles } from "./bases/debian.ts";
import { distrolessFiles } from "./bases/distroless.ts";
import type { ImageConfig } from "./image.ts";
import type { TagFacts } from "./tags.ts";
import { once, tree } from "./tree.ts";

export interface ConfigOptions extends Partial<Omit<ImageConfig, "files">> {
  sizeBytes: number;
  /** Files above those of the base. */
  files?: Readonly<Record<string, FileEntry>> | (() => Readonly<Record<string, FileEntry>>);
  /** Accounts besides those of the base. */
  accounts?: readonly Account[];
}

function configOf(
  options: ConfigOptions,
  path: string,
  shell: ImageConfig["shell"],
  files: () => BaseEntries,
): ImageConfig {
  const { accounts: _accounts, files: _files, env, ...own } = options;
  return {
    user: "",
    workingDir: "/",
    entrypoint: [],
    cmd: [],
    ports: [],
    shell,
    ...own,
    env: { PATH: path, ...env },
    files: once(files),
  };
}

function extraFiles({ files = {} }: ConfigOptions): Readonly<Record<string, FileEntry>> {
  return typeof files === "function" ? files() : files;
}

/** An image on Debian or Ubuntu, by codename. */
export function onDebian(codename: string, options: ConfigOptions): ImageConfig {
  const { accounts = [] } = options;
  return configOf(options, DEBIAN_PATH, "dash", () =>
    tree(debianFiles(codename), accounts.length > 0 ? debianAccounts(...accounts) : {}, extraFiles(options)),
  );
}

/** An image on Alpine Linux, by release: `3.22.1`. */
export function onAlpine(release: string, options: ConfigOptions): ImageConfig {
  const { accounts = [] } = options;
  return configOf(options, ALPINE_PATH, "busybox", () =>
    tree(alpineFiles(release), accounts.length > 0 ? alpineAccounts(...accounts) : {}, extraFiles(options)),
  );
}

/** An official image that exists on Debian and, as variant, on Alpine. */
export function onVariant(
  { variant }: TagFacts,
  options: ConfigOptions,
  alpine: Partial<ConfigOptions> = {},
): ImageConfig {
  if (variant.includes("alpine")) return onAlpine(alpineRelease(variant), { ...options, ...alpine });
  return onDebian(codenameOf(variant), options);
}

/** An image without a shell. */
export function onDistroless(options: ConfigOptions): ImageConfig {
  return configOf(options, DEBIAN_PATH, "dash", () => distrolessFiles(extraFiles(options)));
}

/** An image with any other base. */
export function onBase(base: () => BaseEntries, shell: ImageConfig["shell"], options: ConfigOptions): ImageConfig {
  return configOf(options, DEBIAN_PATH, shell, () => tree(base(), extraFiles(options)));
}

export const MB = 1_000_000;
