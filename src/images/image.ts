/** Types of the catalogue: an image as the runtime sees it, and a family of images as a file of the catalogue. */
import type { BaseEntries } from "../files/entry.ts";
import type { ShellFlavour } from "../shell/contract.ts";
import type { Program, SignalName } from "../shell/program.ts";
import type { TagFacts, TagRule } from "./tags.ts";

/** An image's configuration (OCI image-spec, config.md) with its files. */
export interface ImageConfig {
  /** Compressed layers, as the registry counts them. */
  sizeBytes: number;
  /** `name`, `uid` or `uid:gid`; empty: root. */
  user: string;
  workingDir: string;
  env: Readonly<Record<string, string>>;
  entrypoint: readonly string[];
  cmd: readonly string[];
  /** Ports that the image declares (EXPOSE). */
  ports: readonly number[];
  /** Absent: TERM. */
  stopSignal?: SignalName;
  /** The image's files. Built at the first call; every call returns the same object. */
  files: () => BaseEntries;
  /** The shell behind `sh`, which also selects the flavour of the tools. */
  shell: ShellFlavour;
  /**
   * The executable that stands for programs which the image has and the catalogue does not know: images of charts are
   * described by their server only. Absent: other programs are not found.
   */
  standIn?: string;
}

/** Images of one program: one file of `families/`. */
export interface ImageFamily {
  /** Full names (`docker.io/library/nginx`), as `canonicalRepository` returns them. */
  repositories: readonly string[];
  tags: TagRule;
  image(facts: TagFacts, repository: string): ImageConfig;
  /** Programs that only images of this family contain, by the names in `RegularFile.program`. */
  programs?: Readonly<Record<string, Program>>;
}
