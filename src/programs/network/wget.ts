/** wget, as busybox and GNU print it. */
import { FileError } from "../../files/errors.ts";
import { isNameFailure, isTemporaryNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, HttpQuestion } from "../../shell/question.ts";
import { type Flavour, MissingOperand, type Tool } from "../base/call.ts";
import { formatTime, localTime } from "../base/clock.ts";
import { type Options, readOptions } from "../base/options.ts";
import { baseName, resolvePath } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";
import { connectProblem, hostHeader, parseTarget, redirected, statusText, type Target } from "./address.ts";
import { busyboxReport, dotsOf, existsGnu, serverResponse } from "./wget-report.ts";

const RULES = {
  short: "cF:i:nO:o:P:qSsT:t:U:vY:",
  long: {
    "ca-certificate": ":",
    "connect-timeout": ":",
    "content-on-error": "-",
    continue: "c",
    "directory-prefix": "P",
    "dns-timeout": ":",
    header: ":",
    "max-redirect": ":",
    method: ":",
    "body-data": ":",
    "no-check-certificate": "-",
    "no-verbose": "-",
    "output-document": "O",
    "output-file": "o",
    password: ":",
    "post-data": ":",
    "post-file": ":",
    progress: ":",
    quiet: "q",
    "read-timeout": ":",
    "retry-connrefused": "-",
    "server-response": "S",
    "show-progress": "-",
    spider: "-",
    timeout: "T",
    tries: "t",
    user: ":",
    "user-agent": "U",
    verbose: "v",
    waitretry: ":",
  },
};

const MAX_REDIRECTS = 20;
/** Without -T a connection times out as the kernel decides. */
const CONNECT_TIMEOUT_MS = 134_000;

interface WgetState {
  at?: number;
  target?: Target;
  redirects?: number;
  attempts?: number;
  untilMs?: number;
  announced?: string;
  status?: number;
}

export const wget: Tool = (flavour) => ({
  run: (process) =>
    withUsage(
      process,
      flavour,
      () => {
        const args = process.argv
          .slice(1)
          .map((argument) => argument.replace(/^-nv$/, "--no-verbose").replace(/^-qO/, "-q -O"));
        const options = readOptions(
          {
            args: args.flatMap((argument) =>
              argument.startsWith("-q -O") ? ["-q", `-O${argument.slice(5)}`] : [argument],
            ),
            flavour,
          },
          RULES,
        );
        if (options.operands.length === 0 && flavour === "gnu") {
          process.write(
            2,
            "wget: missing URL\nUsage: wget [OPTION]... [URL]...\n\nTry `wget --help' for more options.\n",
          );
          return { type: "exit", status: 1 };
        }
        if (options.operands.length === 0) throw new MissingOperand("missing URL");
        if (options.has("spider") && flavour === "gnu" && !options.has("q") && process.state.at === undefined)
          process.write(2, "Spider mode enabled. Check if remote file exists.\n");
        return new Wget(process, flavour, options).run();
      },
      flavour === "gnu" ? 2 : 1,
    ),
});

class Wget {
  readonly #process: ProcessView;
  readonly #flavour: Flavour;
  readonly #options: Options;
  readonly #state: WgetState;
  readonly #isQuiet: boolean;

  constructor(process: ProcessView, flavour: Flavour, options: Options) {
    this.#process = process;
    this.#flavour = flavour;
    this.#options = options;
    this.#state = process.state as WgetState;
    this.#isQuiet = options.has("q");
  }

  run(): Step {
    const state = this.#state;
    const urls = this.#options.operands;
    for (state.at ??= 0; state.at < urls.length; state.at++) {
      const step = this.#fetch(urls[state.at]!);
      if (step) return step;
      delete state.target;
      delete state.announced;
    }
    return { type: "exit", status: state.status ?? 0 };
  }

  #tell(text: string): void {
    if (!this.#isQuiet) this.#process.write(2, text);
  }

  #fetch(url: string): Step | undefined {
    const state = this.#state;
    if (!state.target) {
      const target = parseTarget(url);
      if (!target || target.scheme === "telnet") {
        this.#process.write(
          2,
          this.#flavour === "gnu" ? `${url}: Unsupported scheme.\n` : `wget: not an http or ftp url: ${url}\n`,
        );
        state.status = 1;
        return undefined;
      }
      Object.assign(state, { target, redirects: 0, attempts: 1 });
    }
    if (state.untilMs !== undefined && this.#process.nowMs < state.untilMs)
      return { type: "wait", for: [{ type: "time", atMs: state.untilMs }] };
    delete state.untilMs;
    for (;;) {
      const target = state.target!;
      const key = `${state.attempts} ${target.scheme} ${target.host}:${target.port}${target.path}`;
      if (this.#flavour === "gnu" && state.announced !== key) {
        if (!this.#options.has("no-verbose"))
          this.#tell(
            `--${this.#time()}--  ${state.attempts! > 1 ? `(try:${String(state.attempts).padStart(2)})  ` : ""}${target.scheme}://${hostHeader(target)}${target.path}\n`,
          );
        state.announced = key;
      }
      const answer = this.#process.ask(this.#question(target));
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const next =
        answer.type === "failed"
          ? this.#failed(target, answer)
          : answer.type === "http"
            ? this.#answered(target, answer)
            : undefined;
      if (next !== "again") return next;
    }
  }

  #time(): string {
    return formatTime("%F %T", localTime(this.#process.nowMs, this.#process.env.TZ));
  }

  #question(target: Target): HttpQuestion {
    const options = this.#options;
    const isGnu = this.#flavour === "gnu";
    const post =
      options.value("post-data") ??
      options.value("body-data") ??
      (options.has("post-file")
        ? this.#process.files.read(resolvePath(this.#process.cwd, options.value("post-file")!))
        : undefined);
    const headers: Record<string, string> = {
      host: hostHeader(target),
      "user-agent": options.value("U") ?? (isGnu ? "Wget/1.21.3" : "Wget"),
      ...(isGnu && { accept: "*/*", "accept-encoding": "identity" }),
      connection: isGnu ? "Keep-Alive" : "close",
    };
    if (post !== undefined) {
      headers["content-type"] = "application/x-www-form-urlencoded";
      headers["content-length"] = String(post.length);
    }
    for (const line of options.values("header")) {
      const [, name = "", value = ""] = /^([^:]*):\s*(.*)$/s.exec(line) ?? [];
      headers[name.toLowerCase()] = value;
    }
    const user =
      options.value("user") === undefined ? target.user : `${options.value("user")}:${options.value("password") ?? ""}`;
    if (user !== undefined) headers.authorization = `Basic ${btoa(user)}`;
    const seconds = options.value("T") ?? options.value("connect-timeout");
    return {
      type: "http",
      scheme: target.scheme === "https" ? "https" : "http",
      host: target.host,
      port: target.port,
      method:
        options.value("method") ?? (post !== undefined ? "POST" : options.has("spider") && isGnu ? "HEAD" : "GET"),
      path: target.path,
      headers,
      body: post ?? "",
      timeoutMs: seconds === undefined ? CONNECT_TIMEOUT_MS : Number(seconds) * 1000,
      // busybox does not verify certificates.
      ...(target.scheme === "https" && isGnu && !options.has("no-check-certificate") && { trusts: this.#trusted() }),
    };
  }

  #trusted(): string {
    const path = this.#options.value("ca-certificate") ?? "/etc/ssl/certs/ca-certificates.crt";
    try {
      return this.#process.files.read(resolvePath(this.#process.cwd, path));
    } catch (error) {
      if (error instanceof FileError) return "";
      throw error;
    }
  }

  #failed(target: Target, answer: Answer & { type: "failed" }): Step | undefined {
    return this.#flavour === "gnu" ? this.#failedGnu(target, answer) : this.#failedBusybox(target, answer);
  }

  #failedBusybox(target: Target, { why, address }: Answer & { type: "failed" }): undefined {
    const { host, port } = target;
    this.#state.status = 1;
    if (isNameFailure(why)) {
      this.#process.write(2, `wget: bad address '${host}'\n`);
      return undefined;
    }
    this.#tell(`Connecting to ${hostHeader(target)} (${address ?? host}:${port})\n`);
    if (why === "timeout" && this.#options.has("T")) this.#process.write(2, "wget: download timed out\n");
    else if (why === "reset") this.#process.write(2, "wget: error getting response: Connection reset by peer\n");
    else
      this.#process.write(
        2,
        `wget: can't connect to remote host (${address ?? host}): ${connectProblem(why, "busybox")}\n`,
      );
    return undefined;
  }

  #failedGnu(target: Target, { why, address }: Answer & { type: "failed" }): Step | undefined {
    const { host } = target;
    const state = this.#state;
    const isOfName = isNameFailure(why);
    if (isOfName) {
      const reason = isTemporaryNameFailure(why) ? "Temporary failure in name resolution" : "Name or service not known";
      this.#tell(`Resolving ${host} (${host})... failed: ${reason}.\n`);
      this.#tell(`wget: unable to resolve host address '${host}'\n`);
      state.status = 4;
      return undefined;
    }
    this.#tell(this.#connecting(target, address ?? host));
    if (why === "untrusted") {
      this.#tell("connected.\n");
      this.#process.write(
        2,
        `ERROR: The certificate of '${host}' is not trusted.\nERROR: The certificate of '${host}' doesn't have a known issuer.\n`,
      );
      state.status = 5;
      return undefined;
    }
    this.#tell(
      why === "reset"
        ? "connected.\nHTTP request sent, awaiting response... Read error (Connection reset by peer) in headers.\n"
        : `failed: ${connectProblem(why, "gnu")}.\n`,
    );
    const tries = Number(this.#options.value("t") ?? 20) || Number.POSITIVE_INFINITY;
    const isRetried =
      why === "timeout" || why === "reset" || (why === "refused" && this.#options.has("retry-connrefused"));
    if (isRetried && state.attempts! < tries) {
      this.#tell("Retrying.\n\n");
      state.untilMs = this.#process.nowMs + Math.min(10, state.attempts!) * 1000;
      state.attempts = state.attempts! + 1;
      return { type: "wait", for: [{ type: "time", atMs: state.untilMs }] };
    }
    if (isRetried) this.#tell("Giving up.\n\n");
    state.status = 4;
    return undefined;
  }

  #connecting({ host, port }: Target, address: string): string {
    const isNamed = address !== host;
    const resolving = isNamed ? `Resolving ${host} (${host})... ${address}\n` : "";
    return this.#options.has("no-verbose")
      ? ""
      : `${resolving}Connecting to ${isNamed ? `${host} (${host})|${address}|` : host}:${port}... `;
  }

  #answered(target: Target, answer: Answer & { type: "http" }): undefined | "again" {
    const state = this.#state;
    const { status, headers, address } = answer;
    const isGnu = this.#flavour === "gnu";
    if (isGnu) {
      if (!this.#options.has("no-verbose"))
        this.#tell(
          `${this.#connecting(target, address)}connected.\nHTTP request sent, awaiting response... ${this.#options.has("S") ? "" : `${status} ${statusText(status)}`}\n`,
        );
    } else {
      this.#tell(`Connecting to ${hostHeader(target)} (${address}:${target.port})\n`);
      if (target.scheme === "https") this.#tell("wget: note: TLS certificate validation not implemented\n");
    }
    if (this.#options.has("S")) this.#process.write(2, serverResponse(answer));
    if (status >= 300 && status < 400 && headers.location !== undefined) {
      const next = redirected(target, headers.location);
      state.redirects = (state.redirects ?? 0) + 1;
      if (!next || state.redirects > MAX_REDIRECTS) {
        this.#process.write(2, isGnu ? `${MAX_REDIRECTS} redirections exceeded.\n` : "wget: too many redirections\n");
        state.status = isGnu ? 8 : 1;
        return undefined;
      }
      if (isGnu) this.#tell(`Location: ${headers.location} [following]\n`);
      state.target = next;
      return "again";
    }
    if (status >= 400) {
      if (isGnu) this.#refusedGnu(target, answer);
      else this.#process.write(2, `wget: server returned error: HTTP/1.1 ${status} ${statusText(status)}\n`);
      state.status = isGnu ? 8 : 1;
      return undefined;
    }
    if (this.#options.has("spider")) this.#tell(isGnu ? existsGnu(answer) : "remote file exists\n");
    else this.#save(target, answer);
    return undefined;
  }

  #refusedGnu(target: Target, answer: Answer & { type: "http" }): void {
    if (this.#options.has("content-on-error")) this.#save(target, answer);
    if (this.#options.has("spider")) {
      this.#tell("Remote file does not exist -- broken link!!!\n\n");
      return;
    }
    const url = `${target.scheme}://${hostHeader(target)}${target.path}`;
    const error = `${this.#time()} ERROR ${answer.status}: ${statusText(answer.status)}.\n`;
    this.#tell(this.#options.has("no-verbose") ? `${url}:\n${error}` : `${error}\n`);
  }

  #save(target: Target, { body, headers }: Answer & { type: "http" }): void {
    const isGnu = this.#flavour === "gnu";
    const output = this.#options.value("O");
    const remote = baseName(target.path.replace(/\?.*/, "")).replace(/^\/$/, "") || "index.html";
    const folder = this.#options.value("P");
    const name = output ?? (folder === undefined ? remote : `${folder}/${remote}`);
    if (output !== "-") {
      try {
        const path = resolvePath(this.#process.cwd, name);
        const isNew = output !== undefined || !this.#process.files.find(path);
        if (!isNew && !isGnu) {
          this.#process.write(2, `wget: can't open '${name}': File exists\n`);
          this.#state.status = 1;
          return;
        }
        this.#process.files.write(isNew ? path : this.#freeName(path), body);
      } catch (error) {
        if (!(error instanceof FileError)) throw error;
        this.#process.write(
          2,
          isGnu ? `${name}: ${error.message}\n` : `wget: can't open '${name}': ${error.message}\n`,
        );
        this.#state.status = isGnu ? 3 : 1;
        return;
      }
    }
    if (isGnu) this.#tell(this.#gnuReport(name, body.length, headers["content-type"]));
    else this.#tell(busyboxReport(name, body.length, this.#process.isTerminal(2)));
    if (output === "-") this.#process.write(1, body);
  }

  #freeName(path: string): string {
    for (let i = 1; ; i++) if (!this.#process.files.find(`${path}.${i}`)) return `${path}.${i}`;
  }

  #gnuReport(name: string, bytes: number, type: string | undefined): string {
    const shown = name === "-" ? "STDOUT" : `'${name}'`;
    if (this.#options.has("no-verbose"))
      return `${this.#time()} URL:${this.#options.operands[0]} [${bytes}/${bytes}] -> "${name}" [1]\n`;
    const kind = type === undefined ? "" : ` [${type.replace(/;.*/, "")}]`;
    const written = name === "-" ? "written to stdout" : `${shown} saved`;
    return (
      `Length: ${bytes}${kind}\nSaving to: ${shown}\n\n` +
      `${dotsOf(bytes)}\n\n` +
      `${this.#time()} (10.0 MB/s) - ${written} [${bytes}/${bytes}]\n\n`
    );
  }
}
