/** getopt of util-linux: puts options before operands and quotes them for the shell. */
import { type Call, tool } from "../base/call.ts";

export const getopt = tool(
  (call) => {
    const own = [...call.args];
    let [short, long, name, isQuoted] = ["", "", "getopt", true];
    let isOld = own[0] !== undefined && !own[0].startsWith("-");
    if (isOld) short = own.shift()!;
    while (!isOld && own[0] !== undefined) {
      const option = own.shift()!;
      if (option === "--") break;
      const [flag = "", attached] = option.startsWith("--")
        ? option.split("=")
        : [option.slice(0, 2), option.slice(2) || undefined];
      const value = () => attached ?? own.shift() ?? "";
      if (flag === "-o" || flag === "--options") short = value();
      else if (/^(-l|--long|--longoptions)$/.test(flag)) long += `${long ? "," : ""}${value()}`;
      else if (flag === "-n" || flag === "--name") name = value();
      else if (flag === "-u" || flag === "--unquoted") isQuoted = false;
      else if (flag === "-T" || flag === "--test") return 4;
      else if (flag === "-s" || flag === "--shell") value();
      else if (!flag.startsWith("-")) {
        own.unshift(option);
        break;
      }
    }
    isOld = isOld || !isQuoted;
    const result = arrange(call, own, {
      short: short.replace(/^[-+]/, ""),
      long: long.split(",").filter(Boolean),
      name,
    });
    const quote = (text: string) => (isOld ? text : `'${text.replaceAll("'", "'\\''")}'`);
    const options = result.options
      .map(({ flag, value }) => ` ${flag}${value === undefined ? "" : ` ${quote(value)}`}`)
      .join("");
    call.print(`${options} --${result.operands.map((each) => ` ${quote(each)}`).join("")}\n`);
    return result.isFailed ? 1 : 0;
  },
  { usageStatus: 2 },
);

interface Rules {
  short: string;
  long: readonly string[];
  name: string;
}

function arrange(call: Call, args: readonly string[], rules: Rules) {
  const options: { flag: string; value?: string }[] = [];
  const operands: string[] = [];
  let isFailed = false;
  const fail = (message: string) => {
    call.warn(`${rules.name}: ${message}\n`);
    isFailed = true;
  };
  for (let i = 0; i < args.length; i++) {
    const argument = args[i]!;
    if (argument === "--") {
      operands.push(...args.slice(i + 1));
      break;
    }
    if (argument.startsWith("--")) {
      const [typed = "", attached] = argument.slice(2).split(/=(.*)/s);
      const matches = rules.long.filter((each) => each.replace(/:+$/, "").startsWith(typed));
      const rule =
        matches.find((each) => each.replace(/:+$/, "") === typed) ?? (matches.length === 1 ? matches[0] : undefined);
      if (rule === undefined) {
        fail(`unrecognized option '--${typed}'`);
        continue;
      }
      const flag = `--${rule.replace(/:+$/, "")}`;
      if (rule.endsWith("::")) options.push({ flag, value: attached ?? "" });
      else if (!rule.endsWith(":")) options.push({ flag });
      else if (attached !== undefined || i + 1 < args.length) options.push({ flag, value: attached ?? args[++i]! });
      else fail(`option '${flag}' requires an argument`);
    } else if (argument.startsWith("-") && argument !== "-") {
      for (let at = 1; at < argument.length; at++) {
        const letter = argument[at]!;
        const found = letter === ":" ? -1 : rules.short.indexOf(letter);
        if (found < 0) {
          fail(`invalid option -- '${letter}'`);
          continue;
        }
        if (rules.short[found + 1] !== ":") {
          options.push({ flag: `-${letter}` });
          continue;
        }
        const rest = argument.slice(at + 1);
        const isOptional = rules.short[found + 2] === ":";
        if (rest !== "" || isOptional) options.push({ flag: `-${letter}`, value: rest });
        else if (i + 1 < args.length) options.push({ flag: `-${letter}`, value: args[++i]! });
        else fail(`option requires an argument -- '${letter}'`);
        break;
      }
    } else operands.push(argument);
  }
  return { options, operands, isFailed };
}
