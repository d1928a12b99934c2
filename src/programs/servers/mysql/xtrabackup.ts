/**
 * xtrabackup, xbstream and ncat, as the image of the page "Run a replicated stateful application" has them: one server
 * sends a copy of its data folder, a new one receives it.
 */
import { FileError } from "../../../files/errors.ts";
import type { FileSystem } from "../../../files/file-system.ts";
import { isJsonObject } from "../../../lib/json.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { printLines } from "../log.ts";
import { backupFacts } from "./replication.ts";

const DATA = "/var/lib/mysql";
const MYSQL_PORT = 3306;
/** Files of one server alone. */
const OWN_FILES = /^(auto\.cnf|mysql\/(replica|binlog)\.json|xtrabackup_.*|change_master_to\..*)$/;

function optionOf(argv: readonly string[], name: string): string | undefined {
  const found = argv.find((arg) => arg.startsWith(`--${name}=`));
  return found?.slice(name.length + 3);
}

/** All files below a folder, by their paths in it. */
function filesBelow(files: FileSystem, folder: string, prefix = ""): Record<string, string> {
  const found: Record<string, string> = {};
  for (const name of files.list(folder)) {
    const path = `${folder}/${name}`;
    const entry = files.find(path);
    if (entry?.type === "directory") Object.assign(found, filesBelow(files, path, `${prefix}${name}/`));
    else if (entry?.type === "file" && !OWN_FILES.test(prefix + name)) found[prefix + name] = files.read(path);
  }
  return found;
}

/** The server of the pod, which need not be in this container. */
const SERVER = {
  type: "connect",
  protocol: "tcp",
  host: "127.0.0.1",
  port: MYSQL_PORT,
  data: "",
  timeoutMs: 5000,
} as const;

/** The stream of a backup: JSON. */
function backup({ files, host }: ProcessView): string {
  const facts = backupFacts(files, DATA, host.hostname);
  const checkpoints = "backup_type = full-backuped\nfrom_lsn = 0\nto_lsn = 2602837\nlast_lsn = 2602846\n";
  const all = { ...filesBelow(files, DATA), ...facts, xtrabackup_checkpoints: checkpoints };
  return JSON.stringify({ format: "xbstream", files: all });
}

export const xtrabackup: Program = {
  run(process): Step {
    const { argv } = process;
    if (argv.includes("--version")) {
      printLines(process, 2, [
        "xtrabackup version 2.4.4 based on MySQL server 5.7.13 Linux (x86_64) (revision id: df58cf2)",
      ]);
      return { type: "exit", status: 0 };
    }
    if (argv.includes("--prepare")) return prepare(process, optionOf(argv, "target-dir") ?? ".");
    if (argv.includes("--backup") && optionOf(argv, "stream") === "xbstream") {
      const answer = process.ask(SERVER);
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      if (answer.type !== "connected") {
        printLines(process, 2, [
          "Failed to connect to MySQL server: Can't connect to MySQL server on '127.0.0.1' (111).",
        ]);
        return { type: "exit", status: 1 };
      }
      process.write(1, backup(process));
      printLines(process, 2, ["completed OK!"]);
      return { type: "exit", status: 0 };
    }
    printLines(process, 2, ["xtrabackup: only --backup --stream=xbstream and --prepare are simulated"]);
    return { type: "exit", status: 1 };
  },
};

function prepare(process: ProcessView, folder: string): Step {
  const path = folder.replace(/\/$/, "");
  printLines(process, 2, [`xtrabackup: cd to ${folder}`]);
  if (!process.files.find(`${path}/xtrabackup_checkpoints`)) {
    printLines(process, 2, [
      "xtrabackup: Error: cannot open ./xtrabackup_checkpoints",
      "xtrabackup: error: xtrabackup_read_metadata()",
    ]);
    return { type: "exit", status: 1 };
  }
  printLines(process, 2, ["InnoDB: Shutdown completed; log sequence number 2603048", "completed OK!"]);
  return { type: "exit", status: 0 };
}

/** `xbstream -x -C folder`: writes the files of its input. */
export const xbstream: Program = {
  run(process): Step {
    const { argv, files, state } = process;
    for (let piece = process.read(0); piece !== ""; piece = process.read(0)) {
      if (piece === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      state["input"] = String(state["input"] ?? "") + piece;
    }
    const input = String(state["input"] ?? "");
    if (input === "") return { type: "exit", status: 0 };
    const folder = (argv[argv.indexOf("-C") + 1] ?? process.cwd).replace(/\/$/, "");
    const parsed = parsedStream(input);
    if (!argv.includes("-x") || !parsed) {
      printLines(process, 2, ["xb_stream_read_chunk(): wrong chunk magic at offset 0x0.", "exit code: 1"]);
      return { type: "exit", status: 1 };
    }
    try {
      for (const [name, content] of Object.entries(parsed)) writeBelow(files, folder, name, content);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      printLines(process, 2, [`xbstream: Can't create/write to file '${error.path}' (${error.message})`]);
      return { type: "exit", status: 1 };
    }
    return { type: "exit", status: 0 };
  },
};

function parsedStream(input: string): Record<string, string> | undefined {
  if (!input.startsWith('{"format":"xbstream"')) return undefined;
  const value: unknown = JSON.parse(input);
  return isJsonObject(value) && isJsonObject(value["files"]) ? (value["files"] as Record<string, string>) : undefined;
}

function writeBelow(files: FileSystem, folder: string, name: string, content: string): void {
  const parts = name.split("/");
  if (parts.includes("..")) return;
  let path = folder;
  for (const part of parts.slice(0, -1)) {
    path += `/${part}`;
    if (!files.find(path)) files.makeDirectory(path, 0o750);
  }
  files.write(`${folder}/${name}`, content, 0o640);
}

/** ncat: `--recv-only host port`, and `--listen port -c "xtrabackup --backup …"`. */
export const ncat: Program = {
  handles: ["TERM", "INT"],
  run(process): Step {
    if (process.takeSignal()) return { type: "exit", status: 143 };
    const words = process.argv.slice(1);
    const numbers = words.filter((word) => /^\d+$/.test(word));
    const port = Number(numbers.at(-1) ?? 31_337);
    if (words.includes("--listen") || words.includes("-l")) return listen(process, port);
    const host = words.find((word) => !word.startsWith("-") && !/^\d+$/.test(word)) ?? "localhost";
    const answer = process.ask({ type: "connect", protocol: "tcp", host, port, data: "", timeoutMs: 10_000 });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type === "connected") {
      process.write(1, answer.data);
      return { type: "exit", status: 0 };
    }
    const why = answer.type === "failed" ? answer.why : "reset";
    const isName = why === "unknownName" || why === "noRecord";
    printLines(process, 2, [
      isName
        ? `Ncat: Could not resolve hostname "${host}": Name or service not known. QUITTING.`
        : `Ncat: ${why === "timeout" ? "Connection timed out" : "Connection refused"}.`,
    ]);
    return { type: "exit", status: isName ? 2 : 1 };
  },
  serve(process, request) {
    if (request.type !== "connect") return { type: "failed", why: "reset", afterMs: 1 };
    const hasServer = process.ask(SERVER)?.type === "connected";
    if (!hasServer)
      printLines(process, 2, [
        "Failed to connect to MySQL server: Can't connect to MySQL server on '127.0.0.1' (111).",
      ]);
    return { type: "connected", data: hasServer ? backup(process) : "", afterMs: 500 };
  },
};

function listen(process: ProcessView, port: number): Step {
  const { argv, state } = process;
  const command = argv[argv.indexOf("-c") + 1] ?? "";
  if (!/^xtrabackup\s.*--backup\b/.test(command)) {
    printLines(process, 2, ["Ncat: only xtrabackup is simulated behind -c. QUITTING."]);
    return { type: "exit", status: 2 };
  }
  if (state["isListening"] !== true && !process.listen(port, "tcp")) {
    printLines(process, 2, [`Ncat: bind to 0.0.0.0:${port}: Address already in use. QUITTING.`]);
    return { type: "exit", status: 2 };
  }
  state["isListening"] = true;
  return { type: "wait", for: [{ type: "signal" }] };
}
