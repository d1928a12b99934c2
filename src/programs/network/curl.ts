/** curl: the options in common use, with the messages and exit codes of curl 8. */
import { FileError } from "../../files/errors.ts";
import type { OpenAnswer } from "../../lib/open-answer.ts";
import { isTemporaryNameFailure } from "../../shell/network-failure.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Answer, HttpQuestion } from "../../shell/question.ts";
import type { Tool } from "../base/call.ts";
import { readOn } from "../base/open-answers.ts";
import { resolvePath } from "../base/paths.ts";
import { hostHeader, parseTarget, redirected, type Target } from "./address.ts";
import { type CurlOptions, CurlUsage, readCurlOptions } from "./curl-options.ts";
import {
  EMPTY_PROGRESS,
  headOf,
  progressTable,
  untrustedText,
  verboseExchange,
  verboseFailure,
} from "./curl-report.ts";
import { writtenOut } from "./curl-write-out.ts";

/** State: the URL that is being fetched, where redirections have led, and attempts. */
interface CurlState {
  at?: number;
  target?: Target;
  redirects?: number;
  attempts?: number;
  untilMs?: number;
  startedAtMs?: number;
  method?: string;
  status?: number;
  body?: string;
  hasBody?: boolean;
  /** An answer that goes on, as far as it was read, and the bytes that came. */
  open?: OpenAnswer;
  received?: number;
}

const VERSION = "8.14.1";
/** How long curl waits for a connection by default. */
const CONNECT_TIMEOUT_MS = 134_000;

export const curl: Tool = () => ({
  run: (process) => {
    try {
      const options = readCurlOptions(process);
      if (options.showsVersion) {
        process.write(1, `curl ${VERSION} (x86_64-pc-linux-gnu) libcurl/${VERSION}\nProtocols: http https telnet\n`);
        return { type: "exit", status: 0 };
      }
      return new Curl(process, options).run();
    } catch (error) {
      if (!(error instanceof CurlUsage)) throw error;
      process.write(
        2,
        `curl: ${error.message}\n${error.hasHint ? "curl: try 'curl --help' or 'curl --manual' for more information\n" : ""}`,
      );
      return { type: "exit", status: error.status };
    }
  },
});

class Curl {
  readonly #process: ProcessView;
  readonly #options: CurlOptions;
  readonly #state: CurlState;

  constructor(process: ProcessView, options: CurlOptions) {
    this.#process = process;
    this.#options = options;
    this.#state = process.state as CurlState;
  }

  run(): Step {
    const state = this.#state;
    if (this.#options.readsInput && state.body === undefined) {
      const step = this.#readInput();
      if (step) return step;
    }
    for (state.at ??= 0; state.at < this.#options.urls.length; state.at++) {
      const step = this.#fetch(this.#options.urls[state.at]!);
      if (step) return step;
      delete state.target;
    }
    return { type: "exit", status: state.status ?? 0 };
  }

  #readInput(): Step | undefined {
    for (;;) {
      const data = this.#process.read(0);
      if (data === undefined) return { type: "wait", for: [{ type: "readable", fd: 0 }] };
      if (data === "") break;
      this.#state.body = (this.#state.body ?? "") + data;
    }
    this.#state.body ??= "";
    return undefined;
  }

  /** Undefined when this URL is done. */
  #fetch(url: string): Step | undefined {
    const state = this.#state;
    if (!state.target) {
      const target = parseTarget(url);
      if (!target) return this.#malformed(url);
      Object.assign(state, {
        target,
        redirects: 0,
        attempts: 0,
        startedAtMs: this.#process.nowMs,
        method: this.#options.method,
      });
    }
    if (state.untilMs !== undefined) {
      if (this.#process.nowMs < state.untilMs) return { type: "wait", for: [{ type: "time", atMs: state.untilMs }] };
      delete state.untilMs;
    }
    if (state.open) return this.#readOn(state.target!);
    for (;;) {
      const target = state.target!;
      const answer = target.scheme === "telnet" ? this.#askTelnet(target) : this.#process.ask(this.#question(target));
      if (!answer) return { type: "wait", for: [{ type: "answer" }] };
      const next = answer.type === "failed" ? this.#failed(target, answer) : this.#answered(target, answer);
      if (next === "again") continue;
      return next;
    }
  }

  #malformed(url: string): undefined {
    const scheme = /^([a-z][a-z0-9+.-]*):\/\//i.exec(url)?.[1];
    if (scheme && !/^(https?|telnet)$/i.test(scheme)) this.#complain(1, `Protocol "${scheme}" not supported`);
    else this.#complain(3, "URL rejected: No host part in the URL");
    return undefined;
  }

  #complain(code: number, message: string): void {
    if (!this.#options.isSilent || this.#options.showsErrors) this.#process.write(2, `curl: (${code}) ${message}\n`);
    this.#state.status = code;
  }

  #askTelnet({ host, port }: Target): Answer | undefined {
    return this.#process.ask({
      type: "connect",
      protocol: "tcp",
      host,
      port,
      data: "",
      timeoutMs: this.#options.connectTimeoutMs ?? this.#options.maxTimeMs,
    });
  }

  #question(target: Target): HttpQuestion {
    const options = this.#options;
    const headers: Record<string, string> = {
      host: hostHeader(target),
      "user-agent": `curl/${VERSION}`,
      accept: "*/*",
    };
    const user = options.user ?? target.user;
    if (user !== undefined) headers.authorization = `Basic ${btoa(user)}`;
    const body = options.usesInput ? (this.#state.body ?? "") : options.body;
    const hasBody =
      body !== undefined && this.#state.method !== "GET"
        ? true
        : body !== undefined && options.method === "GET" && this.#state.redirects === 0;
    if (hasBody) {
      headers["content-type"] = options.contentType;
      headers["content-length"] = String(body!.length);
    }
    for (const { name, value } of options.headers) {
      if (value === "") delete headers[name];
      else headers[name] = value;
    }
    const resolved = options.resolved[`${target.host}:${target.port}`];
    return {
      type: "http",
      scheme: target.scheme === "https" ? "https" : "http",
      host: resolved ?? target.host,
      ...(resolved !== undefined && { serverName: target.host }),
      port: target.port,
      method: this.#state.method ?? "GET",
      path: target.path,
      headers,
      body: hasBody ? body! : "",
      timeoutMs: this.#timeLeft(),
      ...(options.method === "GET" && { resumes: null }),
      ...(target.scheme === "https" && !options.isInsecure && { trusts: this.#trusted(), comparesCommonName: true }),
    };
  }

  /** The question must stay equal until it is answered, so the limit counts from the start of the attempt. */
  #timeLeft(): number {
    const { maxTimeMs, connectTimeoutMs } = this.#options;
    return Math.min(maxTimeMs ?? CONNECT_TIMEOUT_MS, connectTimeoutMs ?? CONNECT_TIMEOUT_MS);
  }

  #trusted(): string {
    const { files, env } = this.#process;
    const path =
      this.#options.caFile ?? env.CURL_CA_BUNDLE ?? env.SSL_CERT_FILE ?? "/etc/ssl/certs/ca-certificates.crt";
    try {
      return files.read(resolvePath(this.#process.cwd, path));
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (this.#options.caFile !== undefined)
        throw new CurlUsage(`(77) error setting certificate file: ${path}`, 77, false);
      return "";
    }
  }

  #failed({ host, port }: Target, answer: Answer & { type: "failed" }): Step | undefined {
    const { why, afterMs } = answer;
    const { maxTimeMs } = this.#options;
    const elapsed = Math.round(afterMs);
    const isRetried =
      why === "timeout" ||
      isTemporaryNameFailure(why) ||
      (why === "refused" && this.#options.retriesRefused) ||
      this.#options.retriesAll;
    if (isRetried && this.#retry(why === "refused" ? "connection refused" : "timeout")) return this.#waitForRetry();
    if (this.#showsProgress()) this.#process.write(2, EMPTY_PROGRESS);
    if (this.#options.isVerbose) this.#process.write(2, verboseFailure({ host, port }, answer));
    if (why === "unknownName" || why === "noRecord") this.#complain(6, `Could not resolve host: ${host}`);
    else if (isTemporaryNameFailure(why))
      this.#complain(
        maxTimeMs === undefined || why === "serverFailure" ? 6 : 28,
        maxTimeMs === undefined || why === "serverFailure"
          ? `Could not resolve host: ${host}`
          : `Resolving timed out after ${elapsed} milliseconds`,
      );
    else if (why === "refused" || why === "unreachable")
      this.#complain(7, `Failed to connect to ${host} port ${port} after ${elapsed} ms: Could not connect to server`);
    else if (why === "timeout") {
      const limited = this.#options.connectTimeoutMs !== undefined || maxTimeMs !== undefined;
      this.#complain(
        28,
        limited
          ? `Connection timed out after ${elapsed} milliseconds`
          : `Failed to connect to ${host} port ${port} after ${elapsed} ms: Could not connect to server`,
      );
    } else if (why === "reset") this.#complain(56, "Recv failure: Connection reset by peer");
    else this.#complain(60, untrustedText(host, answer));
    this.#writeOut(host, port, undefined);
    return undefined;
  }

  #retry(reason: string): boolean {
    const state = this.#state;
    const left = this.#options.retries - (state.attempts ?? 0);
    if (left <= 0) return false;
    state.attempts = (state.attempts ?? 0) + 1;
    const delayMs = this.#options.retryDelayMs ?? Math.min(600_000, 1000 * 2 ** (state.attempts - 1));
    if (!this.#options.isSilent)
      this.#process.write(
        2,
        `Warning: Problem : ${reason}. Will retry in ${delayMs / 1000} second${delayMs === 1000 ? "" : "s"}. ${left} ${left === 1 ? "retry" : "retries"} left.\n`,
      );
    state.untilMs = this.#process.nowMs + delayMs;
    return true;
  }

  #waitForRetry(): Step {
    return { type: "wait", for: [{ type: "time", atMs: this.#state.untilMs! }] };
  }

  #answered(target: Target, answer: Answer): Step | undefined | "again" {
    const state = this.#state;
    const options = this.#options;
    if (answer.type === "connected") {
      this.#output(answer.data);
      return undefined;
    }
    if (answer.type !== "http") return undefined;
    if ((answer.status >= 500 || answer.status === 408 || answer.status === 429) && this.#retry(`HTTP error`))
      return this.#waitForRetry();
    if (options.isVerbose)
      this.#process.write(2, verboseExchange(target, this.#question(target), answer, this.#process.isTerminal(1)));
    const head = headOf(answer);
    const location = answer.headers.location;
    const isRedirect = answer.status >= 300 && answer.status < 400 && location !== undefined;
    if (options.showsHead || options.isHead) this.#output(head, { isBody: false });
    if (options.headFile !== undefined) this.#save(options.headFile, head);
    if (isRedirect && options.follows) {
      if ((state.redirects ?? 0) >= options.maxRedirects) {
        this.#complain(47, `Maximum (${options.maxRedirects}) redirects followed`);
        return undefined;
      }
      const next = redirected(target, location);
      if (!next) return this.#malformed(location);
      state.redirects = (state.redirects ?? 0) + 1;
      state.target = next;
      if (
        answer.status === 303 ||
        ((answer.status === 301 || answer.status === 302) && state.method === "POST" && !options.hasMethod)
      )
        state.method = "GET";
      return "again";
    }
    if (options.failsOnError && answer.status >= 400) {
      if (!options.isVerbose && this.#showsProgress()) this.#process.write(2, EMPTY_PROGRESS);
      if (options.failsWithBody) this.#output(answer.body);
      this.#complain(22, `The requested URL returned error: ${answer.status}`);
    } else if (!options.isHead) {
      if (!options.isVerbose && this.#showsProgress()) this.#process.write(2, progressTable(answer.body.length));
      this.#output(answer.body);
    }
    if (answer.open && !options.isHead) {
      Object.assign(state, { open: answer.open, received: answer.body.length });
      return this.#readOn(target);
    }
    this.#writeOut(answer.address, target.port, answer);
    return undefined;
  }

  /** Prints the pieces of an answer that goes on, as they come. */
  #readOn(target: Target): Step | undefined {
    const state = this.#state;
    const { maxTimeMs } = this.#options;
    const startedAtMs = state.startedAtMs ?? 0;
    const untilMs = maxTimeMs === undefined ? undefined : startedAtMs + maxTimeMs;
    while (state.open) {
      const next = readOn(this.#process, this.#question(target), state, untilMs);
      if (next.type === "waits") return next.step;
      delete state.open;
      if (next.type === "over") {
        const elapsed = this.#process.nowMs - startedAtMs;
        this.#complain(28, `Operation timed out after ${elapsed} milliseconds with ${state.received} bytes received`);
      } else if (next.type === "failed") {
        this.#complain(18, "transfer closed with outstanding read data remaining");
      } else {
        this.#output(next.body, { appends: true });
        state.received = (state.received ?? 0) + next.body.length;
        if (next.open) state.open = next.open;
      }
    }
    return undefined;
  }

  #output(data: string, { isBody = true, appends = false } = {}): void {
    const file = this.#options.outputs[this.#state.at ?? 0];
    if (file === undefined || file === "-") this.#process.write(1, data);
    else this.#save(file, data, appends || !isBody || (this.#options.showsHead && isBody));
  }

  #save(file: string, data: string, appends = false): void {
    const path = resolvePath(this.#process.cwd, file);
    try {
      if (this.#options.createsFolders) this.#makeFolders(path);
      if (appends && this.#process.files.find(path)) this.#process.files.append(path, data);
      else this.#process.files.write(path, data);
    } catch (error) {
      if (!(error instanceof FileError)) throw error;
      if (!this.#options.isSilent)
        this.#process.write(2, `Warning: Failed to open the file ${file}: ${error.message}\n`);
      this.#complain(23, "client returned ERROR on write, nothing written");
    }
  }

  #makeFolders(path: string): void {
    const parts = path.split("/").slice(1, -1);
    for (let i = 1; i <= parts.length; i++) {
      const folder = `/${parts.slice(0, i).join("/")}`;
      if (!this.#process.files.find(folder)) this.#process.files.makeDirectory(folder);
    }
  }

  /** A table is printed unless it would disturb a terminal, or the user does not want it. */
  #showsProgress(): boolean {
    const { isSilent, hidesProgress, outputs } = this.#options;
    const isShownElsewhere = outputs[this.#state.at ?? 0] !== undefined || !this.#process.isTerminal(1);
    return !isSilent && !hidesProgress && isShownElsewhere;
  }

  #writeOut(address: string, port: number, answer: (Answer & { type: "http" }) | undefined): void {
    const { writeOut, method, urls } = this.#options;
    if (writeOut === undefined) return;
    const { target, redirects = 0, status = 0, startedAtMs = 0, at = 0 } = this.#state;
    const elapsedMs = this.#process.nowMs - startedAtMs + (answer?.afterMs ?? 0);
    const transfer = { target, redirects, exitCode: status, elapsedMs, url: urls[at] ?? "", method: method ?? "GET" };
    this.#process.write(1, writtenOut(writeOut, { ...transfer, address, port, answer }));
  }
}
