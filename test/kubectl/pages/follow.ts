/** Follows pages of documentation with the newest kubectl, each page in a namespace of its own. */
import { expect, it } from "vitest";
import { z } from "zod";
import { describeNewestKubectl, type KubectlSession } from "../harness.ts";
import type { Expected, Page, Step } from "./page.ts";

/** Cluster time between two tries of a step that waits, s, and the number of tries. */
const PAUSES_SECONDS = [0, 1, 2, 5, 10, 20, 30, 60, 60, 60];
const PAGE_TIMEOUT_MS = 240_000;
const OutsideAnswer = z.object({
  status: z.number().nullable(),
  error: z.object({ code: z.string(), message: z.string() }).nullable(),
  body: z.string(),
});

/** Declares one test for each page. The pages share a cluster with these settings. */
export function describePages(title: string, pages: readonly Page[], settings: Record<string, unknown> = {}): void {
  describeNewestKubectl(
    title,
    (session) => {
      it.each(pages.map((page, i) => [page.title, page, i] as const))(
        "%s",
        async (_, page, i) => {
          const namespace = `page-${i}`;
          await session().ok(`create namespace ${namespace}`);
          await session().ok(`config set-context --current --namespace=${namespace}`);
          const follower = new Follower(session(), namespace);
          for (const step of page.steps) await follower.follow(step);
          await session().ok(`delete namespace ${namespace} --wait=false`);
        },
        PAGE_TIMEOUT_MS,
      );
    },
    settings,
  );
}

/** Follows one page and remembers the outputs to which its steps gave names. */
class Follower {
  readonly #session: KubectlSession;
  readonly #namespace: string;
  readonly #outputs: Record<string, string>;

  constructor(session: KubectlSession, namespace: string) {
    this.#session = session;
    this.#namespace = namespace;
    this.#outputs = { namespace };
  }

  async follow(step: Step): Promise<void> {
    if ("apply" in step) {
      await this.#session.write(`${this.#namespace}.yaml`, this.#filled(step.apply));
      await this.#session.ok(`apply -f ${this.#namespace}.yaml`);
    } else if ("file" in step) {
      await this.#session.write(step.file, this.#filled(step.text));
    } else if ("advanceSeconds" in step) {
      await this.#session.platform("advance", { seconds: step.advanceSeconds });
    } else if ("request" in step) {
      await this.#expectAnswer(step);
    } else if ("run" in step) {
      const output = await this.#expectOutput(step.run, step, step.stdin);
      if (step.as !== undefined) this.#outputs[step.as] = output.trim();
    } else {
      await this.#waitFor(step);
    }
  }

  async #waitFor(step: Extract<Step, { until: string }>): Promise<void> {
    for (const seconds of PAUSES_SECONDS) {
      if (seconds > 0) await this.#session.platform("advance", { seconds });
      const { stdout, exitCode } = await this.#session.run(this.#filled(step.until));
      if (exitCode !== (step.exitCode ?? 0) || !agrees(stdout, this.#filledIn(step.prints))) continue;
      if (step.as !== undefined) this.#outputs[step.as] = stdout.trim();
      return;
    }
    await this.#expectOutput(step.until, step);
  }

  async #expectOutput(written: string, expected: Expected, stdin?: string): Promise<string> {
    const command = this.#filled(written);
    const prints = this.#filledIn(expected.prints);
    const { stdout, stderr, exitCode } = await this.#session.run(command, stdin === undefined ? {} : { stdin });
    const shown = `kubectl ${command}\n${stdout}${stderr}`;
    if (typeof prints === "string") expect(stdout.replace(/\n$/, ""), shown).toBe(prints);
    else if (prints) expect(stdout, shown).toMatch(prints);
    if (expected.complains) expect(stderr, shown).toMatch(this.#filledPattern(expected.complains));
    expect(exitCode, shown).toBe(expected.exitCode ?? 0);
    return stdout;
  }

  async #expectAnswer({ request, shows }: Extract<Step, { request: object }>): Promise<void> {
    const filled = this.#filledRequest(inNamespace(request, this.#namespace));
    const { status, error, body } = OutsideAnswer.parse(await this.#session.platform("http", filled));
    expect(`${status ?? error?.message}\n${body}`, JSON.stringify(filled)).toMatch(this.#filledPattern(shows));
  }

  /** A placeholder that is a whole string becomes a number if its output is one: the ports of targets are numbers. */
  #filledRequest(request: object): unknown {
    return JSON.parse(JSON.stringify(request), (_, value: unknown) => {
      if (typeof value !== "string") return value;
      const filled = this.#filled(value);
      return /^\{\{\w+\}\}$/.test(value) && /^\d+$/.test(filled) ? Number(filled) : filled;
    });
  }

  #filledIn(prints: Expected["prints"]): Expected["prints"] {
    if (prints instanceof RegExp) return this.#filledPattern(prints);
    return prints === undefined ? prints : this.#filled(prints);
  }

  #filledPattern({ source, flags }: RegExp): RegExp {
    return new RegExp(this.#filled(source, toLiteralPattern), flags);
  }

  #filled(text: string, write: (output: string) => string = (output) => output): string {
    return text.replace(/\{\{(\w+)\}\}/g, (written, name: string) => {
      const output = this.#outputs[name];
      return output === undefined ? written : write(output);
    });
  }
}

/** Targets without a namespace are in that of the page. */
function inNamespace(request: object, namespace: string): object {
  const targets = Object.entries(request).map(([name, value]) => {
    const isTarget = ["service", "ingress", "gateway"].includes(name);
    return [name, isTarget ? { namespace, ...value } : value];
  });
  return Object.fromEntries(targets) as object;
}

function agrees(stdout: string, prints: Expected["prints"]): boolean {
  if (prints === undefined) return true;
  return typeof prints === "string" ? stdout.replace(/\n$/, "") === prints : prints.test(stdout);
}

/** A pattern that matches exactly this text. */
function toLiteralPattern(text: string): string {
  return text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
}
