/** Reports the progress of a start: one line for each step, with its duration. */

/** How often the duration of a running step is updated. */
const TICK_MS = 1000;

/**
 * Runs a step. A terminal shows one line with the seconds so far while the step runs. Other outputs get one line when
 * the step begins and one when it ends.
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
