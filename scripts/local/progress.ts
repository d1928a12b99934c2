/** Tells a person what a start is doing: a line per step, with the time that it takes. */

/** How often the time of a running step is shown anew. */
const TICK_MS = 1000;

/**
 * Runs a step. On a terminal its line stands there while the step runs, with the seconds so far; elsewhere one line says that it
 * begins and one that it is done.
 */
export async function step<T>(title: string, work: () => Promise<T>, detail?: (result: T) => string): Promise<T> {
  const isTerminal = process.stdout.isTTY === true;
  const startedAt = performance.now();
  const seconds = (digits: number) => ((performance.now() - startedAt) / 1000).toFixed(digits);
  if (!isTerminal) printLine(isTerminal, `  … ${title}`);
  const show = () => process.stdout.write(`\r\x1b[2K  … ${title} (${seconds(0)} s)`);
  if (isTerminal) show();
  const timer = isTerminal ? setInterval(show, TICK_MS) : undefined;
  try {
    const result = await work();
    const note = detail?.(result);
    printLine(isTerminal, `  ✓ ${title}${note ? `: ${note}` : ""} (${seconds(1)} s)`);
    return result;
  } catch (error) {
    printLine(isTerminal, `  ✗ ${title}`);
    throw error;
  } finally {
    clearInterval(timer);
  }
}

function printLine(isTerminal: boolean, line: string): void {
  process.stdout.write(isTerminal ? `\r\x1b[2K${line}\n` : `${line}\n`);
}
