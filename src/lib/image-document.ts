/**
 * An organization's own image as a document. The platform's API takes it, the database stores it, and the catalogue of
 * images reads it. The API has checked it, so readers trust the types. Times are milliseconds.
 */

/** Signals of `stopSignal`, methods of answers, and signals that a server described by data can handle. */
export const STOP_SIGNALS = [
  ...(["SIGTERM", "SIGINT", "SIGQUIT", "SIGKILL"] as const),
  ...(["SIGHUP", "SIGUSR1", "SIGUSR2", "SIGWINCH"] as const),
] as const;
export const HTTP_METHODS = ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"] as const;
export const HANDLED_SIGNALS = ["TERM", "INT", "QUIT", "HUP", "USR1", "USR2", "WINCH"] as const;

type HandledSignal = (typeof HANDLED_SIGNALS)[number];

export interface ImageDocument {
  /** An image of the catalogue (`python:3.12`) that this one is built on, or `scratch`. */
  base: string;
  /** Compressed layers; absent: the base's size and the files. */
  sizeBytes?: number;
  user?: string;
  workingDir?: string;
  /** Above the variables of the base. */
  env?: Record<string, string>;
  /** Absent: the script, else the server, else the base's. Without `cmd`, an entrypoint of one's own has no arguments. */
  entrypoint?: string[];
  cmd?: string[];
  ports?: number[];
  stopSignal?: (typeof STOP_SIGNALS)[number];
  /** By absolute path. */
  files?: Record<string, ImageFile>;
  /** The text of an executable at `SCRIPT_FOLDER` with the image's name. Without `#!`, `/bin/sh` runs it. */
  script?: string;
  /** A server described by data, as the executable `SERVER_PATH`. */
  server?: ServerDocument;
}

export type ImageFile =
  | { text: string; mode?: string; owner?: string }
  | { base64: string; mode?: string; owner?: string };

/** Texts with `{{…}}` are templates, see `lib/image-template.ts`. */
export interface ServerDocument {
  /** Absent: the image's ports, or 8080. Without any, nothing listens. */
  ports?: number[];
  /** Environment variables without which the program ends at its start, with these lines and this exit code. */
  needs?: { env: string[]; lines?: string[]; exitCode?: number };
  /** Lines of the log by the time since the start. Absent: at once. */
  log?: { afterMs?: number; line: string; stream?: LogStream }[];
  /** From the start until it listens. */
  readyAfterMs?: number;
  /** The first one that matches a request is its answer. */
  answers?: HttpAnswerDocument[];
  /** A line for each request, in a template. */
  accessLog?: string;
  /** The end of the program by itself. */
  exit?: { afterMs: number; code?: number; line?: string };
  /** Signals by name without SIG. Others have their usual effect: TERM, INT and QUIT end the program with code 0. */
  signals?: Partial<Record<HandledSignal, SignalDocument>>;
  memoryBytes?: number;
}

export type LogStream = "stdout" | "stderr";

export interface HttpAnswerDocument {
  /** Absent: every method. An answer to GET is also one to HEAD. */
  method?: (typeof HTTP_METHODS)[number];
  /** Exact, or a prefix that ends with `*`. */
  path: string;
  /** The answer holds from this time since the start on, and until before that one. */
  fromMs?: number;
  untilMs?: number;
  status?: number;
  headers?: Record<string, string>;
  /** A template. */
  body?: string;
  delayMs?: number;
  /** Time on the processor. */
  cpuMs?: number;
  /** The program ends with this code after the answer. */
  exitCode?: number;
}

/** The lines that a signal prints, and the end that it causes. Without `exitCode` the program goes on. */
export interface SignalDocument {
  lines?: string[];
  afterMs?: number;
  exitCode?: number;
}

export const SCRIPT_FOLDER = "/usr/local/bin";
export const SERVER_PATH = "/usr/local/bin/server";

/** A document as the database stores it, for the pull of one of its names. */
export interface OwnImage {
  /** `ANY_TAG` alone stands for every tag. */
  tags: readonly string[];
  /** `sha256:…` of the document. */
  digest: string;
  /** SHA-256 of `username:password` as hexadecimal digits, if a pull needs them; null: none are needed. */
  accessHash: string | null;
  document: ImageDocument;
}

export const ANY_TAG = "*";

/** Digits of the SHA-256 of a repository's name in the summary of an organization's images. */
export const REPOSITORY_MARK_LENGTH = 4;
