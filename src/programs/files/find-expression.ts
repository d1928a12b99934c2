/** The expression of find: tests, operators and actions of the command line. */
import { FileError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import { compilePosix } from "../../lib/posix-regex.ts";
import type { ProcessView } from "../../shell/program.ts";
import { type Flavour, UsageError } from "../base/call.ts";
import { matchesGlob } from "../base/glob.ts";
import { linksOf } from "../base/inodes.ts";
import { quoted } from "../base/messages.ts";
import { baseName, directoryName, resolvePath } from "../base/paths.ts";
import { Names } from "../base/users.ts";
import { launch } from "../processes/launch.ts";
import { expandEscapes } from "../text/escapes.ts";
import {
  both,
  type FindState,
  formatEntry,
  isAccessible,
  type Outcome,
  permissionTest,
  type Settings,
  type Test,
  typeLetter,
  type Visited,
} from "./find-entry.ts";

const OPERATORS = new Set(["!", "-not", "(", ")", "-a", "-and", "-o", "-or", ","]);

/** The tests and actions of the command line. */
export class Expression {
  readonly flavour: Flavour;
  readonly settings: Settings;
  isPruned = false;
  hasQuit = false;
  status = 0;
  readonly test: Test;
  readonly #process: ProcessView;
  readonly #state: FindState;
  readonly #words: readonly string[];
  readonly #names: Names;
  #at = 0;
  #hasAction = false;
  #commands = 0;
  readonly #flushes: (() => Outcome)[] = [];

  constructor(process: ProcessView, flavour: Flavour, words: readonly string[], followsLinks: boolean) {
    this.#process = process;
    this.#state = process.state as JsonObject as FindState;
    this.flavour = flavour;
    this.#words = words;
    this.#names = new Names(process.files);
    this.settings = {
      minDepth: 0,
      maxDepth: Number.POSITIVE_INFINITY,
      isDepthFirst: false,
      isOneFileSystem: false,
      followsLinks,
    };
    const parsed = words.length === 0 ? () => true : this.#or();
    if (this.#at < words.length) throw this.#misplaced(words[this.#at]!);
    this.test = this.#hasAction ? parsed : (visited) => both(parsed(visited), () => this.#print(`${visited.name}\n`));
  }

  #wrong(gnu: string, busybox = gnu): UsageError {
    return new UsageError(this.flavour === "gnu" ? gnu : busybox, { hasHint: false });
  }

  #misplaced(word: string): UsageError {
    return this.#wrong(`paths must precede expression: \`${word}'`, `unrecognized: ${word}`);
  }

  #print(text: string): boolean {
    this.#process.write(1, text);
    return true;
  }

  /** Runs what `-exec … +` has gathered. */
  flush(): Outcome {
    for (const flush of this.#flushes) {
      const result = flush();
      if (result === "wait") return "wait";
      if (!result) this.status = 1;
    }
    return true;
  }

  #or(): Test {
    let left = this.#and();
    while (/^-(o|or)$|^,$/.test(this.#words[this.#at] ?? "")) {
      const isComma = this.#words[this.#at++] === ",";
      const [first, second] = [left, this.#and()];
      left = (visited) => {
        const result = first(visited);
        if (result === "wait" || (result && !isComma)) return result;
        return second(visited);
      };
    }
    return left;
  }

  #and(): Test {
    let left = this.#not();
    while (this.#at < this.#words.length && !/^(\)|-o|-or|,)$/.test(this.#words[this.#at]!)) {
      if (/^-(a|and)$/.test(this.#words[this.#at]!)) this.#at++;
      const [first, second] = [left, this.#not()];
      left = (visited) => both(first(visited), () => second(visited));
    }
    return left;
  }

  #not(): Test {
    const word = this.#words[this.#at];
    if (word === "!" || word === "-not") {
      this.#at++;
      const inner = this.#not();
      return (visited) => {
        const result = inner(visited);
        return result === "wait" ? result : !result;
      };
    }
    if (word === "(") {
      this.#at++;
      const inner = this.#or();
      if (this.#words[this.#at++] !== ")")
        throw this.#wrong("invalid expression; I was expecting to find a ')' somewhere but did not see one.");
      return inner;
    }
    return this.#primary();
  }

  #value(option: string): string {
    const value = this.#words[this.#at++];
    if (value === undefined) throw this.#wrong(`missing argument to \`${option}'`, `${option} requires an argument`);
    return value;
  }

  #primary(): Test {
    const word = this.#words[this.#at++];
    if (word === undefined || (OPERATORS.has(word) && word !== "("))
      throw this.#wrong("invalid expression; you have used a binary operator with nothing before it.");
    if (!word.startsWith("-")) throw this.#misplaced(word);
    const action = this.#action(word);
    if (action) {
      this.#hasAction = true;
      return action;
    }
    const setting = this.#setting(word);
    if (setting) return setting;
    const test = this.#condition(word);
    if (!test) throw this.#wrong(`unknown predicate \`${word}'`, `unrecognized: ${word}`);
    return test;
  }

  #setting(word: string): Test | undefined {
    const { settings } = this;
    if (word === "-maxdepth") settings.maxDepth = this.#count(word);
    else if (word === "-mindepth") settings.minDepth = this.#count(word);
    else if (word === "-depth" || word === "-d") settings.isDepthFirst = true;
    else if (word === "-xdev" || word === "-mount") settings.isOneFileSystem = true;
    else if (word === "-follow") settings.followsLinks = true;
    else if (
      word !== "-noleaf" &&
      word !== "-daystart" &&
      word !== "-ignore_readdir_race" &&
      word !== "-warn" &&
      word !== "-nowarn"
    )
      return undefined;
    return () => true;
  }

  #count(word: string): number {
    const text = this.#value(word);
    if (!/^\d+$/.test(text))
      throw this.#wrong(
        `Expected a positive decimal integer argument to ${word}, but got ${quoted(text)}`,
        `invalid number '${text}'`,
      );
    return Number(text);
  }

  #action(word: string): Test | undefined {
    const { files } = this.#process;
    switch (word) {
      case "-print":
        return ({ name }) => this.#print(`${name}\n`);
      case "-print0":
        return ({ name }) => this.#print(`${name}\0`);
      case "-ls":
        return (visited) =>
          this.#print(`${formatEntry(this.#process, this.#names, "%i %k %M %n %u %g %s %p", visited)}\n`);
      case "-printf": {
        const format = this.#value(word);
        return (visited) =>
          this.#print(formatEntry(this.#process, this.#names, expandEscapes(format, "printf").result, visited));
      }
      case "-delete":
        this.settings.isDepthFirst = true;
        return ({ path, name, entry }) => {
          if (name === ".") return true;
          try {
            if (entry.type === "directory") files.removeDirectory(path);
            else files.removeFile(path);
            return true;
          } catch (error) {
            if (!(error instanceof FileError)) throw error;
            this.#process.write(2, `find: cannot delete ${quoted(name)}: ${error.message}\n`);
            this.status = 1;
            return false;
          }
        };
      case "-quit":
        return () => {
          this.hasQuit = true;
          return true;
        };
      case "-exec":
      case "-execdir":
      case "-ok":
        return this.#exec(word);
      default:
        return undefined;
    }
  }

  #exec(word: string): Test {
    const argv: string[] = [];
    for (;;) {
      const next = this.#words[this.#at++];
      if (next === undefined)
        throw this.#wrong(`missing argument to \`${word}'`, `option requires an argument -- '${word}'`);
      if (next === ";") break;
      if (next === "+" && argv.at(-1) === "{}") return this.#gather(argv.slice(0, -1));
      argv.push(next);
    }
    const number = this.#commands++;
    return ({ name, path }) => {
      const isInFolder = word === "-execdir";
      const shown = isInFolder ? `./${baseName(name)}` : name;
      return this.#runCommand(
        number,
        argv.map((part) => part.replaceAll("{}", shown)),
        isInFolder ? directoryName(path) : undefined,
      );
    };
  }

  #gather(argv: readonly string[]): Test {
    const number = this.#commands++;
    const key = String(number);
    this.#flushes.push(() => {
      const names = this.#state.gathered?.[key] ?? [];
      if (names.length === 0) return true;
      const result = this.#runCommand(number, [...argv, ...names]);
      if (result !== "wait") delete this.#state.gathered?.[key];
      return result;
    });
    return ({ name }) => {
      this.#state.gathered ??= {};
      this.#state.gathered[key] = [...(this.#state.gathered[key] ?? []), name];
      return true;
    };
  }

  /** Starts the command at its first evaluation for an entry; later evaluations take its result. */
  #runCommand(number: number, argv: readonly string[], cwd?: string): Outcome {
    const state = this.#state;
    const known = state.results?.[String(number)];
    if (known !== undefined) return known;
    if (state.child === undefined) {
      const started = launch(this.#process, { argv, cwd }, this.flavour);
      if (started.type === "failed") return false;
      state.child = started.pid;
      state.running = number;
    }
    const status = this.#process.takeExit(state.child);
    if (status === undefined) return "wait";
    delete state.child;
    state.results = { ...state.results, [String(number)]: status === 0 };
    return status === 0;
  }

  #condition(word: string): Test | undefined {
    const { files, nowMs } = this.#process;
    const age = (visited: Visited, unitMs: number) => Math.floor((nowMs - visited.entry.modifiedAtMs) / unitMs);
    switch (word) {
      case "-name":
      case "-iname": {
        const glob = this.#value(word);
        return ({ name }) => matchesGlob(glob, baseName(name) || name, { ignoresCase: word === "-iname" });
      }
      case "-path":
      case "-wholename":
      case "-ipath": {
        const glob = this.#value(word);
        return ({ name }) => matchesGlob(glob, name, { ignoresCase: word === "-ipath" });
      }
      case "-regex":
      case "-iregex": {
        const regex = compilePosix(`^(${this.#value(word)})$`.replace(/^\^\((.*)\)\$$/s, "^\\($1\\)$"), {
          isExtended: false,
          ignoresCase: word === "-iregex",
        });
        return ({ name }) => regex.find(name) !== undefined;
      }
      case "-type":
      case "-xtype": {
        const types = this.#value(word).split(",");
        for (const type of types)
          if (!/^[bcdpfls]$/.test(type))
            throw this.#wrong(`Unknown argument to ${word}: ${type}`, `invalid argument '${type}' to '${word}'`);
        return ({ entry }) => types.includes(typeLetter(entry));
      }
      case "-size": {
        const compare = this.#comparison(word, /^([+-]?)(\d+)([ckMGbw]?)$/);
        const unit = { c: 1, k: 1024, M: 1024 ** 2, G: 1024 ** 3, b: 512, w: 2, "": 512 }[compare.unit] ?? 512;
        return ({ entry }) => compare.holds(Math.ceil(files.sizeBytes(entry) / unit));
      }
      case "-mtime":
      case "-atime":
      case "-ctime": {
        const compare = this.#comparison(word);
        return (visited) => compare.holds(age(visited, 86_400_000));
      }
      case "-mmin":
      case "-amin":
      case "-cmin": {
        const compare = this.#comparison(word);
        // Minutes are rounded up: a file that was changed 30 seconds ago is one minute old.
        return (visited) => compare.holds(Math.ceil((nowMs - visited.entry.modifiedAtMs) / 60_000));
      }
      case "-newer":
      case "-anewer":
      case "-cnewer": {
        const name = this.#value(word);
        const reference = files.find(resolvePath(this.#process.cwd, name));
        if (!reference)
          throw this.#wrong(`${quoted(name)}: No such file or directory`, `${name}: No such file or directory`);
        return ({ entry }) => entry.modifiedAtMs > reference.modifiedAtMs;
      }
      case "-empty":
        return ({ entry, path }) =>
          entry.type === "directory"
            ? files.list(path).length === 0
            : entry.type === "file" && files.sizeBytes(entry) === 0;
      case "-perm": {
        const text = this.#value(word);
        const test = permissionTest(text);
        if (!test) throw this.#wrong(`invalid mode ${quoted(text)}`, `invalid mode '${text}'`);
        return test;
      }
      case "-user":
      case "-uid": {
        const text = this.#value(word);
        const user = this.#names.findUser(text);
        if (!user) throw this.#wrong(`${quoted(text)} is not the name of a known user`, `unknown user ${text}`);
        return ({ entry }) => entry.uid === user.uid;
      }
      case "-group":
      case "-gid": {
        const text = this.#value(word);
        const gid = this.#names.findGroup(text);
        if (gid === undefined)
          throw this.#wrong(`${quoted(text)} is not the name of an existing group`, `unknown group ${text}`);
        return ({ entry }) => entry.gid === gid;
      }
      case "-links": {
        const compare = this.#comparison(word);
        return ({ path, entry }) => compare.holds(linksOf(files, path, entry));
      }
      case "-prune":
        return () => {
          this.isPruned = true;
          return true;
        };
      case "-readable":
      case "-writable":
      case "-executable":
        return ({ path }) =>
          isAccessible(this.#process, path, word === "-readable" ? "r" : word === "-writable" ? "w" : "x");
      case "-true":
      case "-false":
        return () => word === "-true";
      default:
        return undefined;
    }
  }

  #comparison(word: string, form = /^([+-]?)(\d+)()$/): { holds: (value: number) => boolean; unit: string } {
    const text = this.#value(word);
    const match = form.exec(text);
    if (!match) throw this.#wrong(`invalid argument \`${text}' to \`${word}'`, `invalid number '${text}'`);
    const [, sign, digits, unit = ""] = match;
    const wanted = Number(digits);
    return {
      holds: (value) => (sign === "+" ? value > wanted : sign === "-" ? value < wanted : value === wanted),
      unit,
    };
  }
}
