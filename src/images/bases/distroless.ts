/** Images without a shell: distroless, and empty ones that hold a single binary. */
import type { BaseEntries, FileEntry } from "../../files/entry.ts";
import { directories, directory, file, tree } from "../tree.ts";

/** Debian's accounts, certificates and time zones, and no program but `entries`. */
export function distrolessFiles(entries: Readonly<Record<string, FileEntry>>): BaseEntries {
  return tree(
    directories(
      "/bin /boot /dev /etc /etc/ssl/certs /lib /proc /run /sbin /sys /usr /usr/share/zoneinfo /var /var/lib /var/run",
    ),
    directories("/tmp /var/tmp", { mode: 0o1777 }),
    { "/home/nonroot": directory({ mode: 0o700, uid: 65532, gid: 65532 }), "/root": directory({ mode: 0o700 }) },
    {
      "/etc/passwd": file(
        "root:x:0:0:root:/root:/sbin/nologin\nnobody:x:65534:65534:nobody:/nonexistent:/sbin/nologin\nnonroot:x:65532:65532:nonroot:/home/nonroot:/sbin/nologin\n",
      ),
      "/etc/group": file("root:x:0:\nnobody:x:65534:\ntty:x:5:\nstaff:x:50:\nnonroot:x:65532:\n"),
      "/etc/os-release": file(
        'PRETTY_NAME="Distroless"\nNAME="Debian GNU/Linux"\nID="debian"\nVERSION_ID="12"\nVERSION="Debian GNU/Linux 12 (bookworm)"\n',
      ),
      "/etc/nsswitch.conf": file("hosts: files dns\n"),
      "/etc/ssl/certs/ca-certificates.crt": file(""),
    },
    entries,
  );
}

/** Nothing but `entries` and the folders above them. */
export function scratchFiles(entries: Readonly<Record<string, FileEntry>>): BaseEntries {
  return tree(entries);
}
