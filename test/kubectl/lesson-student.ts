/** A student who follows the README of a lesson in `examples/`, step by step. */
import { copyFileSync, readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect } from "vitest";
import type { KubectlSession } from "./harness.ts";

/** The commands of each `## n. …` section, in order. */
function commandsByStep(folder: string): Map<number, string[]> {
  const steps = new Map<number, string[]>();
  for (const section of readFileSync(join(folder, "README.md"), "utf8").split(/^## /m)) {
    const number = Number(/^(\d+)\. /.exec(section)?.[1]);
    const blocks = [...section.matchAll(/```sh\n(.*?)```/gs)].map(([, block = ""]) => block);
    if (number) steps.set(number, blocks.join("").trim().split("\n"));
  }
  return steps;
}

/** Evaluates `x=$(kubectl …)`, `$x` and plain commands like a shell. */
export class Student {
  readonly #session: KubectlSession;
  readonly #steps: Map<number, string[]>;
  readonly variables: Record<string, string> = {};

  constructor(session: KubectlSession, folder: string) {
    this.#session = session;
    this.#steps = commandsByStep(folder);
    for (const file of readdirSync(folder))
      if (statSync(join(folder, file)).isFile()) copyFileSync(join(folder, file), join(session.folder, file));
  }

  /** Runs a step's commands and returns each one's output by its text. `between` runs before each command. */
  async follow(step: number, between: (command: string) => Promise<void> = async () => {}) {
    const printed: Record<string, string> = {};
    const commands = this.#steps.get(step) ?? [];
    expect(commands.length, `step ${step} of the README has commands`).toBeGreaterThan(0);
    for (const line of commands) {
      await between(line);
      const [, variable, assigned] = /^(\w+)=\$\((.*)\)$/.exec(line) ?? [];
      const command = (assigned ?? line).replace(/\$(\w+)/g, (_, name: string) => this.variables[name] ?? "");
      expect(command).toMatch(/^kubectl /);
      // Older versions of kubectl have no exec over WebSockets.
      if (command.startsWith("kubectl exec") && !this.#session.isAtLeast("1.30")) continue;
      const output = await this.#session.ok(command.replace(/^kubectl /, ""));
      if (variable) this.variables[variable] = output;
      printed[line] = output;
    }
    return printed;
  }
}

/** One student for each session: steps share the variables and the folder. */
export function studentsOf(lesson: string): (session: KubectlSession) => Student {
  const folder = join(import.meta.dirname, "../../examples", lesson);
  const students = new Map<string, Student>();
  return (session) => {
    const student = students.get(session.clusterId) ?? new Student(session, folder);
    students.set(session.clusterId, student);
    return student;
  };
}
