/** find: walks trees and evaluates its expression for each entry. */
import { FileError } from "../../files/errors.ts";
import type { JsonObject } from "../../lib/json.ts";
import type { ProcessView, Step } from "../../shell/program.ts";
import type { Flavour, Tool } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { joinPath, resolvePath } from "../base/paths.ts";
import { withUsage } from "../processes/waiting.ts";
import type { FindState, Visited } from "./find-entry.ts";
import { Expression } from "./find-expression.ts";

export const find: Tool = (flavour) => ({
  run: (process) => withUsage(process, flavour, () => new Finder(process, flavour).run()),
});

class Finder {
  readonly #process: ProcessView;
  readonly #state: FindState;
  readonly #expression: Expression;
  readonly #starts: string[];

  constructor(process: ProcessView, flavour: Flavour) {
    this.#process = process;
    this.#state = process.state as JsonObject as FindState;
    const args = process.argv.slice(1);
    const followsLinks = args[0] === "-L";
    while (/^-[HLP]$|^-O\d?$/.test(args[0] ?? "")) args.shift();
    const at = args.findIndex((argument) => /^[-(!]/.test(argument));
    this.#starts = at < 0 ? args : args.slice(0, at);
    if (this.#starts.length === 0) this.#starts.push(".");
    this.#expression = new Expression(process, flavour, at < 0 ? [] : args.slice(at), followsLinks);
  }

  run(): Step {
    const state = this.#state;
    const { settings } = this.#expression;
    state.queue ??= this.#starts.map((start) => ({ name: start, depth: 0, start }));
    state.status ??= 0;
    while (state.queue.length > 0) {
      const next = state.queue[0]!;
      const visited = this.#visit(next);
      if (!visited) {
        state.queue.shift();
        continue;
      }
      const isDirectory = visited.entry.type === "directory";
      const isBelow = isDirectory && visited.depth < settings.maxDepth;
      const isAgain = (next as { isAgain?: boolean }).isAgain === true;
      if (settings.isDepthFirst && isBelow && !isAgain) {
        state.queue.splice(0, 1, ...this.#children(visited), { ...next, isAgain: true } as typeof next);
        continue;
      }
      this.#expression.isPruned = false;
      if (visited.depth >= settings.minDepth && this.#expression.test(visited) === "wait") return this.#waitForChild();
      delete state.results;
      state.queue.shift();
      if (this.#expression.hasQuit) break;
      if (isBelow && !settings.isDepthFirst && !this.#expression.isPruned)
        state.queue.unshift(...this.#children(visited));
    }
    if (this.#expression.flush() === "wait") return this.#waitForChild();
    return { type: "exit", status: state.status || this.#expression.status };
  }

  #waitForChild(): Step {
    return { type: "wait", for: [{ type: "child", pid: this.#state.child! }] };
  }

  #visit({ name, depth, start }: { name: string; depth: number; start: string }): Visited | undefined {
    const path = resolvePath(this.#process.cwd, name);
    const { files } = this.#process;
    try {
      const entry = (this.#expression.settings.followsLinks ? files.find(path) : undefined) ?? files.findLink(path);
      if (!entry) throw new FileError("ENOENT", path);
      return { name, path, entry, depth, start };
    } catch (error) {
      this.#fail(name, error);
      return undefined;
    }
  }

  #children({ name, path, depth, start }: Visited): { name: string; depth: number; start: string }[] {
    const { files } = this.#process;
    try {
      if (
        this.#expression.settings.isOneFileSystem &&
        files.mountOf(path).path !== files.mountOf(resolvePath(this.#process.cwd, start)).path
      )
        return [];
      return files.list(path).map((child) => ({ name: joinPath(name, child), depth: depth + 1, start }));
    } catch (error) {
      this.#fail(name, error);
      return [];
    }
  }

  #fail(name: string, error: unknown): void {
    if (!(error instanceof FileError)) throw error;
    this.#process.write(
      2,
      `find: ${this.#expression.flavour === "gnu" ? quoted(name).replace(/^'(.*)'$/, "'$1'") : name}: ${error.message}\n`,
    );
    this.#state.status = 1;
  }
}
