/** mknod: named pipes. Files of devices cannot be kept. */
import { FileError } from "../../files/errors.ts";
import { MissingOperand, tool, UsageError } from "../base/call.ts";
import { quoted } from "../base/messages.ts";
import { parseMode } from "../base/modes.ts";
import { readOptions } from "../base/options.ts";
import { refuse } from "../base/unavailable.ts";

export const mknod = tool((call) => {
  const options = readOptions(call, { short: "m:Z", long: { mode: "m", context: "?" } });
  const { operands } = options;
  const [name = "", type = ""] = operands;
  checkOperands(operands);
  const modeText = options.value("m");
  const mode = modeText === undefined ? undefined : parseMode(modeText)?.(0o666, false);
  if (modeText !== undefined && mode === undefined) throw new UsageError("invalid mode", { hasHint: false });
  if (/^[bcu]$/.test(type)) return refuse(call.process, "files of devices");
  if (type !== "p") throw new MissingOperand(`invalid device type ${quoted(type)}`);
  const path = call.path(name);
  try {
    call.process.files.makeSpecial(path, "fifo");
    if (mode !== undefined) call.process.files.setMode(path, mode);
  } catch (error) {
    if (!(error instanceof FileError)) throw error;
    call.warn(`mknod: ${name}: ${error.message}\n`);
    return 1;
  }
  return 0;
});

/** A pipe has two operands, all else four. */
function checkOperands(operands: readonly string[]): void {
  const [, type] = operands;
  const expected = type === "p" ? 2 : 4;
  const last = operands.at(-1);
  if (last === undefined) throw new MissingOperand("missing operand");
  if (operands.length < expected) {
    const why = operands.length === 2 ? "\nSpecial files require major and minor device numbers." : "";
    throw new MissingOperand(`missing operand after ${quoted(last)}${why}`);
  }
  const extra = operands[expected];
  if (extra === undefined) return;
  const why = type === "p" && operands.length === 4 ? "\nFifos do not have major and minor device numbers." : "";
  throw new MissingOperand(`extra operand ${quoted(extra)}${why}`);
}
