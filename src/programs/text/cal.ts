/** cal: months as tables. BusyBox' form, which is that of util-linux without colours. */
import { tool, UsageError } from "../base/call.ts";
import { localTime, MONTH_NAMES } from "../base/clock.ts";
import { readOptions } from "../base/options.ts";

const WIDTH = 20;
const ROWS = 6;
const BLANK_ROW = 79;

export const cal = tool((call) => {
  const options = readOptions(call, {
    short: "13jmsy",
    long: { year: "y", monday: "m", sunday: "s", three: "3", one: "1" },
  });
  const now = localTime(call.process.nowMs, call.process.env.TZ);
  const [first, second] = options.operands;
  const year = Number(second ?? (first !== undefined && options.operands.length === 1 ? first : now.year));
  const month = second === undefined ? now.month + 1 : monthOf(first ?? "");
  if (!(year >= 1 && year <= 9999)) throw new UsageError(`invalid number '${second ?? first}'`, { hasHint: false });
  const startsMonday = options.has("m");
  if (options.has("y") || options.operands.length === 1) {
    call.print(`${centred(String(year), 64)}\n\n`);
    for (let row = 0; row < 12; row += 3)
      call.print(beside([row, row + 1, row + 2].map((index) => block(year, index, startsMonday, false))));
    return 0;
  }
  if (!(month >= 1 && month <= 12)) throw new UsageError(`number ${first} is not in 1..12 range`, { hasHint: false });
  if (options.has("3")) {
    const shown = [-1, 0, 1].map((step) => new Date(Date.UTC(year, month - 1 + step, 1)));
    call.print(beside(shown.map((date) => block(date.getUTCFullYear(), date.getUTCMonth(), startsMonday, true))));
    return 0;
  }
  const [title = "", ...rows] = block(year, month - 1, startsMonday, true);
  call.print([title.trimEnd(), ...rows.map((row) => row.trimEnd() || " ".repeat(WIDTH + 1))].join("\n").concat("\n"));
  return 0;
});

function monthOf(text: string): number {
  if (/^\d+$/.test(text)) return Number(text);
  return MONTH_NAMES.findIndex((name) => text.length >= 3 && name.toLowerCase().startsWith(text.toLowerCase())) + 1;
}

function centred(text: string, width: number): string {
  const left = Math.floor((width - text.length) / 2);
  return `${" ".repeat(Math.max(0, left))}${text}`.padEnd(width);
}

function block(year: number, month: number, startsMonday: boolean, namesYear: boolean): string[] {
  const title = namesYear ? `${MONTH_NAMES[month]} ${year}` : MONTH_NAMES[month]!;
  const days = startsMonday ? "Mo Tu We Th Fr Sa Su" : "Su Mo Tu We Th Fr Sa";
  const offset = (new Date(Date.UTC(year, month, 1)).getUTCDay() + (startsMonday ? 6 : 0)) % 7;
  const count = new Date(Date.UTC(year, month + 1, 0)).getUTCDate();
  const cells = [
    ...new Array<string>(offset).fill("  "),
    ...Array.from({ length: count }, (_, i) => String(i + 1).padStart(2)),
  ];
  const rows = Array.from({ length: ROWS }, (_, row) =>
    cells
      .slice(row * 7, row * 7 + 7)
      .join(" ")
      .padEnd(WIDTH),
  );
  return [centred(title, WIDTH), days, ...rows];
}

/** Three months side by side. The applet pads titles, and rows without a day. */
function beside(blocks: readonly (readonly string[])[]): string {
  const rows = blocks[0]!.map((_, row) => blocks.map((each) => each[row]).join("  "));
  return rows.map((row, i) => `${i === 0 ? row : row.trimEnd() || " ".repeat(BLANK_ROW)}\n`).join("");
}
