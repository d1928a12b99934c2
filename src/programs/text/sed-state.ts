/** State of sed between lines, and what surrounds it. */
import type { Bytes } from "../../files/entry.ts";
import type { Flavour } from "../base/call.ts";

export interface SedState {
  /** Lines that arrived and were not used. */
  lines?: string[];
  /** Text behind the last separator. */
  partial?: string;
  /** The last line of the input had no newline. */
  lacksNewline?: boolean;
  line?: number;
  hold?: string;
  /** Commands whose range is active, with the line at which it ends (absent: at a match). */
  ranges?: Record<string, number>;
  /** Output ended without a newline, which is due before further output. */
  owesNewline?: boolean;
  written?: string[];
  hasQuit?: boolean;
  status?: number;
}

/** The parts of the state that one cycle changes, and its output. */
export interface Cycle {
  pattern: string;
  hold: string;
  line: number;
  ranges: Record<string, number>;
  used: number;
  output: string;
  appended: string[];
  wrote: { name: string; text: string }[];
  isLacking: boolean;
  substituted: boolean;
  steps: number;
}

export interface SedSurroundings {
  flavour: Flavour;
  isQuiet: boolean;
  separator: string;
  write(text: Bytes): void;
  warn(text: Bytes): void;
  /** Counts steps of work. */
  charge(steps: number): void;
  read(name: string): Bytes;
  writeFile(name: string, text: Bytes, isFirst: boolean): void;
}
