/** Runs the kubectl of containers against the Sandbar of this test run, outside of a container. */
import { randomInt } from "node:crypto";
import { readdir, readFile, writeFile } from "node:fs/promises";
import type { IncomingMessage } from "node:http";
import { request } from "node:https";
import { join } from "node:path";
import { inject } from "vitest";
import { byteString, bytesOf, bytesOfText, textOfBytes } from "../../src/lib/bytes.ts";
import type { JsonObject } from "../../src/lib/json.ts";
import { kubectl } from "../../src/programs/kubectl/index.ts";
import type { Answer, HttpQuestion, Question } from "../../src/shell/question.ts";
import { FakeFiles } from "../support/fake-files.ts";
import { FakeProcess } from "../support/fake-process.ts";
import { Sockets } from "./exec-sockets.ts";
import { type CommandResult, type KubectlSession, splitWords } from "./harness.ts";

const FOLDER = "/work";
const MAX_ROUNDS = 5_000;
const FIRST_PIECE_MS = 300;
const MAX_PAUSE_MS = 50;

/** A process whose HTTP questions are answered by the network of this machine. */
class OnlineProcess extends FakeProcess {
  asked: HttpQuestion | undefined;
  answer: Answer | undefined;
  readonly sockets = new Sockets();
  override random = () => randomInt(2 ** 32);

  override ask(question: Question): Answer | undefined {
    if (question.type !== "http") return { type: "failed", why: "refused", afterMs: 0 };
    const { answer } = this;
    this.asked = answer ? undefined : question;
    this.answer = undefined;
    return answer;
  }
}

/** Copies files and folders, but no hidden folders: kubectl keeps its cache in one. */
async function copyFolder(files: FakeFiles, from: string, to: string): Promise<void> {
  for (const entry of await readdir(from, { withFileTypes: true })) {
    const [source, target] = [join(from, entry.name), join(to, entry.name)];
    if (entry.isFile()) files.write(target, byteString(await readFile(source)));
    if (!entry.isDirectory() || entry.name.startsWith(".")) continue;
    files.makeDirectory(target);
    await copyFolder(files, source, target);
  }
}

/** The files of the working folder itself. */
function topFiles(files: FakeFiles): Map<string, string> {
  const names = files.list(FOLDER).filter((name) => files.find(join(FOLDER, name))?.type === "file");
  return new Map(names.map((name) => [name, files.read(join(FOLDER, name))]));
}

/** Keeps what a command wrote, so that the next one sees it. */
async function writeBack(files: FakeFiles, folder: string, before: ReadonlyMap<string, string>): Promise<void> {
  for (const [name, content] of topFiles(files)) {
    if (before.get(name) !== content) await writeFile(join(folder, name), bytesOf(content), { mode: 0o600 });
  }
}

/** Runs a command line; the files of the session's folder are in the working folder. */
export async function runOurKubectl(
  { folder, environment }: KubectlSession,
  commandLine: string,
  { stdin = "", env = {} }: { stdin?: string; env?: Readonly<Record<string, string>> } = {},
): Promise<CommandResult> {
  const files = new FakeFiles(Date.now());
  files.makeDirectory(FOLDER);
  for (const path of ["/tmp", "/bin"]) if (!files.find(path)) files.makeDirectory(path);
  await copyFolder(files, folder, FOLDER);
  const before = topFiles(files);
  const process = new OnlineProcess({
    argv: ["kubectl", ...splitWords(commandLine).map(bytesOfText)],
    stdin: bytesOfText(stdin),
    env: { KUBECONFIG: join(FOLDER, "kubeconfig"), HOME: FOLDER, TZ: environment["TZ"] ?? "UTC", PATH: "/bin", ...env },
    cwd: FOLDER,
    files,
    nowMs: Date.now(),
  });
  const streams = new Streams();
  for (let round = 0; round < MAX_ROUNDS; round++) {
    process.state = JSON.parse(JSON.stringify(process.state)) as JsonObject;
    process.nowMs = Math.max(process.nowMs, Date.now());
    const step = kubectl.run(process);
    if (step.type === "exit") {
      streams.close();
      await writeBack(files, folder, before);
      return { stdout: textOfBytes(process.stdout), stderr: textOfBytes(process.stderr), exitCode: step.status };
    }
    if (process.asked?.piece) process.answer = await process.sockets.exchange(process.asked);
    else if (process.asked) process.answer = await answerOf(process.asked, streams);
    else if (step.type === "wait") await pause(step.for.flatMap((one) => (one.type === "time" ? [one.atMs] : [])));
  }
  throw new Error(`kubectl ${commandLine} does not end`);
}

function pause(instantsMs: readonly number[]): Promise<void> {
  const delayMs = Math.max(0, Math.min(...instantsMs, Date.now() + MAX_PAUSE_MS) - Date.now());
  return new Promise((resolve) => setTimeout(resolve, delayMs));
}

/** Answers that go on: what came since the last piece. */
class Streams {
  readonly #open: { response: IncomingMessage; pieces: string[] }[] = [];

  /** The first piece of an answer, after the time that the server needs for it. */
  async begin(response: IncomingMessage): Promise<Partial<Answer>> {
    const cursor = this.#open.push({ response, pieces: [] }) - 1;
    response.on("data", (chunk: Buffer) => this.#open[cursor]?.pieces.push(byteString(chunk)));
    await new Promise((resolve) => setTimeout(resolve, FIRST_PIECE_MS));
    return this.next(cursor);
  }

  next(cursor: number): Partial<Answer> {
    const { pieces, response } = this.#open[cursor]!;
    const open = response.readableEnded ? {} : { open: { cursor, resources: [] } };
    return { type: "http", status: response.statusCode ?? 0, headers: {}, body: pieces.splice(0).join(""), ...open };
  }

  close(): void {
    for (const { response } of this.#open) response.destroy();
  }
}

function answerOf(question: HttpQuestion, streams: Streams): Promise<Answer> {
  const { host, port, method, path, headers, body, resumes } = question;
  const { authorityPem } = inject("sandbar");
  if (typeof resumes === "number") {
    return Promise.resolve({ address: host, afterMs: 1, ...streams.next(resumes) } as Answer);
  }
  return new Promise((resolve) => {
    const { host: _, ...rest } = headers;
    // Without a length, Node would send the body of a DELETE request as the next request.
    const sent = { ...rest, ...(body !== "" && { "content-length": String(body.length) }) };
    const outgoing = request({ host, port, method, path, headers: sent, ca: authorityPem }, (response) => {
      if (resumes === null) {
        void streams.begin(response).then((piece) => resolve({ address: host, afterMs: 1, ...piece } as Answer));
        return;
      }
      const chunks: Buffer[] = [];
      response.on("data", (chunk: Buffer) => chunks.push(chunk));
      response.on("end", () => {
        const received = Object.entries(response.headers).map(([name, value]) => [name, String(value)]);
        resolve({
          type: "http",
          address: host,
          status: response.statusCode ?? 0,
          headers: Object.fromEntries(received) as Record<string, string>,
          body: byteString(Buffer.concat(chunks)),
          afterMs: 1,
        });
      });
    });
    outgoing.on("error", () => resolve({ type: "failed", why: "refused", afterMs: 1 }));
    outgoing.end(Buffer.from(bytesOf(body)));
  });
}
