/**
 * Buckets and objects in a server's data folder. As with the real server a bucket is a directory, and an object is a
 * directory with the file `xl.meta`; the file holds the object's facts as a line of JSON, and its content.
 */
import { md5 } from "@noble/hashes/legacy.js";
import type { Bytes } from "../../../files/entry.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import { bytesOf, bytesOfText, textOfBytes } from "../../../lib/bytes.ts";
import { toHex } from "../../../lib/encoding.ts";

/** Headers of an object that the server keeps. */
export type ObjectHeaders = Record<string, string>;

export interface StoredObject {
  /** Text. */
  key: string;
  etag: string;
  headers: ObjectHeaders;
  modifiedAtMs: number;
  content: Bytes;
}

const META = "xl.meta";
const MAGIC = "XL2 1   ";
/** The server's own folder; no bucket has such a name. */
export const SYSTEM_FOLDER = ".minio.sys";

/** Paths are byte strings, and keys are text. */
const bytes = bytesOfText;

/** Creates the directory and its parents. @throws FileError */
export function makeDirectories(files: FileSystem, path: string): void {
  const parts = path.split("/").filter((part) => part !== "");
  for (let i = 1; i <= parts.length; i++) {
    const directory = `/${parts.slice(0, i).join("/")}`;
    if (!files.find(directory)) files.makeDirectory(directory, 0o755);
  }
}

function removeTree(files: FileSystem, path: string): void {
  for (const name of files.list(path)) {
    const child = `${path}/${name}`;
    if (files.findLink(child)?.type === "directory") removeTree(files, child);
    else files.removeFile(child);
  }
  files.removeDirectory(path);
}

/** The objects of one server. All methods throw FileError for a folder that cannot be read or written. */
export class ObjectStore {
  readonly #files: FileSystem;
  readonly #folder: string;

  constructor(files: FileSystem, folder: string) {
    this.#files = files;
    this.#folder = folder.replace(/\/+$/, "");
  }

  /** Names of the buckets with the times of their creation, ms. */
  buckets(): { name: string; createdAtMs: number }[] {
    return this.#files.list(this.#folder || "/").flatMap((name) => {
      const entry = this.#files.find(`${this.#folder}/${name}`);
      const isBucket = entry?.type === "directory" && !name.startsWith(".") && name !== "lost+found";
      return isBucket ? [{ name, createdAtMs: entry.modifiedAtMs }] : [];
    });
  }

  hasBucket(bucket: string): boolean {
    return this.#files.find(`${this.#folder}/${bucket}`)?.type === "directory";
  }

  makeBucket(bucket: string): void {
    makeDirectories(this.#files, `${this.#folder}/${bucket}`);
  }

  removeBucket(bucket: string): void {
    removeTree(this.#files, `${this.#folder}/${bucket}`);
    this.setPolicy(bucket, "");
  }

  /** The object, undefined if it is missing. */
  find(bucket: string, key: string): StoredObject | undefined {
    const path = `${this.#directory(bucket, key)}/${META}`;
    const entry = this.#files.find(path);
    if (entry?.type !== "file") return undefined;
    const text = this.#files.read(path);
    const end = text.indexOf("\n");
    if (!text.startsWith(MAGIC) || end < 0) return undefined;
    const { etag, headers } = JSON.parse(textOfBytes(text.slice(MAGIC.length, end))) as StoredObject;
    return { key, etag, headers, modifiedAtMs: entry.modifiedAtMs, content: text.slice(end + 1) };
  }

  /** Whether a part of the key in front of a slash is an object: then no object may have this key. */
  hasParentObject(bucket: string, key: string): boolean {
    const parts = key.split("/");
    return parts.some((_, i) => i > 0 && this.find(bucket, parts.slice(0, i).join("/")) !== undefined);
  }

  /** Stores the object. Returns its entity tag. */
  put(bucket: string, key: string, { headers, content }: Pick<StoredObject, "headers" | "content">): string {
    const directory = this.#directory(bucket, key);
    const etag = toHex(md5(bytesOf(content)));
    makeDirectories(this.#files, directory);
    this.#files.write(`${directory}/${META}`, `${MAGIC}${bytes(JSON.stringify({ etag, headers }))}\n${content}`);
    return etag;
  }

  /** Removes the object if it is there, and the folders that become empty. */
  remove(bucket: string, key: string): void {
    let directory = this.#directory(bucket, key);
    if (!this.#files.find(`${directory}/${META}`)) return;
    this.#files.removeFile(`${directory}/${META}`);
    while (directory !== `${this.#folder}/${bucket}` && this.#files.list(directory).length === 0) {
      this.#files.removeDirectory(directory);
      directory = directory.slice(0, directory.lastIndexOf("/"));
    }
  }

  /** Keys of a bucket in byte order. */
  keys(bucket: string): string[] {
    const found: string[] = [];
    const walk = (directory: string, prefix: string) => {
      for (const name of this.#files.list(directory)) {
        const child = `${directory}/${name}`;
        if (name === META && prefix !== "") found.push(textOfBytes(prefix.replace(/__XLDIR__$/, "/")));
        else if (this.#files.find(child)?.type === "directory") walk(child, prefix === "" ? name : `${prefix}/${name}`);
      }
    };
    walk(`${this.#folder}/${bucket}`, "");
    return found.map(bytes).sort().map(textOfBytes);
  }

  /** The bucket's policy as JSON; empty without one. */
  policy(bucket: string): string {
    const path = this.#policyPath(bucket);
    return this.#files.find(path) ? textOfBytes(this.#files.read(path)) : "";
  }

  /** An empty text removes the policy. */
  setPolicy(bucket: string, policy: string): void {
    const path = this.#policyPath(bucket);
    if (policy === "") {
      if (this.#files.find(path)) this.#files.removeFile(path);
      return;
    }
    makeDirectories(this.#files, path.slice(0, path.lastIndexOf("/")));
    this.#files.write(path, bytes(policy));
  }

  #policyPath(bucket: string): string {
    return `${this.#folder}/${SYSTEM_FOLDER}/buckets/${bucket}/policy.json`;
  }

  /** A key with a slash at its end is an empty folder, and its directory has a name of its own. */
  #directory(bucket: string, key: string): string {
    return `${this.#folder}/${bucket}/${bytes(key.replace(/\/$/, "__XLDIR__"))}`;
  }
}
