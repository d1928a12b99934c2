/** file: the kind of a file by its first bytes, in the words of libmagic for common kinds. */
import type { Bytes, FileEntry } from "../../files/entry.ts";
import { type Call, MissingOperand, tool } from "../base/call.ts";
import { readOptions } from "../base/options.ts";

interface Kind {
  text: string;
  mime: string;
}

export const file = tool((call) => {
  const options = readOptions(call, {
    short: "bcEf:F:hiklLNnpPrsvz0",
    long: { brief: "b", mime: "i", "mime-type": "-", "mime-encoding": "-", dereference: "L", "no-dereference": "h" },
  });
  if (options.operands.length === 0)
    throw new MissingOperand("Usage: file [-bcCdEhikLlNnprsSvzZ0] [-m <magicfiles>] file ...");
  const width = Math.max(...options.operands.map((name) => name.length)) + 1;
  for (const name of options.operands) {
    const found = kindOf(call, name, options.has("L"));
    const charset = /^text\//.test(found.mime) || found.mime === "application/json" ? charsetOf(call, name) : "binary";
    const shown = options.has("mime-type")
      ? found.mime
      : options.has("mime-encoding")
        ? charset
        : options.has("i")
          ? `${found.mime}; charset=${charset}`
          : found.text;
    call.print(options.has("b") ? `${shown}\n` : `${`${name}:`.padEnd(width)} ${shown}\n`);
  }
  return 0;
});

function kindOf(call: Call, name: string, follows: boolean): Kind {
  const { files } = call.process;
  const path = call.path(name);
  if (name === "-") return kindOfContent(call.input(), undefined);
  const entry = follows ? files.find(path) : files.findLink(path);
  if (!entry)
    return {
      text: `cannot open \`${name}' (No such file or directory)`,
      mime: `cannot open \`${name}' (No such file or directory)`,
    };
  switch (entry.type) {
    case "directory":
      return { text: (entry.mode & 0o1000) !== 0 ? "sticky, directory" : "directory", mime: "inode/directory" };
    case "link": {
      const isBroken = files.find(path) === undefined;
      return { text: `${isBroken ? "broken " : ""}symbolic link to ${entry.target}`, mime: "inode/symlink" };
    }
    case "file":
      return kindOfContent(files.read(path), entry);
    case "device":
      return { text: "character special (1/3)", mime: "inode/chardevice" };
    case "fifo":
      return { text: "fifo (named pipe)", mime: "inode/fifo" };
    default:
      return { text: "socket", mime: "inode/socket" };
  }
}

/** Where a signature stands, the signature, the kind in words, its type. */
const MAGIC: readonly (readonly [number, string, string, string])[] = [
  [0, "\x1f\x8b\x08", "gzip compressed data", "application/gzip"],
  [0, "PK\x03\x04", "Zip archive data, at least v2.0 to extract, compression method=deflate", "application/zip"],
  [0, "BZh", "bzip2 compressed data, block size = 900k", "application/x-bzip2"],
  [0, "\xfd7zXZ\0", "XZ compressed data, checksum CRC64", "application/x-xz"],
  [0, "\x89PNG\r\n", "PNG image data", "image/png"],
  [0, "\xff\xd8\xff", "JPEG image data", "image/jpeg"],
  [0, "GIF8", "GIF image data", "image/gif"],
  [0, "%PDF-", "PDF document", "application/pdf"],
  [0, "SQLite format 3\0", "SQLite 3.x database", "application/vnd.sqlite3"],
  [257, "ustar  \0", "POSIX tar archive (GNU)", "application/x-tar"],
  [257, "ustar\0", "POSIX tar archive", "application/x-tar"],
  [0, "-----BEGIN CERTIFICATE-----", "PEM certificate", "text/plain"],
  [0, "-----BEGIN CERTIFICATE REQUEST-----", "PEM certificate request", "text/plain"],
  [0, "-----BEGIN RSA PRIVATE KEY-----", "PEM RSA private key", "text/plain"],
  [0, "-----BEGIN EC PRIVATE KEY-----", "PEM EC private key", "text/plain"],
  [0, "<?xml", "XML 1.0 document, ASCII text", "text/xml"],
  [0, "<!DOCTYPE html", "HTML document, ASCII text", "text/html"],
  [0, "<!doctype html", "HTML document, ASCII text", "text/html"],
  [0, "<html", "HTML document, ASCII text", "text/html"],
];

const INTERPRETERS: Readonly<Record<string, readonly [string, string]>> = {
  sh: ["POSIX shell script", "text/x-shellscript"],
  dash: ["a /bin/dash script", "text/x-shellscript"],
  bash: ["Bourne-Again shell script", "text/x-shellscript"],
  python: ["Python script", "text/x-script.python"],
  python3: ["Python script", "text/x-script.python"],
  perl: ["Perl script text executable", "text/x-perl"],
  node: ["Node.js script executable", "application/javascript"],
};

function kindOfContent(content: Bytes, entry: FileEntry | undefined): Kind {
  if (entry?.type === "file" && entry.program !== undefined && content === "") {
    const architecture = "ELF 64-bit LSB pie executable, x86-64, version 1 (SYSV), dynamically linked";
    return {
      text: `${architecture}, interpreter /lib64/ld-linux-x86-64.so.2, for GNU/Linux 3.2.0, stripped`,
      mime: "application/x-pie-executable",
    };
  }
  if (content === "") return { text: "empty", mime: "inode/x-empty" };
  for (const [at, signature, text, mime] of MAGIC) if (content.startsWith(signature, at)) return { text, mime };
  const encoding = encodingOf(content);
  const [, interpreter = ""] = /^#! *\S*\/(?:env +)?(\w+)/.exec(content) ?? [];
  const known = INTERPRETERS[interpreter];
  if (known) return { text: `${known[0]}, ${encoding} text executable`, mime: known[1] };
  if (content.startsWith("#!"))
    return {
      text: `a ${content.slice(2).split("\n", 1)[0]!.trim()} script, ${encoding} text executable`,
      mime: "text/plain",
    };
  if (encoding === "data") return { text: "data", mime: "application/octet-stream" };
  if (isJson(content)) return { text: "JSON text data", mime: "application/json" };
  const long = Math.max(...content.split("\n").map((line) => line.length));
  const ends = content.includes("\r\n")
    ? ", with CRLF line terminators"
    : content.includes("\n")
      ? ""
      : ", with no line terminators";
  return { text: `${encoding} text${long > 300 ? `, with very long lines (${long})` : ""}${ends}`, mime: "text/plain" };
}

function isJson(content: string): boolean {
  if (!/^\s*[[{]/.test(content)) return false;
  try {
    JSON.parse(content);
    return true;
  } catch {
    return false;
  }
}

function encodingOf(content: Bytes): "ASCII" | "Unicode text, UTF-8" | "ISO-8859" | "data" {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters make a file binary
  if (/[\x00-\x06\x0e-\x1a\x1c-\x1f\x7f]/.test(content)) return "data";
  if (!/[\x80-\xff]/.test(content)) return "ASCII";
  return /^(?:[^\x80-\xff]|[\xc2-\xdf][\x80-\xbf]|[\xe0-\xef][\x80-\xbf]{2}|[\xf0-\xf4][\x80-\xbf]{3})*$/.test(content)
    ? "Unicode text, UTF-8"
    : "ISO-8859";
}

function charsetOf(call: Call, name: string): string {
  const encoding = encodingOf(name === "-" ? call.input() : call.process.files.read(call.path(name)));
  return { ASCII: "us-ascii", "Unicode text, UTF-8": "utf-8", "ISO-8859": "iso-8859-1", data: "binary" }[encoding];
}
