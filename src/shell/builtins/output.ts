/** echo, true, false and `:`. */
import { hasShopt } from "../context.ts";
import { decodeEscapes, type EscapeStyle } from "../words/escapes.ts";
import { type Builtin, print } from "./builtin.ts";

const ECHO: EscapeStyle = {
  zeroOctal: true,
  bareOctal: false,
  hex: true,
  unicode: true,
  escape: true,
  quotes: false,
  cuts: true,
};
const DASH_ECHO: EscapeStyle = { ...ECHO, bareOctal: false, hex: false, unicode: false, escape: false };
const BUSYBOX_ECHO: EscapeStyle = { ...ECHO, unicode: false };

export const echo: Builtin = (call) => {
  const { flavour } = call.context.shell;
  const isDash = flavour === "dash";
  const option = isDash ? /^-n$/ : /^-[neE]+$/;
  let at = 0;
  let flags = "";
  while (option.test(call.args[at] ?? "") && !(isDash && at > 0)) flags += call.args[at++]!.slice(1);
  const decodes =
    isDash ||
    flags.lastIndexOf("e") > flags.lastIndexOf("E") ||
    (flags === "" && hasShopt(call.context.shell, "xpg_echo"));
  const text = call.args.slice(at).join(" ");
  const decoded = decodes
    ? decodeEscapes(text, isDash ? DASH_ECHO : flavour === "bash" ? ECHO : BUSYBOX_ECHO)
    : { text, isCut: false };
  return print(call, decoded.text + (flags.includes("n") || decoded.isCut ? "" : "\n"));
};

export const succeed: Builtin = () => 0;
export const fail: Builtin = () => 1;
