/** Texts of errors, as GNU's tools and busybox print them. */
import { FileError } from "../../files/errors.ts";

/** A name in a message: in quotes, with a quote in it as the shell writes it. */
export function quoted(name: string): string {
  if (!/['\n\t\r]/.test(name)) return `'${name}'`;
  if (!/[\n\t\r]/.test(name) && !/["$`\\!]/.test(name)) return `"${name}"`;
  const escapes: Record<string, string> = { "\n": "\\n", "\t": "\\t", "\r": "\\r" };
  return `'${name
    .replaceAll("'", "'\\''")
    .replace(/[\n\t\r]+/g, (run) => `'$'${[...run].map((character) => escapes[character]).join("")}''`)}'`;
}

/** The text of a file error. Other errors are thrown again: they are bugs. */
export function fileProblem(error: unknown): string {
  if (error instanceof FileError) return error.message;
  throw error;
}
