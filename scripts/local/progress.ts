/** Tells a person what a start is doing: a line per step, with the time that it took. */

/** Runs a step and prints its line; on a terminal the line stands there while the step runs. */
export async function step<T>(title: string, work: () => Promise<T>, detail?: (result: T) => string): Promise<T> {
  const isTerminal = process.stdout.isTTY === true;
  if (isTerminal) process.stdout.write(`  … ${title}`);
  const startedAt = performance.now();
  try {
    const result = await work();
    const seconds = ((performance.now() - startedAt) / 1000).toFixed(1);
    const note = detail?.(result);
    printLine(isTerminal, `  ✓ ${title}${note ? `: ${note}` : ""} (${seconds} s)`);
    return result;
  } catch (error) {
    printLine(isTerminal, `  ✗ ${title}`);
    throw error;
  }
}

function printLine(isTerminal: boolean, line: string): void {
  process.stdout.write(isTerminal ? `\r\x1b[2K${line}\n` : `${line}\n`);
}
