/** Files of Fedora, CentOS, Rocky Linux, AlmaLinux, Red Hat's UBI, Amazon Linux and Oracle Linux. */
import type { BaseEntries } from "../../files/entry.ts";
import { directories, directory, executable, executables, file, link, once, tree } from "../tree.ts";
import { groupFile, passwdFile } from "./accounts.ts";

const GROUPS =
  "root:0 bin:1 daemon:2 sys:3 adm:4 tty:5 disk:6 lp:7 mem:8 kmem:9 wheel:10 cdrom:11 mail:12 man:15 dialout:18 ftp:50 " +
  "users:100 nobody:65534";

export interface RedHatRelease {
  id: string;
  name: string;
  version: string;
  pretty: string;
  /** Content of /etc/redhat-release or /etc/system-release. */
  release: string;
  platform: string;
  /** `yum` only (Amazon Linux 2, CentOS 7), `microdnf` only, or dnf with the alias yum. */
  packager: "yum" | "dnf" | "microdnf";
}

const USR_BIN =
  "arch awk base32 base64 basename basenc bash cat chcon chgrp chmod chown cksum comm cp csplit curl cut date dd df dir " +
  "dirname du echo egrep env expand expr factor false fgrep find fmt fold gawk getent getopt grep groups gunzip gzip head hostid " +
  "iconv id install join less link ln locale logname ls md5sum mkdir mkfifo mknod mktemp mv nice nl nohup nproc " +
  "numfmt od paste pathchk pinky pr printenv printf ptx pwd python3 readlink realpath rm rmdir rpm sed seq sh sha1sum sha224sum " +
  "sha256sum sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty sum sync tac tail tar tee test timeout " +
  "touch tr true truncate tsort tty uname unexpand uniq unlink users vdir vi wc who whoami xargs xz yes zcat [";
const USR_SBIN = "chroot groupadd ldconfig nologin useradd usermod";

const trees = new Map<string, () => BaseEntries>();

export function redHatFiles(facts: RedHatRelease): BaseEntries {
  let build = trees.get(facts.pretty);
  if (!build) {
    build = once(() => redHatTree(facts));
    trees.set(facts.pretty, build);
  }
  return build();
}

function redHatTree({ id, name, version, pretty, release, platform, packager }: RedHatRelease): BaseEntries {
  const packagers = packager === "dnf" ? "dnf yum" : packager;
  return tree(
    directories(
      "/boot /dev /etc /etc/yum.repos.d /etc/pki/tls/certs /home /media /mnt /opt /proc /run /srv /sys /usr /usr/bin " +
        "/usr/lib /usr/lib64 /usr/local/bin /usr/local/lib /usr/sbin /usr/share /var /var/cache /var/lib/rpm /var/log /var/spool",
    ),
    directories("/tmp /var/tmp", { mode: 0o1777 }),
    {
      "/root": directory({ mode: 0o550 }),
      "/bin": link("usr/bin"),
      "/sbin": link("usr/sbin"),
      "/lib": link("usr/lib"),
      "/lib64": link("usr/lib64"),
      "/var/run": link("../run"),
    },
    executables("/usr/bin", `${USR_BIN} ${packagers}`),
    executables("/usr/sbin", USR_SBIN),
    {
      "/usr/bin/awk": executable("gawk", { sizeBytes: 714_968 }),
      "/usr/bin/bash": executable("bash", { sizeBytes: 1_389_064 }),
      "/etc/os-release": link("../usr/lib/os-release"),
      "/usr/lib/os-release": file(
        `NAME="${name}"\nVERSION="${version}"\nID="${id}"\nID_LIKE="rhel fedora"\nVERSION_ID="${version}"\nPLATFORM_ID="platform:${platform}"\nPRETTY_NAME="${pretty}"\n`,
      ),
      "/etc/redhat-release": file(`${release}\n`),
      "/etc/system-release": link("redhat-release"),
      "/etc/passwd": passwdFile([
        "root:x:0:0:root:/root:/bin/bash",
        "bin:x:1:1:bin:/bin:/sbin/nologin",
        "daemon:x:2:2:daemon:/sbin:/sbin/nologin",
        "adm:x:3:4:adm:/var/adm:/sbin/nologin",
        "lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin",
        "sync:x:5:0:sync:/sbin:/bin/sync",
        "mail:x:8:12:mail:/var/spool/mail:/sbin/nologin",
        "operator:x:11:0:operator:/root:/sbin/nologin",
        "ftp:x:14:50:FTP User:/var/ftp:/sbin/nologin",
        "nobody:x:65534:65534:Kernel Overflow User:/:/sbin/nologin",
      ]),
      "/etc/group": groupFile(GROUPS),
      "/etc/nsswitch.conf": file("passwd: files\ngroup: files\nhosts: files dns\n"),
      "/etc/profile": file("export PATH\n"),
      "/etc/bashrc": file("PS1='[\\u@\\h \\W]\\$ '\n"),
      "/root/.bashrc": file("alias rm='rm -i'\nalias cp='cp -i'\nalias mv='mv -i'\n"),
    },
  );
}
