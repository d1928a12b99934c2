/** The inputs of a run: values of files and of the standard input, lines, or all of them as one. */
import { FileError } from "../../files/errors.ts";
import { bytesOfText, textOfBytes } from "../../lib/bytes.ts";
import type { Call } from "../base/call.ts";
import type { JqOptions } from "./options.ts";
import { JsonReader } from "./reader.ts";
import { isObject, type Meter, type Value } from "./values.ts";

type Item = { value: Value } | undefined;

export class Inputs {
  readonly #call: Call;
  readonly #options: JqOptions;
  readonly #meter: Meter;
  readonly #files: string[];
  #name: string | undefined;
  #text: string | undefined;
  #reader: JsonReader | undefined;
  #lineAt = 0;
  #lines = 0;
  #events: Value[] = [];
  #isSlurped = false;
  /** Files that could not be read. */
  failures = 0;

  constructor(call: Call, options: JqOptions, meter: Meter) {
    this.#call = call;
    this.#options = options;
    this.#meter = meter;
    this.#files = options.files.length > 0 ? [...options.files] : ["-"];
  }

  /** The name of the file that is read. */
  get fileName(): string | undefined {
    return this.#name === "-" ? undefined : this.#name;
  }

  get line(): number {
    return this.#reader ? this.#reader.linesRead : this.#lines;
  }

  /** Where an error happened. */
  get place(): string {
    return this.#name === undefined ? "<unknown>" : `${this.fileName ?? "<stdin>"}:${this.line}`;
  }

  /** The next input. @throws JsonProblem */
  next(): Item {
    if (!this.#options.flags.has("s")) return this.#one();
    if (this.#isSlurped) return undefined;
    this.#isSlurped = true;
    if (this.#options.flags.has("R")) return { value: this.#wholeText() };
    const values: Value[] = [];
    for (let item = this.#one(); item; item = this.#one()) values.push(item.value);
    return { value: values };
  }

  #one(): Item {
    if (this.#options.flags.has("R")) return this.#line();
    if (!this.#options.flags.has("stream")) return this.#value();
    if (this.#events.length === 0) {
      const item = this.#value();
      if (!item) return undefined;
      this.#events = eventsOf(item.value, this.#meter);
    }
    return { value: this.#events.shift()! };
  }

  #value(): Item {
    for (;;) {
      if (!this.#reader) {
        const text = this.#open();
        if (text === undefined) return undefined;
        this.#reader = new JsonReader(text);
      }
      const item = this.#reader.next();
      this.#meter.charge(1);
      if (item || this.#files.length === 0) return item;
      this.#reader = undefined;
    }
  }

  #line(): Item {
    for (;;) {
      this.#text ??= this.#open();
      if (this.#text === undefined) return undefined;
      const end = this.#text.indexOf("\n", this.#lineAt);
      if (end < 0 && this.#lineAt >= this.#text.length) {
        if (this.#files.length === 0) return undefined;
        this.#text = undefined;
        this.#lineAt = 0;
        continue;
      }
      const line = this.#text.slice(this.#lineAt, end < 0 ? undefined : end);
      this.#lineAt = end < 0 ? this.#text.length : end + 1;
      this.#lines += end < 0 ? 0 : 1;
      return { value: line };
    }
  }

  #wholeText(): string {
    let all = "";
    for (let text = this.#open(); text !== undefined; text = this.#open()) all += text;
    return all;
  }

  /** The text of the next file that can be read. */
  #open(): string | undefined {
    for (let name = this.#files.shift(); name !== undefined; name = this.#files.shift()) {
      try {
        const bytes = name === "-" ? this.#call.input() : this.#call.read(bytesOfText(name));
        this.#name = name;
        this.#meter.charge(bytes.length / 200);
        return textOfBytes(bytes);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        this.failures++;
        if (error.code === "EISDIR") continue;
        this.#call.warn(`jq: error: Could not open file ${bytesOfText(name)}: ${error.message}\n`);
      }
    }
    return undefined;
  }
}

/** The events of `--stream`: paths with leaves, and the ends of arrays and objects. */
function eventsOf(value: Value, meter: Meter): Value[] {
  const events: Value[] = [];
  const walk = (part: Value, path: readonly Value[], isTop: boolean) => {
    meter.charge(1 + path.length / 10);
    const entries: [Value, Value][] = Array.isArray(part)
      ? part.map((item, i) => [i, item])
      : isObject(part)
        ? [...part]
        : [];
    if (entries.length === 0) {
      events.push([[...path], part]);
      return;
    }
    for (const [key, item] of entries) walk(item, [...path, key], false);
    events.push([[...path, entries.at(-1)![0]]]);
    if (isTop) return;
  };
  walk(value, [], true);
  return events;
}
