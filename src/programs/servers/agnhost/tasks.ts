/**
 * Subcommands of agnhost that end by themselves, and clients.
 * Kubernetes: test/images/agnhost (entrypoint-tester, mounttest, logs-generator, dns, connect, inclusterclient)
 */
import type { FileEntry } from "../../../files/entry.ts";
import { FileError } from "../../../files/errors.ts";
import { encodeBytes } from "../../../lib/encoding.ts";
import { sha256 } from "../../../lib/signing/sha256.ts";
import type { ProcessView, Program, Step } from "../../../shell/program.ts";
import { parseDuration, pathError, quoted } from "../go.ts";
import { klog, printLines, slashTime } from "../log.ts";
import { flagOf } from "../server.ts";

function say(process: ProcessView, line: string): void {
  printLines(process, 1, [line]);
}

const done = (status: number): Step => ({ type: "exit", status });

/** Prints its arguments. */
export const entrypointTester: Program = {
  run(process) {
    say(process, `[${process.argv.join(" ")}]`);
    return done(0);
  },
};

/** Prints the search domains of /etc/resolv.conf. */
export const dnsSuffix: Program = {
  run(process) {
    say(
      process,
      resolverLines(process, "search")
        .flatMap((line) => line.split(/\s+/))
        .join(","),
    );
    return done(0);
  },
};

export const dnsServerList: Program = {
  run(process) {
    say(process, resolverLines(process, "nameserver").join(","));
    return done(0);
  },
};

export const etcHosts: Program = {
  run(process) {
    say(process, process.files.read("/etc/hosts"));
    return done(0);
  },
};

function resolverLines({ files }: ProcessView, name: string): string[] {
  const lines = files.read("/etc/resolv.conf").split("\n");
  return lines.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1).trim());
}

const NEW_CONTENT = "mount-tester new file\n";

/** Checks files in the order of the real program; the order of its flags does not matter. */
export const mounttest: Program = {
  run(process) {
    const { argv, files, state } = process;
    const given = (flag: string) => flagOf(argv, flag) ?? "";
    if (state["phase"] === undefined) {
      state["phase"] = "loop";
      state["untilMs"] = process.nowMs + Number(flagOf(argv, "retry_time") ?? 180) * 1000;
      let failures = 0;
      const check = (flag: string, operation: string, work: (path: string) => string) => {
        const path = given(flag);
        if (path === "") return;
        try {
          say(process, work(path));
        } catch (error) {
          if (!(error instanceof FileError)) throw error;
          say(
            process,
            `error ${operation} ${quoted(path)}: ${pathError(operation.startsWith("reading") ? "open" : "stat", error)}`,
          );
          failures++;
        }
      };
      const content = (path: string) => `content of file ${quoted(path)}: ${files.read(path)}`;
      check("fs_type", "from statfs", (path) => `mount type of ${quoted(path)}: ${files.mountOf(path).fileSystemType}`);
      for (const [flag, mode] of [
        ["new_file_0644", 0o644],
        ["new_file_0666", 0o666],
        ["new_file_0660", 0o660],
        ["new_file_0777", 0o777],
      ] as const) {
        check(flag, "writing new file", (path) => {
          const isNew = files.find(path) === undefined;
          files.write(path, NEW_CONTENT, mode);
          if (isNew) files.setMode(path, mode);
          return content(path);
        });
      }
      check("file_mode", "from Stat", (path) => `mode of file ${quoted(path)}: ${goMode(files.stat(path))}`);
      check(
        "file_perm",
        "from Stat",
        (path) => `perms of file ${quoted(path)}: -${permissions(files.stat(path).mode)}`,
      );
      check("file_owner", "from stat", (path) => {
        const { uid, gid } = files.stat(path);
        return `owner UID of ${quoted(path)}: ${uid}\nowner GID of ${quoted(path)}: ${gid}`;
      });
      check("file_content", "reading file content for", content);
      state["failures"] = failures;
      if (given("file_content_in_loop") === "") return done(failures > 0 ? 1 : 0);
    }
    return readInLoop(process, given("file_content_in_loop"));
  },
};

function readInLoop(process: ProcessView, path: string): Step {
  const { state, nowMs } = process;
  const breaks = flagOf(process.argv, "break_on_expected_content") !== "false";
  const failures = Number(state["failures"]) > 0 ? 1 : 0;
  if (nowMs >= Number(state["untilMs"])) return done(failures || (state["isBroken"] === true ? 1 : 0));
  try {
    const content = process.files.read(path);
    state["isBroken"] = false;
    say(process, `content of file ${quoted(path)}: ${content}`);
    if (breaks && content === NEW_CONTENT) return done(failures);
    if (breaks) process.write(1, `Unexpected content. Expected: ${NEW_CONTENT}. Retrying`);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    state["isBroken"] = true;
    say(process, `Error reading file ${path}: ${pathError("open", error)}, retrying`);
  }
  return { type: "wait", for: [{ type: "time", atMs: nowMs + 2000 }] };
}

/** The permission bits as `ls` shows them, without the type. */
function permissions(mode: number): string {
  return [6, 3, 0]
    .map((shift) => ["r", "w", "x"].map((letter, i) => ((mode >> shift) & (4 >> i) ? letter : "-")).join(""))
    .join("");
}

/** os.FileMode.String: `drwxr-xr-x`, `dtrwxrwxrwx`, `Lrwxrwxrwx`. */
function goMode({ type, mode }: FileEntry): string {
  const kind = { file: "", directory: "d", link: "L", device: "D", fifo: "p", socket: "S" }[type];
  const special = `${kind}${mode & 0o4000 ? "u" : ""}${mode & 0o2000 ? "g" : ""}${mode & 0o1000 ? "t" : ""}`;
  return `${special || "-"}${permissions(mode)}`;
}

/** Lines like those of an API server, evenly over a duration. */
export const logsGenerator: Program = {
  run(process) {
    const { argv, state, nowMs } = process;
    const total = Number(flagOf(argv, "log-lines-total", "t") ?? 0);
    const durationMs = parseDuration(flagOf(argv, "run-duration", "d") ?? "") ?? 0;
    if (!(total > 0) || durationMs <= 0) {
      const message = total > 0 ? "Invalid duration: 0s" : `Invalid total number of lines: ${total}`;
      printLines(process, 2, [klog(process, "logs_generator.go:66", message, "F")]);
      return done(255);
    }
    const delay = durationMs / total;
    state["startedAtMs"] ??= nowMs;
    let line = Number(state["line"] ?? 0);
    while (line < total && Number(state["startedAtMs"]) + Math.round(line * delay) <= nowMs) {
      printLines(process, 2, [klog(process, "logs_generator.go:76", logLine(process, line))]);
      line++;
    }
    state["line"] = line;
    const atMs = Number(state["startedAtMs"]) + Math.round(line * delay);
    return line >= total && atMs <= nowMs ? done(0) : { type: "wait", for: [{ type: "time", atMs }] };
  },
};

const LETTERS = "bcdfghjklmnpqrstvwxz2456789";

function logLine(process: ProcessView, line: number): string {
  const below = (bound: number) => process.random() % bound;
  const method = ["GET", "POST", "PUT"][below(3)];
  const namespace = ["kube-system", "default", "ns"][below(3)];
  const name = Array.from({ length: 3 + below(2) }, () => LETTERS[below(LETTERS.length)]).join("");
  return `${line} ${method} /api/v1/namespaces/${namespace}/pods/${name} ${200 + below(400)}`;
}

/** Tries a connection and names the kind of error. */
export const connect: Program = {
  run(process) {
    const { argv } = process;
    const target = argv
      .slice(2)
      .find(
        (arg, i, all) => !arg.startsWith("-") && !/^--?(timeout|protocol|udp-data|sctp-data)$/.test(all[i - 1] ?? ""),
      );
    const [, host, port] = /^(.*):(\d+)$/.exec(target ?? "") ?? [];
    if (!host || !port) {
      printLines(process, 2, [`UNKNOWN: address ${target ?? ""}: missing port in address`]);
      return done(1);
    }
    const protocol = flagOf(argv, "protocol") ?? "tcp";
    const timeoutMs = parseDuration(flagOf(argv, "timeout") ?? "") || 127_000;
    const data = `${flagOf(argv, "udp-data") ?? "hostname"}\n`;
    const answer = process.ask({
      type: "connect",
      protocol: protocol === "tcp" ? "tcp" : "udp",
      host,
      port: Number(port),
      timeoutMs,
      ...(protocol !== "tcp" && { data }),
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type !== "failed") return done(0);
    const { why } = answer;
    const word =
      why === "refused"
        ? "REFUSED"
        : why === "timeout"
          ? "TIMEOUT"
          : /Name|dns|Record/.test(why)
            ? `DNS: lookup ${host}: no such host`
            : `OTHER: dial ${protocol} ${target}: no route to host`;
    printLines(process, 2, [word]);
    return done(1);
  },
};

const ACCOUNT = "/var/run/secrets/kubernetes.io/serviceaccount";

/** Asks the API server for its health in an interval, with the mounted token. */
export const inclusterclient: Program = {
  run(process): Step {
    const { argv, env, files, state, nowMs } = process;
    const periodMs = Number(flagOf(argv, "poll-interval") ?? 30) * 1000;
    const host = env["KUBERNETES_SERVICE_HOST"];
    if (state["nextAtMs"] === undefined) {
      printLines(process, 2, [klog(process, "main.go:61", "started")]);
      if (!host) {
        printLines(process, 2, [
          `${slashTime(nowMs)} err: unable to load in-cluster configuration, KUBERNETES_SERVICE_HOST and KUBERNETES_SERVICE_PORT must be defined`,
        ]);
        return done(1);
      }
      state["nextAtMs"] = nowMs + periodMs;
    }
    if (nowMs < Number(state["nextAtMs"]))
      return { type: "wait", for: [{ type: "time", atMs: Number(state["nextAtMs"]) }] };
    const authorization = `Bearer ${readOrEmpty(files, `${ACCOUNT}/token`).trim()}`;
    if (state["isAsking"] !== true) {
      const hash = encodeBytes(sha256(new TextEncoder().encode(`salt|${authorization}`)))
        .replace(/=+$/, "")
        .replace(/\+/g, "-")
        .replace(/\//g, "_");
      printLines(process, 2, [
        klog(process, "main.go:79", "calling /healthz"),
        klog(process, "main.go:96", `authz_header=${hash}`),
      ]);
      state["isAsking"] = true;
    }
    const answer = process.ask({
      type: "http",
      scheme: "https",
      host: host ?? "",
      port: Number(env["KUBERNETES_SERVICE_PORT"] ?? 443),
      method: "GET",
      path: "/healthz",
      headers: { host: host ?? "", authorization, "user-agent": "agnhost" },
      body: "",
      timeoutMs: 30_000,
      trusts: readOrEmpty(files, `${ACCOUNT}/ca.crt`),
    });
    if (!answer) return { type: "wait", for: [{ type: "answer" }] };
    if (answer.type !== "http" || answer.status !== 200) {
      const why = answer.type === "http" ? answer.body : answer.type === "failed" ? answer.why : "";
      printLines(process, 2, [
        klog(process, "main.go:82", "status=failed", "E"),
        klog(process, "main.go:83", `error checking /healthz: ${why}`, "E"),
      ]);
    }
    state["isAsking"] = false;
    state["nextAtMs"] = Number(state["nextAtMs"]) + periodMs;
    return { type: "wait", for: [{ type: "time", atMs: Number(state["nextAtMs"]) }] };
  },
};

function readOrEmpty(files: ProcessView["files"], path: string): string {
  try {
    return files.read(path);
  } catch (error) {
    if (error instanceof FileError) return "";
    throw error;
  }
}
