/** The command line of curl. */
import { FileError } from "../../files/errors.ts";
import type { ProcessView } from "../../shell/program.ts";
import { UsageError } from "../base/call.ts";
import { readOptions } from "../base/options.ts";
import { baseName, resolvePath } from "../base/paths.ts";

export interface CurlOptions {
  urls: readonly string[];
  method: string;
  /** Whether -X named the method. */
  hasMethod: boolean;
  headers: readonly { name: string; value: string }[];
  body?: string;
  /** The body is the standard input (`-d @-`, `-T -`). */
  usesInput: boolean;
  readsInput: boolean;
  contentType: string;
  user?: string;
  /** Output file of each URL; undefined: the standard output. */
  outputs: readonly (string | undefined)[];
  headFile?: string;
  createsFolders: boolean;
  showsHead: boolean;
  isHead: boolean;
  isSilent: boolean;
  showsErrors: boolean;
  hidesProgress: boolean;
  isVerbose: boolean;
  isInsecure: boolean;
  failsOnError: boolean;
  failsWithBody: boolean;
  follows: boolean;
  maxRedirects: number;
  maxTimeMs?: number;
  connectTimeoutMs?: number;
  retries: number;
  retryDelayMs?: number;
  retriesRefused: boolean;
  retriesAll: boolean;
  caFile?: string;
  writeOut?: string;
  resolved: Readonly<Record<string, string>>;
  showsVersion: boolean;
}

/** A wrong command line, with curl's exit code. */
export class CurlUsage extends Error {
  override name = "CurlUsage";
  readonly status: number;
  readonly hasHint: boolean;

  constructor(message: string, status: number, hasHint = true) {
    super(message);
    this.status = status;
    this.hasHint = hasHint;
  }
}

const RULES = {
  short: "0123456aA:b:c:C:d:D:e:E:fF:gGhH:iIjkK:lLm:MnNo:OpqQ:r:RsSt:T:u:U:vVw:x:X:y:Y:z:Z#",
  long: {
    cacert: ":",
    capath: ":",
    cert: "E",
    compressed: "-",
    "connect-timeout": ":",
    cookie: "b",
    "cookie-jar": "c",
    "create-dirs": "-",
    data: "d",
    "data-ascii": "d",
    "data-binary": ":",
    "data-raw": ":",
    "data-urlencode": ":",
    "dump-header": "D",
    fail: "f",
    "fail-with-body": "-",
    form: "F",
    get: "G",
    globoff: "g",
    head: "I",
    header: "H",
    "http1.0": "-",
    "http1.1": "-",
    http2: "-",
    include: "i",
    insecure: "k",
    interface: ":",
    ipv4: "4",
    ipv6: "6",
    json: ":",
    key: ":",
    location: "L",
    "location-trusted": "L",
    "max-redirs": ":",
    "max-time": "m",
    "no-buffer": "N",
    "no-progress-meter": "-",
    noproxy: ":",
    output: "o",
    "output-dir": ":",
    "progress-bar": "#",
    proxy: "x",
    referer: "e",
    "remote-name": "O",
    request: "X",
    resolve: ":",
    retry: ":",
    "retry-all-errors": "-",
    "retry-connrefused": "-",
    "retry-delay": ":",
    "retry-max-time": ":",
    "show-error": "S",
    silent: "s",
    "unix-socket": ":",
    "upload-file": "T",
    url: ":",
    user: "u",
    "user-agent": "A",
    verbose: "v",
    version: "V",
    "write-out": "w",
  },
};

/** @throws CurlUsage */
export function readCurlOptions(process: ProcessView): CurlOptions {
  const options = read(process);
  const urls = [...options.values("url"), ...options.operands];
  if (urls.length === 0 && !options.has("V")) throw new CurlUsage("(2) no URL specified", 2);
  const form = formOf(process, options.values("F"));
  const data = form ?? dataOf(process, options.given);
  const isGet = options.has("G");
  const isHead = options.has("I");
  const upload = options.value("T");
  const method =
    options.value("X") ?? (isHead ? "HEAD" : upload !== undefined ? "PUT" : data && !isGet ? "POST" : "GET");
  const usesInput = data?.usesInput === true || upload === "-";
  const isJson = options.has("json");
  const named = options.values("o");
  const isRemoteName = options.has("O");
  const seconds = (name: string) =>
    options.value(name) === undefined ? undefined : Number(options.value(name)) * 1000;
  return {
    urls: isGet && data ? urls.map((url) => `${url}${url.includes("?") ? "&" : "?"}${data.text}`) : urls,
    method,
    hasMethod: options.has("X"),
    headers: headersOf(options),
    body: isGet ? undefined : upload !== undefined && upload !== "-" ? readFile(process, upload) : data?.text,
    usesInput,
    readsInput: usesInput,
    contentType: form?.contentType ?? (isJson ? "application/json" : "application/x-www-form-urlencoded"),
    user: options.value("u"),
    outputs: urls.map((url, i) =>
      isRemoteName
        ? baseName(url.replace(/[?#].*/, ""))
        : named[i] === undefined
          ? undefined
          : joinFolder(options.value("output-dir"), named[i]!),
    ),
    headFile: options.value("D"),
    createsFolders: options.has("create-dirs"),
    showsHead: options.has("i"),
    isHead,
    isSilent: options.has("s"),
    showsErrors: options.has("S"),
    hidesProgress: options.has("no-progress-meter", "#"),
    isVerbose: options.has("v"),
    isInsecure: options.has("k"),
    failsOnError: options.has("f", "fail-with-body"),
    failsWithBody: options.has("fail-with-body"),
    follows: options.has("L"),
    maxRedirects: Number(options.value("max-redirs") ?? 50),
    maxTimeMs: seconds("m"),
    connectTimeoutMs: seconds("connect-timeout"),
    retries: Number(options.value("retry") ?? 0),
    retryDelayMs: seconds("retry-delay"),
    retriesRefused: options.has("retry-connrefused"),
    retriesAll: options.has("retry-all-errors"),
    caFile: options.value("cacert"),
    writeOut: writeOutOf(process, options.value("w")),
    resolved: Object.fromEntries(
      options.values("resolve").flatMap((text) => {
        const [host, port, ...address] = text.split(":");
        return address.length > 0 ? [[`${host}:${port}`, address.join(":")]] : [];
      }),
    ),
    showsVersion: options.has("V"),
  };
}

function read(process: ProcessView) {
  try {
    return readOptions({ args: process.argv.slice(1), flavour: "gnu" }, RULES);
  } catch (error) {
    if (!(error instanceof UsageError)) throw error;
    const last = process.argv.find((argument) => argument.startsWith("-")) ?? "";
    throw new CurlUsage(`option ${last}: is unknown`, 2);
  }
}

function joinFolder(folder: string | undefined, name: string): string {
  return folder === undefined ? name : `${folder}/${name}`;
}

function writeOutOf(process: ProcessView, text: string | undefined): string | undefined {
  return text?.startsWith("@") ? readFile(process, text.slice(1)) : text;
}

function headersOf(options: ReturnType<typeof readOptions>): { name: string; value: string }[] {
  const headers = options.values("H").map((line) => {
    const [, name = "", value = ""] = /^([^:;]*)[:;]\s*(.*)$/s.exec(line) ?? [];
    return { name: name.toLowerCase(), value };
  });
  const agent = options.value("A");
  if (agent !== undefined) headers.unshift({ name: "user-agent", value: agent });
  const cookie = options.value("b");
  if (cookie?.includes("=")) headers.unshift({ name: "cookie", value: cookie });
  const referer = options.value("e");
  if (referer !== undefined) headers.unshift({ name: "referer", value: referer });
  if (options.has("json")) headers.unshift({ name: "accept", value: "application/json" });
  return headers;
}

const DATA = new Set(["d", "data-binary", "data-raw", "data-urlencode", "json"]);

/** All data options joined by `&`. `@name` reads a file, without its newlines for -d. */
function dataOf(
  process: ProcessView,
  given: readonly { name: string; value: string }[],
): { text: string; usesInput: boolean } | undefined {
  const parts = given.filter(({ name }) => DATA.has(name));
  if (parts.length === 0) return undefined;
  const usesInput = parts.some(({ name, value }) => value === "@-" && name !== "data-raw");
  const texts = parts.map(({ name, value }) => {
    if (name === "data-urlencode") return encoded(value);
    if (!value.startsWith("@") || name === "data-raw" || value === "@-") return value === "@-" ? "" : value;
    const text = readFile(process, value.slice(1));
    return name === "d" ? text.replace(/[\r\n\0]/g, "") : text;
  });
  return { text: texts.join(parts.some(({ name }) => name === "json") ? "" : "&"), usesInput };
}

/** The parts of -F: `name=value`, `name=@file` with its name, `name=<file` without it. */
function formOf(
  process: ProcessView,
  parts: readonly string[],
): { text: string; usesInput: boolean; contentType: string } | undefined {
  if (parts.length === 0) return undefined;
  const boundary = `------------------------${process.pid.toString(16).padStart(16, "0")}`;
  const texts = parts.map((part) => {
    const [, name = "", value = ""] = /^([^=]*)=(.*)$/s.exec(part) ?? [];
    const [path = "", ...settings] = value.slice(1).split(";");
    const isFile = value.startsWith("@");
    const type = settings.find((each) => each.startsWith("type="))?.slice("type=".length) ?? "application/octet-stream";
    const head = isFile ? `; filename="${baseName(path)}"\r\nContent-Type: ${type}` : "";
    const content = isFile || value.startsWith("<") ? readFile(process, path) : value;
    return `--${boundary}\r\nContent-Disposition: form-data; name="${name}"${head}\r\n\r\n${content}\r\n`;
  });
  const text = `${texts.join("")}--${boundary}--\r\n`;
  return { text, usesInput: false, contentType: `multipart/form-data; boundary=${boundary}` };
}

function encoded(value: string): string {
  const [, name = "", text = value] = /^([^=]*)=(.*)$/s.exec(value) ?? [];
  const percent = text.replace(
    /[^A-Za-z0-9._~-]/g,
    (character) => `%${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, "0")}`,
  );
  return name === "" ? percent : `${name}=${percent}`;
}

function readFile(process: ProcessView, name: string): string {
  try {
    return process.files.read(resolvePath(process.cwd, name));
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    throw new CurlUsage(`(26) Failed to open/read local data from file/application`, 26, false);
  }
}
