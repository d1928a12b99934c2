/**
 * The text of a description: lines at levels, cells that end with tabs.
 * Source: k8s.io/kubectl pkg/describe/describe.go (`PrefixWriter`, `tabbedString`)
 */
import { alignTabs } from "../printers/tabwriter.ts";

export class Writer {
  readonly #parts: string[];
  readonly #level: number;

  constructor(parts: string[] = [], level = 0) {
    this.#parts = parts;
    this.#level = level;
  }

  /** A writer of the same text whose levels are deeper. */
  nested(level: number): Writer {
    return new Writer(this.#parts, this.#level + level);
  }

  /** Text behind the blanks of a level, two each. */
  write(level: number, text: string): void {
    this.#parts.push(`${"  ".repeat(this.#level + level)}${text}`);
  }

  /** `label:<tab>value` and a line break. */
  field(level: number, label: string, value: string | number | boolean): void {
    this.write(level, `${label}:\t${value}\n`);
  }

  /** The aligned text. Control characters that a terminal would obey are replaced. */
  toString(): string {
    return alignTabs(this.#parts.join("").replaceAll("\u001b", "^[").replaceAll("\r", "\\r"));
  }
}
