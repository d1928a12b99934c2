/** Databases of a server in files: one JSON file for each database, below the server's folder. */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import { type Database, emptyDatabase } from "./database.ts";

export class Storage {
  readonly #files: FileSystem;
  readonly #folder: string;

  /** The folder must exist. */
  constructor(files: FileSystem, folder: string) {
    this.#files = files;
    this.#folder = folder;
  }

  names(): string[] {
    return this.#files
      .list(this.#folder)
      .filter((name) => name.endsWith(EXTENSION))
      .map((name) => name.slice(0, -EXTENSION.length));
  }

  has(name: string): boolean {
    return this.#files.find(this.#path(name)) !== undefined;
  }

  read(name: string): Database {
    return JSON.parse(this.#files.read(this.#path(name))) as Database;
  }

  /** Throws FileError: a full or read-only volume. */
  write(name: string, database: Database): void {
    this.#files.write(this.#path(name), JSON.stringify(database), 0o600);
  }

  create(name: string): void {
    this.write(name, emptyDatabase());
  }

  remove(name: string): void {
    this.#files.removeFile(this.#path(name));
  }

  #path(name: string): string {
    return `${this.#folder}/${name.replace(/[^\w.-]/g, "_")}${EXTENSION}`;
  }
}

const EXTENSION = ".db";

/** Creates the folder and those above it. Throws FileError. */
export function makeFolders(files: FileSystem, path: string, mode = 0o700): void {
  const parts = path.split("/").filter((part) => part !== "");
  let made = "";
  for (const part of parts) {
    made += `/${part}`;
    try {
      if (!files.find(made)) files.makeDirectory(made, mode);
    } catch (error) {
      if (!(error instanceof FileError) || error.code !== "EEXIST") throw error;
    }
  }
}
