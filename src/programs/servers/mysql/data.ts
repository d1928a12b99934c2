/** The data directory of MySQL and MariaDB: a folder for each database, a file for each table, JSON in both. */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import type { Entry, EntryStore } from "../../sql/catalog.ts";
import { SqlError } from "../../sql/errors.ts";

export interface Account {
  user: string;
  /** `%`, `localhost`, or an address. */
  host: string;
  password: string;
  /** `*.*`, `shop.*`, with the privileges as they were granted. */
  grants: { target: string; privileges: string }[];
}

/** `mysql/accounts.json` */
export interface Accounts {
  list: Account[];
}

export class DatabaseFolder implements EntryStore {
  readonly #files: FileSystem;
  readonly #path: string;
  readonly #database: string;

  constructor(files: FileSystem, path: string, database: string) {
    this.#files = files;
    this.#path = path;
    this.#database = database;
  }

  names(): readonly string[] {
    const folder = `${this.#path}/${this.#database}`;
    if (this.#database === "" || !this.#files.find(folder)) return [];
    return this.#files
      .list(folder)
      .flatMap((name) => (name.endsWith(SUFFIX) ? [decodeURIComponent(name.slice(0, -SUFFIX.length))] : []));
  }

  read(name: string): Entry | undefined {
    if (this.#database === "" && !name.includes(".")) throw new SqlError({ kind: "noSelectedDatabase" });
    const path = this.#pathOf(name);
    return this.#files.find(path)?.type === "file" ? (JSON.parse(this.#files.read(path)) as Entry) : undefined;
  }

  write(name: string, entry: Entry): void {
    if (this.#database === "" && !name.includes(".")) throw new SqlError({ kind: "noSelectedDatabase" });
    try {
      this.#files.write(this.#pathOf(name), JSON.stringify(entry), 0o640);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      throw new SqlError({ kind: "disk", path: name, reason: error.message });
    }
  }

  remove(name: string): void {
    if (this.#files.find(this.#pathOf(name))) this.#files.removeFile(this.#pathOf(name));
  }

  #pathOf(name: string): string {
    const [first = "", second] = name.split(".");
    const database = second === undefined ? this.#database : first;
    return `${this.#path}/${database}/${encodeURIComponent(second ?? first)}${SUFFIX}`;
  }
}

const SUFFIX = ".ibd";

export function readAccounts(files: FileSystem, path: string): Accounts {
  return JSON.parse(files.read(`${path}/mysql/accounts.json`)) as Accounts;
}

export function writeAccounts(files: FileSystem, path: string, accounts: Accounts): void {
  files.write(`${path}/mysql/accounts.json`, JSON.stringify(accounts), 0o640);
}

export const SYSTEM_DATABASES = ["information_schema", "mysql", "performance_schema", "sys"];

/** Databases by the folders of the data directory. */
export function databasesOf(files: FileSystem, path: string): string[] {
  const folders = files
    .list(path)
    .filter((name) => files.find(`${path}/${name}`)?.type === "directory" && !/^(#|lost\+found)/.test(name));
  return [...new Set([...folders, "information_schema"])].sort();
}

export interface InitOptions {
  rootPassword: string;
  /** Undefined: root exists for localhost only. */
  rootHost?: string;
  database?: string;
  user?: string;
  password?: string;
}

/** Creates the files of an empty server. @throws FileError */
export function initialize(files: FileSystem, path: string, options: InitOptions): void {
  for (const name of ["mysql", "performance_schema", "sys"]) files.makeDirectory(`${path}/${name}`, 0o750);
  files.write(`${path}/auto.cnf`, "[auto]\nserver-uuid=5f4dcc3b-5aa7-11f0-9a57-0242ac110002\n", 0o640);
  files.write(`${path}/ibdata1`, "", 0o640);
  const all = [{ target: "*.*", privileges: "ALL PRIVILEGES" }];
  const root = { user: "root", password: options.rootPassword, grants: all };
  const list: Account[] = [{ ...root, host: "localhost" }];
  if (options.rootHost !== undefined) list.push({ ...root, host: options.rootHost });
  if (options.user && options.user !== "root" && options.password) {
    const grants = options.database ? [{ target: `${options.database}.*`, privileges: "ALL PRIVILEGES" }] : [];
    list.push({ user: options.user, host: "%", password: options.password, grants });
  }
  writeAccounts(files, path, { list });
  if (options.database) files.makeDirectory(`${path}/${options.database}`, 0o750);
}

/** The account that a client has: the most exact host first. */
export function accountFor({ list }: Accounts, user: string, isLoopback: boolean): Account | undefined {
  const own = list.filter((account) => account.user === user);
  const local = isLoopback ? own.find(({ host }) => /^(localhost|127\.0\.0\.1)$/.test(host)) : undefined;
  return local ?? own.find(({ host }) => host === "%" || (!isLoopback && /^[\d.%]+$/.test(host)));
}

export function mayUse({ grants }: Account, database: string): boolean {
  const names = ["*.*", "*", `${database}.*`];
  const isSystem = database === "information_schema" || database === "performance_schema";
  return (
    isSystem ||
    grants.some(
      ({ target }) => names.includes(target.replace(/`/g, "")) || target.replace(/`/g, "").startsWith(`${database}.`),
    )
  );
}

/** Whether the account may run this command on the table: `SELECT`, `CREATE`, `DROP`, … */
export function mayDo({ grants }: Account, command: string, database: string, table: string): boolean {
  if (database === "information_schema" || database === "performance_schema") return true;
  const targets = ["*.*", "*", `${database}.*`, `${database}.${table}`];
  return grants.some(
    ({ target, privileges }) =>
      targets.includes(target.replace(/`/g, "")) &&
      privileges
        .toUpperCase()
        .split(",")
        .some((each) => /^ALL( PRIVILEGES)?$/.test(each.trim()) || each.trim() === command),
  );
}
