/** The module that `scripts/tools/bundle.ts` makes of the package just-bash. All strings of files are byte strings. */
declare module "#just-bash-tools" {
  export interface ToolResult {
    stdout: string;
    stderr: string;
    exitCode: number;
    /** `bytes`: each character of stdout is a byte. Otherwise stdout is text. */
    stdoutKind?: "text" | "bytes";
    stdoutEncoding?: "binary";
  }

  export interface ToolContext {
    fs: object;
    cwd: string;
    env: Map<string, string>;
    exportedEnv: Record<string, string>;
    stdin: string;
    limits: Record<string, number>;
  }

  /** A promise that is settled from the start. */
  export interface Settled<T> {
    /** The value, or throws the error. */
    get(): T;
  }

  export interface BundledTool {
    execute(args: string[], context: ToolContext): Settled<ToolResult>;
  }

  export const jq: BundledTool;
  export const join: BundledTool;
  export const tree: BundledTool;

  /** Time and random numbers in [0, 1), as the tools see them. */
  export const clock: { now: number; random: () => number };
  /** Makes a settled promise of what the function returns or throws. */
  export function settle<T>(body: () => T): Settled<T>;
}
