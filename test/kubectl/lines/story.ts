/** Command lines that the kubectl of containers and the real one run, with equal output and exit codes. */
export interface CommandStory {
  title: string;
  /** Files in the working folder. */
  files?: Readonly<Record<string, string>>;
  /** Lines of the real kubectl that make the objects of the story. */
  prepare: readonly string[];
  /** Lines that change nothing, or a line and its standard input: both programs in one cluster. */
  reads?: readonly (string | readonly [string, string])[];
  /** Lines in their order, or a line and the editor: each program in a cluster of its own. */
  changes?: readonly (string | readonly [string, string])[];
}
