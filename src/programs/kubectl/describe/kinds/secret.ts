import { bytesOfBase64, textOfBytes } from "../../../../lib/bytes.ts";
import type { Describer } from "../describer.ts";
import { mapAt, textAt } from "../fields.ts";
import { writeMetadata, writeName } from "../metadata.ts";
import { Writer } from "../writer.ts";

const TOKEN_TYPE = "kubernetes.io/service-account-token";

/** A value is shown as its size, except the token of a ServiceAccount. */
export const secret: Describer = {
  group: "",
  kind: "Secret",
  text(object) {
    const w = new Writer();
    writeName(w, object);
    writeMetadata(w, object);
    const type = textAt(object, "type");
    w.field(0, "\nType", type);
    w.write(0, "\nData\n====\n");
    const data = mapAt(object, "data");
    for (const key of Object.keys(data).sort()) {
      const bytes = bytesOfBase64(data[key]!);
      w.field(0, key, key === "token" && type === TOKEN_TYPE ? textOfBytes(bytes) : `${bytes.length} bytes`);
    }
    return w.toString();
  },
};
