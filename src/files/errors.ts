/** Errors of the file system by their names in Linux, with the texts of strerror(3). */

const TEXTS = {
  EPERM: "Operation not permitted",
  ENOENT: "No such file or directory",
  EACCES: "Permission denied",
  EBUSY: "Device or resource busy",
  EEXIST: "File exists",
  EXDEV: "Invalid cross-device link",
  ENOTDIR: "Not a directory",
  EISDIR: "Is a directory",
  EINVAL: "Invalid argument",
  EFBIG: "File too large",
  ENOSPC: "No space left on device",
  EROFS: "Read-only file system",
  EMLINK: "Too many links",
  ENAMETOOLONG: "File name too long",
  ENOTEMPTY: "Directory not empty",
  ELOOP: "Too many levels of symbolic links",
  ENXIO: "No such device or address",
  EAGAIN: "Resource temporarily unavailable",
  ENOEXEC: "Exec format error",
} as const;

export type FileErrorCode = keyof typeof TEXTS;

export class FileError extends Error {
  override name: string = "FileError";
  readonly code: FileErrorCode;
  readonly path: string;

  /** `message` is the text of strerror(3) for the code. */
  constructor(code: FileErrorCode, path: string) {
    super(TEXTS[code]);
    this.code = code;
    this.path = path;
  }
}

/** A write to an open file failed. Tools name the output and not the file that they read. */
export class OutputError extends FileError {
  override name = "OutputError";
}
