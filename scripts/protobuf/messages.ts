/** Messages of Kubernetes' `generated.proto` files, as far as their field numbers matter. */

export interface MessageField {
  name: string;
  number: number;
  /** As written: `string`, `ObjectMeta`, `.k8s.io.apimachinery.pkg.apis.meta.v1.ObjectMeta`, `map<string, string>`. */
  type: string;
  isRepeated: boolean;
}

export interface Message {
  /** `io.k8s.api.core.v1.Pod`, as in the OpenAPI documents. */
  fullName: string;
  fields: MessageField[];
}

/** Reads one `generated.proto`. */
export function readProto(text: string): Message[] {
  const packageName = /^package ([\w.]+);/m.exec(text)?.[1] ?? "";
  return [...text.matchAll(/^message (\w+) \{\n(.*?)^\}/gms)].map(([, name = "", body = ""]) => {
    const fields = [...body.matchAll(/^ {2}(optional |repeated |required )?((?:map<.*>)|[\w.]+) (\w+) = (\d+);/gm)];
    return {
      fullName: `${packageName.replace(/^k8s\.io\./, "io.k8s.").replaceAll("_", "-")}.${name}`,
      fields: fields.map(([, label, type = "", field = "", number = ""]) => ({
        name: field,
        number: Number(number),
        type,
        isRepeated: label === "repeated ",
      })),
    };
  });
}

/** One line per message, by full name: `<number>[*]=<name>:<type>` with `; ` between; `*` marks repeated fields. */
export function formatMessages(messages: readonly Message[]): Record<string, string> {
  const lines = messages.map(({ fullName, fields }) => {
    const parts = fields.map(
      ({ name, number, type, isRepeated }) => `${number}${isRepeated ? "*" : ""}=${name}:${type}`,
    );
    return [fullName, parts.join("; ")] as const;
  });
  return Object.fromEntries(lines.sort(([left], [right]) => (left < right ? -1 : 1)));
}

/** The inverse of `formatMessages`. */
export function parseMessages(lines: Readonly<Record<string, string>>): Map<string, Message> {
  const messages = Object.entries(lines).map(([fullName, line]): [string, Message] => {
    const fields = line.split("; ").filter(Boolean).map(parseField);
    return [fullName, { fullName, fields }];
  });
  return new Map(messages);
}

function parseField(text: string): MessageField {
  const [, number, mark, name, type] = /^(\d+)(\*?)=(\w+):(.+)$/.exec(text)!;
  return { number: Number(number), isRepeated: mark === "*", name: name!, type: type! };
}
