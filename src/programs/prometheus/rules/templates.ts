/** Templates in the labels and annotations of rules. */
import { printValue, type Sample } from "../promql/values.ts";

/**
 * The templates that rules use: `{{ $labels.x }}`, `{{ $value }}`, and these through `humanize`, `humanizePercentage`,
 * `humanizeDuration` and `printf`. Others stay as they are.
 */
export function expandText(text: string, { labels, value }: Sample): string {
  return text.replace(/\{\{-?\s*(.*?)\s*-?\}\}/g, (whole, inner: string) => {
    const [first = "", ...filters] = inner.split(/\s*\|\s*/);
    const [, format, formatted = first] = /^printf\s+"([^"]*)"\s+(\S+)$/.exec(first) ?? [];
    const read = (word: string) => {
      const label = /^\$labels\.(\w+)$|^index \$labels "(\w+)"$|^\.Labels\.(\w+)$/.exec(word);
      if (label) return labels[label[1] ?? label[2] ?? label[3] ?? ""] ?? "";
      return word === "$value" || word === ".Value" ? printValue(value) : undefined;
    };
    let result = read(formatted);
    if (result === undefined) return whole;
    if (format !== undefined) result = printfText(format, result);
    for (const filter of filters) {
      const pattern = /^printf\s+"([^"]*)"$/.exec(filter)?.[1];
      result = pattern === undefined ? (FILTERS[filter]?.(Number(result)) ?? result) : printfText(pattern, result);
    }
    return result;
  });
}

function printfText(format: string, text: string): string {
  return format.replace(/%(?:\.(\d+))?([fgvsd%])/g, (_, digits: string | undefined, verb: string) => {
    if (verb === "%") return "%";
    return verb === "f" ? Number(text).toFixed(digits === undefined ? 6 : Number(digits)) : text;
  });
}

const four = (value: number) => String(Number(value.toPrecision(4)));

const FILTERS: Readonly<Record<string, (value: number) => string>> = {
  humanize(value) {
    if (value === 0 || !Number.isFinite(value)) return four(value);
    const prefixes = Math.abs(value) >= 1 ? ["", "k", "M", "G", "T", "P"] : ["", "m", "u", "n"];
    const factor = Math.abs(value) >= 1 ? 1 / 1000 : 1000;
    let [shown, i] = [value, 0];
    while (i < prefixes.length - 1 && (factor < 1 ? Math.abs(shown) >= 1000 : Math.abs(shown) < 1)) {
      shown *= factor;
      i++;
    }
    return `${four(shown)}${prefixes[i]}`;
  },
  humanizePercentage: (value) => `${four(value * 100)}%`,
  humanizeDuration(value) {
    const seconds = Math.floor(Math.abs(value));
    const [days, hours, minutes] = [
      Math.floor(seconds / 86_400),
      Math.floor(seconds / 3600) % 24,
      Math.floor(seconds / 60) % 60,
    ];
    const sign = value < 0 ? "-" : "";
    if (days > 0) return `${sign}${days}d ${hours}h ${minutes}m ${seconds % 60}s`;
    if (hours > 0) return `${sign}${hours}h ${minutes}m ${seconds % 60}s`;
    if (minutes > 0) return `${sign}${minutes}m ${seconds % 60}s`;
    return `${sign}${four(Math.abs(value))}s`;
  },
};
