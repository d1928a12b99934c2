/** `\pset` and `-P`: how results are printed. */
import type { TableForm } from "./table-text.ts";

const FORMATS = ["aligned", "unaligned", "csv", "html", "wrapped"] as const;

/** A boolean of an option; absent: the other value. */
function toggled(value: string | undefined, now: boolean): boolean {
  return value === undefined ? !now : /^(on|true|1|yes)$/i.test(value);
}

/** The line that tells of the change. */
export function setPrinting(
  form: TableForm,
  name: string,
  value: string | undefined,
): { line: string } | { problem: string } {
  const onOff = (is: boolean) => (is ? "on" : "off");
  switch (name) {
    case "format": {
      const format = FORMATS.find((each) => value !== undefined && value !== "" && each.startsWith(value));
      if (!format) return { problem: `allowed formats are ${[...FORMATS].sort().join(", ")}` };
      // Lines of a terminal without a width are not wrapped.
      form.format = format === "wrapped" ? "aligned" : format;
      return { line: `Output format is ${format}.` };
    }
    case "null":
      form.nullText = value ?? form.nullText;
      return { line: `Null display is "${form.nullText}".` };
    case "border":
      form.border = Math.min(2, Math.max(0, Number.parseInt(value ?? String(form.border), 10) || 0));
      return { line: `Border style is ${form.border}.` };
    case "fieldsep":
      form.separator = value ?? form.separator;
      return { line: `Field separator is "${form.separator}".` };
    case "recordsep":
      form.recordSeparator = value ?? form.recordSeparator;
      return { line: `Record separator is "${form.recordSeparator}".` };
    case "footer":
      form.hasFooter = toggled(value, form.hasFooter);
      return { line: `Default footer is ${onOff(form.hasFooter)}.` };
    case "t":
    case "tuples_only":
      form.tuplesOnly = toggled(value, form.tuplesOnly);
      return { line: `Tuples only is ${onOff(form.tuplesOnly)}.` };
    case "x":
    case "expanded":
      if (value === "auto") {
        form.isExpanded = false;
        return { line: "Expanded display is used automatically." };
      }
      form.isExpanded = toggled(value, form.isExpanded);
      return { line: `Expanded display is ${onOff(form.isExpanded)}.` };
    case "pager":
      return { line: "Pager usage is off." };
    case "linestyle":
      return value === undefined || value === "ascii"
        ? { line: "Line style is ascii." }
        : { problem: "allowed line styles here are ascii" };
    default:
      return { problem: `unknown option: ${name}` };
  }
}
