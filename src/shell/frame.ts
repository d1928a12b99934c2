/** A frame of a shell: a position in a script, instead of a call stack of the host. JSON. */

export interface Frame {
  type: string;
  /** Descriptors to restore at the end of the frame: open file, or null for a closed descriptor. */
  saved?: Record<number, number | null>;
}
