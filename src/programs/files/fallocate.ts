/** fallocate: makes files larger, and empties ranges of them. Files have no holes: ranges hold zeros. */
import { FileError } from "../../files/errors.ts";
import { MAX_FILE_BYTES } from "../../lib/container-limits.ts";
import { type Call, MissingOperand, tool, UsageError } from "../base/call.ts";
import { type Options, readOptions } from "../base/options.ts";
import { parseSize } from "../base/sizes.ts";
import { refuse } from "../base/unavailable.ts";

const RULES = {
  short: "cdil:no:pvxz",
  long: {
    "collapse-range": "c",
    "dig-holes": "d",
    "insert-range": "i",
    length: "l",
    "keep-size": "n",
    offset: "o",
    "punch-hole": "p",
    verbose: "v",
    posix: "x",
    "zero-range": "z",
  },
};

export const fallocate = tool((call) => {
  const options = readOptions(call, RULES);
  const [name] = options.operands;
  const isGnu = call.flavour === "gnu";
  if (isGnu && options.has("c", "i")) return refuse(call.process, "changes of a file's blocks");
  if (name === undefined || (!isGnu && !options.has("l"))) throw wrongUse(call, "no filename specified");
  if (options.operands.length > 1) throw wrongUse(call, "unexpected number of arguments");
  if (!options.has("l") && !options.has("d")) throw wrongUse(call, "no length argument specified");
  const length = options.has("d") ? 0 : numberOf(call, options, "l", "length");
  const offset = numberOf(call, options, "o", "offset");
  const isEmpty = length === 0 && !options.has("d");
  if (isEmpty && isGnu) throw new UsageError("invalid length value specified", { hasHint: false });
  try {
    change(call, options, { path: call.path(name), offset, length });
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(`fallocate: ${failureOf(call, name, error)}: ${error.message}\n`);
    return 1;
  }
  // busybox opens the file before the kernel refuses.
  if (isEmpty) call.warn(`fallocate: fallocate '${name}': Invalid argument\n`);
  if (isGnu && options.has("v")) call.print(`${name}: ${shownSize(length)} (${length} bytes) ${doneBy(options)}.\n`);
  return isEmpty ? 1 : 0;
});

/** Only busybox shows its usage. */
function wrongUse({ flavour }: Call, text: string): UsageError {
  return new MissingOperand(text, { hasHint: flavour === "busybox" });
}

function numberOf(call: Call, options: Options, letter: string, what: string): number {
  const text = options.value(letter);
  if (text === undefined) return 0;
  const number = parseSize(text);
  if (number !== undefined) return number;
  const message = call.flavour === "gnu" ? `invalid ${what} value specified` : `invalid number '${text}'`;
  throw new UsageError(message, { hasHint: false });
}

function change(call: Call, options: Options, range: { path: string; offset: number; length: number }): void {
  const { files } = call.process;
  const { path, offset, length } = range;
  const known = files.find(path);
  const end = offset + length;
  if (!options.has("d", "n", "p", "z")) {
    files.resize(path, Math.max(end, known ? files.sizeBytes(known) : 0));
    return;
  }
  // Digging and punching need a file that exists.
  const content = known || options.has("d", "p") ? files.read(path) : "";
  if (end > MAX_FILE_BYTES) throw new FileError("EFBIG", path);
  const erases = options.has("p", "z");
  const keepsSize = options.has("n", "p");
  const emptied = erases
    ? `${content.slice(0, offset).padEnd(offset, "\0")}${"\0".repeat(length)}${content.slice(end)}`
    : content;
  files.write(path, keepsSize || options.has("d") ? emptied.slice(0, content.length) : emptied);
}

function doneBy(options: Options): string {
  if (options.has("d")) return "converted to sparse holes";
  if (options.has("p")) return "hole created";
  return options.has("z") ? "zeroed" : "allocated";
}

/** As util-linux shows sizes: `100 B`, `1.5 KiB`. */
function shownSize(bytes: number): string {
  const unit = bytes < 1024 ? 0 : bytes < 1024 ** 2 ? 1 : bytes < 1024 ** 3 ? 2 : 3;
  const value = (bytes / 1024 ** unit).toFixed(1).replace(/\.0$/, "");
  return `${value} ${["B", "KiB", "MiB", "GiB"][unit]}`;
}

function failureOf(call: Call, name: string, { code }: FileError): string {
  if (code === "EFBIG" || code === "ENOSPC") return call.flavour === "gnu" ? "fallocate failed" : `fallocate '${name}'`;
  return call.flavour === "gnu" ? `cannot open ${name}` : `can't open '${name}'`;
}
