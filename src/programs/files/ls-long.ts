/** The long format of ls, and the decorations of names. */
import type { FileEntry } from "../../files/entry.ts";
import type { Call } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { blocksOf, inodeOf, linksOf } from "../base/inodes.ts";
import { modeText } from "../base/modes.ts";
import type { Options } from "../base/options.ts";
import { busyboxSize, humanSize } from "../base/sizes.ts";
import { Names } from "../base/users.ts";

export interface Item {
  /** As it is shown. */
  name: string;
  path: string;
  entry: FileEntry;
}

const HALF_YEAR_MS = (31_556_952 / 2) * 1000;

export class LongFormat {
  readonly #call: Call;
  readonly #options: Options;
  readonly #names: Names;
  readonly #isColored: boolean;

  constructor(call: Call, options: Options) {
    this.#call = call;
    this.#options = options;
    this.#names = new Names(call.process.files);
    const color = options.has("color")
      ? options.value("color") || "always"
      : call.flavour === "busybox"
        ? "auto"
        : "never";
    this.#isColored = color === "always" || (color !== "never" && call.process.isTerminal(1));
  }

  total(items: readonly Item[]): string {
    const blocks = items.reduce((sum, { entry }) => sum + blocksOf(this.#call.process.files, entry), 0);
    return `total ${this.#options.has("h") && this.#call.flavour === "gnu" ? humanSize(blocks * 1024) : blocks}\n`;
  }

  /** The name with what -i, -s, -F and --color add. */
  cell(item: Item): string {
    const { files } = this.#call.process;
    const inode = this.#options.has("i") ? `${inodeOf(item.path)} ` : "";
    const blocks = this.#options.has("s") ? `${blocksOf(files, item.entry)} ` : "";
    return inode + blocks + this.#decorated(item);
  }

  lines(items: readonly Item[]): string {
    const rows = items.map((item) => this.#row(item));
    const width = (column: number) => Math.max(0, ...rows.map((row) => row[column]!.length));
    const widths = [0, 1, 2, 3, 4, 5].map(width);
    const isGnu = this.#call.flavour === "gnu";
    return rows
      .map(([mode = "", links = "", user = "", group = "", size = "", time = ""], i) => {
        const name = this.#withTarget(items[i]!);
        const prefix = this.#prefix(items[i]!);
        if (!isGnu) {
          const owner = this.#options.has("g") ? "" : `${user.slice(0, 8).padEnd(8)} `;
          return `${prefix}${mode} ${links.padStart(4)} ${owner}${group.slice(0, 8).padEnd(8)} ${size.padStart(9)} ${time} ${name}\n`;
        }
        const owner = this.#options.has("g") ? "" : `${user.padEnd(widths[2]!)} `;
        const owners = owner + (this.#options.has("o", "G") ? "" : `${group.padEnd(widths[3]!)} `);
        return `${prefix}${mode} ${links.padStart(widths[1]!)} ${owners}${size.padStart(widths[4]!)} ${time.padStart(widths[5]!)} ${name}\n`;
      })
      .join("");
  }

  #prefix({ entry, path }: Item): string {
    const inode = this.#options.has("i") ? `${inodeOf(path)} ` : "";
    return inode + (this.#options.has("s") ? `${blocksOf(this.#call.process.files, entry)} ` : "");
  }

  #row({ entry, path }: Item): string[] {
    const { files } = this.#call.process;
    const isNumeric = this.#options.has("n");
    const bytes = files.sizeBytes(entry);
    const human = this.#call.flavour === "gnu" ? humanSize : busyboxSize;
    const size = this.#options.has("h")
      ? human(bytes)
      : this.#options.has("si")
        ? humanSize(bytes, 1000)
        : String(bytes);
    return [
      modeText(entry),
      String(linksOf(files, path, entry)),
      isNumeric ? String(entry.uid) : this.#names.user(entry.uid),
      isNumeric ? String(entry.gid) : this.#names.group(entry.gid),
      entry.type === "device" ? deviceNumbers(entry.device) : size,
      this.#time(entry.modifiedAtMs),
    ];
  }

  #time(atMs: number): string {
    const { nowMs, env } = this.#call.process;
    const time = localTime(atMs, env.TZ);
    if (this.#options.has("full-time") && this.#call.flavour === "busybox") return formatTime("%F %T %z", time);
    const style = this.#options.value("time-style") ?? (this.#options.has("full-time") ? "full-iso" : "locale");
    if (style.startsWith("+")) return formatTime(style.slice(1), time);
    if (style === "full-iso") return formatTime("%F %T.%N %z", time);
    if (style === "long-iso") return formatTime("%F %H:%M", time);
    const isRecent = atMs <= nowMs && nowMs - atMs < HALF_YEAR_MS;
    if (style === "iso") return formatTime(isRecent ? "%m-%d %H:%M" : "%F ", time);
    return formatTime(isRecent ? "%b %e %H:%M" : "%b %e  %Y", time);
  }

  #withTarget(item: Item): string {
    if (item.entry.type !== "link") return this.#decorated(item);
    return `${this.#decorated(item, true)} -> ${item.entry.target}`;
  }

  #decorated({ name, entry }: Item, isLinkLine = false): string {
    const shown = this.#options.has("Q") ? `"${name}"` : name;
    const text = this.#isColored ? colored(shown, entry, this.#call.flavour) : shown;
    return text + (isLinkLine ? "" : this.#mark(entry));
  }

  #mark(entry: FileEntry): string {
    const isDirectoryMarked = this.#options.has("p", "F", "classify", "file-type");
    if (entry.type === "directory") return isDirectoryMarked ? "/" : "";
    if (!this.#options.has("F", "classify", "file-type")) return "";
    if (entry.type === "link") return "@";
    if (entry.type === "fifo") return "|";
    if (entry.type === "socket") return "=";
    return entry.type === "file" && (entry.mode & 0o111) !== 0 && !this.#options.has("file-type") ? "*" : "";
  }
}

const DEVICE_NUMBERS = { null: "1, 3", zero: "1, 5", full: "1, 7", random: "1, 8", tty: "5, 0", block: "254, 0" };

function deviceNumbers(device: keyof typeof DEVICE_NUMBERS): string {
  const [major, minor = ""] = DEVICE_NUMBERS[device].split(", ");
  return `${major},${minor.padStart(4)}`;
}

/** Escape sequences of the default LS_COLORS. busybox colours plain files too. */
function colored(name: string, entry: FileEntry, flavour: Call["flavour"]): string {
  const code = colorOf(entry);
  if (flavour === "busybox") return `\x1b[${code || "0;0"}m${name}\x1b[m`;
  return code === "" ? name : `\x1b[0m\x1b[${code.replace(/^1;/, "01;")}m${name}\x1b[0m`;
}

function colorOf(entry: FileEntry): string {
  if (entry.type === "directory") return "1;34";
  if (entry.type === "link") return "1;36";
  if (entry.type === "fifo") return "1;33";
  if (entry.type === "socket") return "1;35";
  if (entry.type === "device") return "1;33";
  return (entry.mode & 0o111) !== 0 ? "1;32" : "";
}
