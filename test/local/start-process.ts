/** Runs the program of `npm start`, and ends it by signals. */
import { type ChildProcess, spawn } from "node:child_process";
import { join } from "node:path";

const START = join(import.meta.dirname, "../../scripts/local/start.ts");

/** The contents of `credentials.json`, which the start writes. */
export interface LocalCredentials {
  url: string;
  adminToken: string;
  apiKey: string;
  caFile: string;
  clusterId: string;
}

/** One run of `npm start`'s program; without DATABASE_URL, so that it has its own database. */
export class StartProcess {
  readonly process: ChildProcess;
  output = "";
  readonly exited: Promise<number | null>;

  constructor(home: string, port: number) {
    const { DATABASE_URL: _, DATABASE_OWNER_URL: _owner, ...env } = process.env;
    this.process = spawn(process.execPath, [START], { env: { ...env, SANDBAR_HOME: home, PORT: String(port) } });
    for (const stream of [this.process.stdout, this.process.stderr]) {
      stream?.setEncoding("utf8").on("data", (text: string) => {
        this.output += text;
      });
    }
    this.exited = new Promise((resolve) => this.process.once("exit", resolve));
  }

  /** Resolves when the last line was printed; rejects if the program ends before. */
  async ready(): Promise<void> {
    const said = new Promise<void>((resolve) => {
      this.process.stdout?.on("data", () => {
        if (/^Sandbar is ready\n$/m.test(this.output)) resolve();
      });
    });
    const ended = this.exited.then((code) => {
      throw new Error(`ended with ${code}:\n${this.output}`);
    });
    ended.catch(() => {});
    await Promise.race([said, ended]);
  }

  async end(signal: NodeJS.Signals): Promise<number | null> {
    this.process.kill(signal);
    return await this.exited;
  }
}
