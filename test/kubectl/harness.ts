/** Runs a real kubectl against the Sandbar of this test run, each suite in a cluster of its own. */
import { spawn } from "node:child_process";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, describe, inject, it } from "vitest";
import { z } from "zod";
import type { Kubectl } from "../../scripts/kubectl/ensure.ts";
import { ApiClient } from "../../scripts/local/client.ts";

export interface CommandResult {
  stdout: string;
  stderr: string;
  exitCode: number;
}

export interface CommandOptions {
  stdin?: string | Uint8Array;
  /** Environment variables besides those of every command. */
  env?: Readonly<Record<string, string>>;
  /** Ended by SIGTERM after this time; for watches, which end no other way. */
  stopAfterMs?: number;
  /** Ended by SIGTERM as soon as standard output satisfies this. */
  stopWhen?: (stdout: string) => boolean;
  /** Ended by SIGTERM when it is aborted. */
  signal?: AbortSignal;
  /** Called with all standard output up to now. */
  onStdout?: (stdout: string) => void;
}

export interface RunningCommand {
  /** The output that told that it is ready. */
  match: RegExpExecArray;
  /** Resolves when it ends by itself, or by `end`. */
  result: Promise<CommandResult>;
  end(): Promise<CommandResult>;
}

/** Versions that a machine may have; missing versions are skipped by name. */
const VERSIONS = ["1.27", "1.28", "1.29", "1.30", "1.31", "1.32", "1.33", "1.34", "1.35", "1.36"];

/**
 * Declares the same tests for every kubectl of this machine, each with a fresh cluster that `session` returns. Long
 * stories in which kubectl's version matters little run only with the oldest and the newest version (`ends`).
 */
export function describeEveryKubectl(
  title: string,
  declare: (session: () => KubectlSession) => void,
  { ends = false } = {},
): void {
  const all = inject("kubectls");
  const told = ends ? [...new Set([...all.slice(0, 1), ...all.slice(-1)])] : all;
  const found = new Map(told.map((kubectl) => [kubectl.version, kubectl]));
  for (const version of new Set([...(ends ? [] : VERSIONS), ...found.keys()])) {
    const kubectl = found.get(version);
    if (!kubectl) {
      describe.skip(`kubectl ${version}: ${title}`, () => it("is not on this machine", () => {}));
      continue;
    }
    describe(`kubectl ${version}: ${title}`, () => {
      let session: KubectlSession | undefined;
      beforeAll(async () => {
        session = await KubectlSession.open(kubectl);
      });
      afterAll(async () => {
        await session?.close();
      });
      declare(() => {
        if (!session) throw new Error("the session is opened before the first test");
        return session;
      });
    });
  }
}

/** Declares tests with many commands for the newest kubectl only; the other versions have a short list. */
export function describeNewestKubectl(
  title: string,
  declare: (session: () => KubectlSession) => void,
  settings: Record<string, unknown> = {},
): void {
  const newest = inject("kubectls").at(-1);
  describe.skipIf(!newest)(`the newest kubectl: ${title}`, () => {
    let session: KubectlSession | undefined;
    beforeAll(async () => {
      if (newest) session = await KubectlSession.open(newest, settings);
    });
    afterAll(async () => {
      await session?.close();
    });
    declare(() => {
      if (!session) throw new Error("the session is opened before the first test");
      return session;
    });
  });
}

/** One kubectl with its own cluster, home folder and working folder. Its methods may be destructured. */
export class KubectlSession {
  readonly kubectl: Kubectl;
  readonly clusterId: string;
  /** The working folder of the commands; tests write files here. */
  readonly folder: string;
  /** Of the commands. */
  readonly environment: NodeJS.ProcessEnv;
  /** Of the organization that owns the cluster. */
  readonly apiKey: string;

  private constructor(kubectl: Kubectl, clusterId: string, folder: string, apiKey: string) {
    this.apiKey = apiKey;
    this.kubectl = kubectl;
    this.clusterId = clusterId;
    this.folder = folder;
    this.environment = {
      PATH: process.env["PATH"],
      HOME: folder,
      TMPDIR: folder,
      KUBECONFIG: join(folder, "kubeconfig"),
      TZ: "UTC",
    };
  }

  /** Creates an organization and a cluster through the platform's API, and a kubeconfig for it. */
  static async open(kubectl: Kubectl, settings: Record<string, unknown> = {}): Promise<KubectlSession> {
    const { url, authorityPem, adminToken } = inject("sandbar");
    const api = new ApiClient(url, authorityPem);
    const post = (path: string, token: string, body: unknown) => api.expectOk(path, { method: "POST", token, body });
    const { apiKey } = Organization.parse(JSON.parse(await post("/v1/organizations", adminToken, { name: "kubectl" })));
    const token = apiKey.key;
    const cluster = Cluster.parse(
      JSON.parse(await post("/v1/clusters", token, { name: kubectl.version, ...settings })),
    );
    const kubeconfig = await api.expectOk(`/v1/clusters/${cluster.id}/kubeconfig`, { token });
    api.close();
    const folder = await mkdtemp(join(tmpdir(), `sandbar-kubectl-${kubectl.version}-`));
    await writeFile(join(folder, "kubeconfig"), kubeconfig, { mode: 0o600 });
    return new KubectlSession(kubectl, cluster.id, folder, token);
  }

  /** Whether this kubectl is of the given minor version or newer. */
  isAtLeast(version: string): boolean {
    return this.kubectl.version.localeCompare(version, "en", { numeric: true }) >= 0;
  }

  /** Runs a command line, split at spaces; arguments with spaces need single quotes. */
  readonly run = async (commandLine: string, options: CommandOptions = {}): Promise<CommandResult> => {
    return await runProgram(
      this.kubectl.path,
      splitWords(commandLine),
      this.folder,
      { ...this.environment, ...options.env },
      options,
    );
  };

  /** As {@link run}, but fails the test unless the command succeeds. Returns standard output. */
  readonly ok = async (commandLine: string, options: CommandOptions = {}): Promise<string> => {
    const result = await this.run(commandLine, options);
    if (result.exitCode === 0) return result.stdout;
    throw new Error(`kubectl ${commandLine}\nexit code ${result.exitCode}\n${result.stdout}${result.stderr}`);
  };

  /** Starts a server such as `port-forward`, and waits until its output matches. `end` stops it. */
  readonly start = async (commandLine: string, ready: RegExp): Promise<RunningCommand> => {
    const stop = new AbortController();
    let announce: (match: RegExpExecArray) => void = () => {};
    const announced = new Promise<RegExpExecArray>((resolve) => {
      announce = resolve;
    });
    const result = this.run(commandLine, {
      signal: stop.signal,
      onStdout: (stdout) => {
        const match = ready.exec(stdout);
        if (match) announce(match);
      },
    });
    const failed = result.then(({ stdout, stderr }) => {
      throw new Error(`kubectl ${commandLine} ended\n${stdout}${stderr}`);
    });
    const match = await Promise.race([announced, failed]);
    failed.catch(() => {});
    const end = () => {
      stop.abort();
      return result;
    };
    return { match, result, end };
  };

  /** Calls the platform's API for this cluster: `checks`, `advance`. */
  readonly platform = async (endpoint: string, body: unknown): Promise<unknown> => {
    const { url, authorityPem } = inject("sandbar");
    const api = new ApiClient(url, authorityPem);
    const path = `/v1/clusters/${this.clusterId}/${endpoint}`;
    const answer = await api.expectOk(path, { method: "POST", token: this.apiKey, body });
    api.close();
    return JSON.parse(answer);
  };

  /** Runs another program, such as helm, in the same environment. */
  readonly runProgram = async (path: string, commandLine: string): Promise<CommandResult> => {
    return await runProgram(path, splitWords(commandLine), this.folder, this.environment, {});
  };

  readonly write = async (name: string, text: string): Promise<void> => {
    const path = join(this.folder, name);
    await mkdir(dirname(path), { recursive: true });
    await writeFile(path, text);
  };

  async close(): Promise<void> {
    await rm(this.folder, { recursive: true, force: true });
  }
}

const Organization = z.object({ apiKey: z.object({ key: z.string() }) });
const Cluster = z.object({ id: z.string() });

async function runProgram(
  path: string,
  words: string[],
  cwd: string,
  env: NodeJS.ProcessEnv,
  { stdin, stopAfterMs, stopWhen, signal, onStdout }: CommandOptions,
): Promise<CommandResult> {
  const child = spawn(path, words, { cwd, env, stdio: ["pipe", "pipe", "pipe"] });
  const result: CommandResult = { stdout: "", stderr: "", exitCode: 0 };
  child.stdout.setEncoding("utf8").on("data", (text: string) => {
    result.stdout += text;
    onStdout?.(result.stdout);
    if (stopWhen?.(result.stdout)) child.kill("SIGTERM");
  });
  child.stderr.setEncoding("utf8").on("data", (text: string) => {
    result.stderr += text;
  });
  child.stdin.on("error", () => {}); // The command may end without reading its input.
  child.stdin.end(stdin ?? "");
  signal?.addEventListener("abort", () => child.kill("SIGTERM"));
  const timer = stopAfterMs === undefined ? undefined : setTimeout(() => child.kill("SIGTERM"), stopAfterMs);
  result.exitCode = await new Promise<number>((resolve, reject) => {
    child.once("error", reject);
    child.once("close", (code, signal) => resolve(code ?? (signal === "SIGTERM" ? 143 : 1)));
  });
  clearTimeout(timer);
  return result;
}

/** Splits at spaces outside quotes, like a shell. Double quotes count only where they begin a word or follow a `=`. */
export function splitWords(commandLine: string): string[] {
  const words = commandLine.match(/(?:(?<=\s|(?<!=)=|^)"[^"]*"|\$?'[^']*'|[^\s'])+/g) ?? [];
  return words.map((word) =>
    word.replaceAll(/(?<=^|(?<!=)=)"([^"]*)"|(\$?)'([^']*)'/g, (_, double, dollar, single) =>
      dollar ? single.replaceAll("\\n", "\n") : (double ?? single),
    ),
  );
}

/**
 * Replaces values that vary by placeholders: `<age>`, `<hash>` of pod names, `<ip>`, `<uid>`, `<time>`. Widths of
 * columns vary with their contents, so several spaces become two.
 */
export function shape(output: string): string {
  return output
    .replaceAll(/[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}/g, "<uid>")
    .replaceAll(/\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ/g, "<time>")
    .replaceAll(/(\w{3}, \d\d \w{3} \d{4} \d\d:\d\d:\d\d [+-]\d{4})/g, "<time>")
    .replaceAll(/\b10\.\d+\.\d+\.\d+\b/g, "<ip>")
    .replaceAll(/\b[456789bcdf]{8,10}-[bcdfghjklmnpqrstvwxz2456789]{5}\b/g, "<hash>-<suffix>")
    .replaceAll(/\b[456789bcdf]{8,10}\b/g, "<hash>")
    .replaceAll(/(?<=\s|\()(?:\d+[dhms]){1,2}(?=\s|\)|$)/g, "<age>")
    .replaceAll(/ {2,}/g, "  ")
    .replaceAll(/ +$/gm, "");
}
