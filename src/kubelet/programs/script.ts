/**
 * What simple shell scripts do, as far as it is visible from outside: how long they run, their exit code, and the files
 * that they leave. Known are lists (`;`, `&&`, `||`, newlines) of commands that sleep, exit or take no time. Other
 * scripts are assumed to run for ever. Sandbar's own model.
 * Kubernetes: no counterpart.
 */

export interface ScriptRun {
  /** Until the end; undefined if it never ends by itself. */
  durationMs: number | undefined;
  exitCode: number;
  /** True if it is assumed to run for ever only because the program is unknown. */
  isGuess: boolean;
  /** Files that were created or removed, in order of time. */
  files: readonly FileChange[];
}

export interface FileChange {
  atMs: number;
  path: string;
  exists: boolean;
  /** The written text, if it is known. */
  text?: string;
}

/** Commands that succeed at once. */
const QUICK = new Set(
  ": cd chmod chown cp cut date df du echo env export expr grep head hostname id ls mkdir mv printenv printf ps pwd seq set sort stat test tr true uname uniq wc whoami [ cat awk sed tar find".split(
    " ",
  ),
);

/** Shell syntax that this reader does not interpret. */
const COMPOUND = /(^|[\s;&|])(while|until|for|if|case|function|trap|wait|exec|eval|read)\b|[`(){}<|]|\$\(|[^&]&(?!&)/;

/** Marks the file that standard output goes to. No command line contains this character. */
const INTO = "\u0000";

class Run {
  elapsedMs = 0;
  status = 0;
  /** `exit` was executed, or a command that does not end. */
  ended = false;
  endless = false;
  isGuess = false;
  readonly files: FileChange[] = [];

  execute(words: readonly string[]): void {
    const written = words.indexOf(INTO);
    if (written !== -1) {
      this.#write(words.slice(0, written), words[written + 1] ?? "");
      return;
    }
    const [path = "", ...args] = words;
    const command = path.slice(path.lastIndexOf("/") + 1);
    switch (command) {
      case "exit":
        this.status = args[0] === undefined ? this.status : Number.parseInt(args[0], 10) & 255;
        this.ended = true;
        return;
      case "sleep":
        this.#sleep(args);
        return;
      case "false":
        this.status = 1;
        return;
      case "touch":
      case "rm":
        this.#change(args, command === "touch");
        return;
      case "cat":
        this.#read(args);
        return;
      default:
        if (QUICK.has(command) || /^\w+=/.test(path)) this.status = 0;
        else this.#guess();
    }
  }

  #guess(): void {
    this.isGuess = true;
    this.#neverEnds();
  }

  #sleep(args: readonly string[]): void {
    const ms = args.map(durationOf).reduce((sum, part) => sum + part, 0);
    if (args.length === 0 || Number.isNaN(ms)) {
      this.status = 1;
    } else if (ms === Number.POSITIVE_INFINITY) {
      this.#neverEnds();
    } else {
      this.elapsedMs += ms;
      this.status = 0;
    }
  }

  #write(words: readonly string[], path: string): void {
    this.execute(words);
    if (this.ended || words[0] !== "echo") return;
    const text = `${words.slice(1).join(" ")}\n`;
    this.files.push({ atMs: this.elapsedMs, path, exists: true, text });
  }

  #change(args: readonly string[], exists: boolean): void {
    for (const path of args) if (!path.startsWith("-")) this.files.push({ atMs: this.elapsedMs, path, exists });
    this.status = 0;
  }

  /** `cat` without a file ends at once: there is no input. A file under /tmp must have been created before. */
  #read(args: readonly string[]): void {
    this.status = args.every((path) => fileExists(this.files, path, this.elapsedMs)) ? 0 : 1;
  }

  #neverEnds(): void {
    this.endless = true;
    this.ended = true;
  }
}

/** Runs a command line given as words, as in a container's command and args. */
export function runCommand(words: readonly string[]): ScriptRun {
  const [path = "", ...args] = words;
  const command = path.slice(path.lastIndexOf("/") + 1);
  const script = /^(ba|da|a|z)?sh$/.test(command) ? scriptArgument(args) : undefined;
  if (script !== undefined) return runScript(script);
  const run = new Run();
  run.execute(words);
  return outcomeOf(run);
}

/**
 * Whether the file exists. A file under /tmp exists only if the script created it; other files are assumed to exist.
 */
export function fileExists(files: readonly FileChange[], path: string, atMs: number): boolean {
  const last = files.filter((change) => change.path === path && change.atMs <= atMs).at(-1);
  return last?.exists ?? !path.startsWith("/tmp/");
}

/** The script of `sh -c script`, also in forms like `-ec`. */
function scriptArgument(args: readonly string[]): string | undefined {
  const flag = args.findIndex((arg) => /^-[a-z]*c$/.test(arg));
  return flag === -1 ? undefined : args[flag + 1];
}

function runScript(script: string): ScriptRun {
  const run = new Run();
  for (const { operator, words } of statements(script)) {
    if (run.ended) break;
    if (operator === "&&" && run.status !== 0) continue;
    if (operator === "||" && run.status === 0) continue;
    if (words === undefined) run.endless = run.ended = true;
    else run.execute(words);
  }
  return outcomeOf(run);
}

function outcomeOf(run: Run): ScriptRun {
  const durationMs = run.endless ? undefined : run.elapsedMs;
  return { durationMs, exitCode: run.status, isGuess: run.isGuess, files: run.files };
}

interface Statement {
  /** The operator before the command. */
  operator: ";" | "&&" | "||";
  /** Undefined for syntax that this reader does not interpret. */
  words: readonly string[] | undefined;
}

function statements(script: string): Statement[] {
  const unquoted = script.replace(/'[^']*'|"(?:\\.|[^"\\])*"/g, (quoted) => quoted.replace(/[;&|<>(){}`\n]/g, "_"));
  const substituted = unquoted.replace(/\$\([^()]*\)|\$\{[^{}]*\}|`[^`]*`/g, "_");
  const intoFiles = substituted.replace(
    /\s*(?<![\d>&])>\s*(\/(?!dev\/(?:null|stdout|stderr)\b)[^\s;&|<>]+)/g,
    ` ${INTO} $1`,
  );
  const withoutRedirections = intoFiles.replace(/\s*\d?>>?\s*(&\d|[^\s;&|]+)/g, "");
  const found: Statement[] = [];
  let operator: Statement["operator"] = ";";
  for (const part of withoutRedirections.split(/(&&|\|\||;|\n)/)) {
    if (part === "&&" || part === "||") operator = part;
    else if (part === ";" || part === "\n") operator = ";";
    else if (part.trim() !== "" && !part.trim().startsWith("#")) {
      found.push({ operator, words: simpleCommand(part) });
    }
  }
  return found;
}

/** The words of a command, or of a pipeline's last command if the others only print; undefined for other syntax. */
function simpleCommand(text: string): string[] | undefined {
  const stages = text.split("|");
  const last = stages.pop() ?? "";
  const onlyPrints = stages.every((stage) => QUICK.has(wordsOf(stage)[0] ?? ""));
  return onlyPrints && !COMPOUND.test(last) ? wordsOf(last) : undefined;
}

function wordsOf(text: string): string[] {
  const words = text.match(/(?:[^\s'"]|'[^']*'|"(?:\\.|[^"\\])*")+/g) ?? [];
  return words.map((word) => word.replace(/'([^']*)'|"((?:\\.|[^"\\])*)"/g, "$1$2"));
}

/** `2`, `0.5`, `3m`, `1h`, `infinity` in ms; NaN for other texts. */
function durationOf(text: string): number {
  if (text === "infinity" || text === "inf") return Number.POSITIVE_INFINITY;
  const match = /^(\d+(?:\.\d+)?)([smhd]?)$/.exec(text);
  if (!match) return Number.NaN;
  const unitMs = { "": 1000, s: 1000, m: 60_000, h: 3_600_000, d: 86_400_000 }[match[2] ?? ""] ?? 1000;
  return Number(match[1]) * unitMs;
}
