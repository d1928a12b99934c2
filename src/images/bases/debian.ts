/** Files of Debian and Ubuntu: the system on which most official images build. */

import type { BaseEntries, FileEntry } from "../../files/entry.ts";
import { directories, directory, executable, executables, file, link, once, tree } from "../tree.ts";
import { type Account, groupFile, passwdFile } from "./accounts.ts";

export const DEBIAN_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

interface Release {
  id: "debian" | "ubuntu";
  /** 12, 24.04 */
  number: string;
  /** 12.11, 24.04.3 */
  point: string;
  codename: string;
}

const RELEASES: Readonly<Record<string, Release>> = {
  stretch: { id: "debian", number: "9", point: "9.13", codename: "stretch" },
  buster: { id: "debian", number: "10", point: "10.13", codename: "buster" },
  bullseye: { id: "debian", number: "11", point: "11.11", codename: "bullseye" },
  bookworm: { id: "debian", number: "12", point: "12.12", codename: "bookworm" },
  trixie: { id: "debian", number: "13", point: "13.3", codename: "trixie" },
  bionic: { id: "ubuntu", number: "18.04", point: "18.04.6", codename: "bionic" },
  focal: { id: "ubuntu", number: "20.04", point: "20.04.6", codename: "focal" },
  jammy: { id: "ubuntu", number: "22.04", point: "22.04.5", codename: "jammy" },
  noble: { id: "ubuntu", number: "24.04", point: "24.04.3", codename: "noble" },
};

/** Packages coreutils, util-linux, findutils, diffutils, grep, sed, gawk's stand-in mawk, tar, gzip and the like. */
const USR_BIN =
  "arch awk base32 base64 basename basenc bash cat chgrp chmod chown cksum clear cmp comm cp csplit cut dash date dd " +
  "df diff dir dirname dmesg du echo egrep env expand expr factor fallocate false fgrep find flock fmt fold getconf getent getopt grep groups " +
  "gunzip gzip head hostid hostname iconv id install ionice ipcs join last link ln locale logger login logname ls lsblk lscpu md5sum " +
  "mesg mkdir mkfifo mknod mktemp more mount mountpoint mv nice nl nohup nproc numfmt od passwd paste pathchk perl pinky pr " +
  "printenv printf ptx pwd readlink realpath renice rev rm rmdir run-parts runcon script sed seq setpriv setsid sh sha1sum sha224sum sha256sum " +
  "sha384sum sha512sum shred shuf sleep sort split stat stdbuf stty su sum sync tac tail tar taskset tee test timeout " +
  "touch tput tr true truncate tsort tty tzselect umount uname unexpand uniq unlink unshare users vdir wc which who whoami " +
  "xargs yes zcat zgrep [ apt apt-get apt-cache dpkg dpkg-query nsenter";
const USR_SBIN =
  "adduser addgroup chroot groupadd groupdel ldconfig nologin useradd userdel usermod chpasswd deluser delgroup";

/** Package procps, which Ubuntu's image has and Debian's lacks. */
const PROCPS = "free kill pgrep pidof pkill ps top uptime vmstat w watch";

const ACCOUNTS =
  "daemon:1:/usr/sbin bin:2:/bin sys:3:/dev sync:4:/bin games:5:/usr/games man:6:/var/cache/man lp:7:/var/spool/lpd " +
  "mail:8:/var/mail news:9:/var/spool/news uucp:10:/var/spool/uucp proxy:13:/bin www-data:33:/var/www " +
  "backup:34:/var/backups list:38:/var/list irc:39:/run/ircd _apt:42:/nonexistent nobody:65534:/nonexistent";

const GROUPS =
  "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 news:9 uucp:10 man:12 proxy:13 kmem:15 dialout:20 fax:21 " +
  "voice:22 cdrom:24 floppy:25 tape:26 sudo:27 audio:29 dip:30 www-data:33 backup:34 operator:37 list:38 irc:39 src:40 " +
  "shadow:42 utmp:43 video:44 sasl:45 plugdev:46 staff:50 games:60 users:100 nogroup:65534";

/** Lines of /etc/passwd. */
function passwd(extra: readonly Account[] = []): string[] {
  const lines = ACCOUNTS.split(" ").map((account) => {
    const [name = "", uid = "", home = ""] = account.split(":");
    const gid = name === "sync" || name === "_apt" ? "65534" : name === "games" ? "60" : name === "man" ? "12" : uid;
    return `${name}:x:${uid}:${gid}:${name}:${home}:${name === "sync" ? "/bin/sync" : "/usr/sbin/nologin"}`;
  });
  const own = extra.map(
    ({ name, uid, gid = uid, home = "/nonexistent", shell = "/bin/false" }) =>
      `${name}:x:${uid}:${gid}:${name} user:${home}:${shell}`,
  );
  return ["root:x:0:0:root:/root:/bin/bash", ...lines, ...own];
}

/** Both files with additional accounts. */
export function debianAccounts(...extra: Account[]): Record<string, FileEntry> {
  return { "/etc/passwd": passwdFile(passwd(extra)), "/etc/group": groupFile(GROUPS, extra) };
}

const trees = new Map<string, () => BaseEntries>();

/** The files of a release by its codename; `bookworm` for an unknown one. */
export function debianFiles(codename: string): BaseEntries {
  const release = RELEASES[codename] ?? RELEASES["bookworm"];
  if (!release) return {};
  let build = trees.get(release.codename);
  if (!build) {
    build = once(() => debianTree(release));
    trees.set(release.codename, build);
  }
  return build();
}

/** The codename that a variant names: `slim-bookworm`, `1.2-trixie`. */
export function codenameOf(variant: string, fallback = "bookworm"): string {
  return Object.keys(RELEASES).find((codename) => variant.includes(codename)) ?? fallback;
}

function debianTree(release: Release): BaseEntries {
  return tree(
    directories(
      "/boot /dev /etc /home /media /mnt /opt /proc /run /run/lock /srv /sys /usr /usr/bin /usr/lib /usr/sbin /usr/local " +
        "/usr/local/bin /usr/local/sbin /usr/local/lib /usr/local/etc /usr/local/share /usr/share /usr/share/doc /usr/include " +
        "/var /var/backups /var/cache /var/cache/apt /var/lib /var/lib/apt/lists /var/lib/dpkg /var/log /var/mail /var/opt " +
        "/var/spool /etc/apt /etc/default /etc/init.d /etc/profile.d /etc/ssl /etc/ssl/certs /etc/skel /etc/cron.daily",
    ),
    directories("/tmp /var/tmp", { mode: 0o1777 }),
    {
      "/root": directory({ mode: 0o700 }),
      "/bin": link("usr/bin"),
      "/sbin": link("usr/sbin"),
      "/lib": link("usr/lib"),
      "/lib64": link("usr/lib64"),
      "/usr/lib64": directory(),
      "/var/run": link("/run"),
      "/var/lock": link("/run/lock"),
    },
    executables("/usr/bin", USR_BIN),
    executables("/usr/sbin", USR_SBIN),
    release.id === "ubuntu" ? { ...executables("/usr/bin", PROCPS), ...executables("/usr/sbin", "sysctl") } : {},
    { "/usr/bin/bash": executable("bash", { sizeBytes: 1_265_648 }) },
    etcFiles(release),
  );
}

function etcFiles(release: Release): Record<string, FileEntry> {
  const isUbuntu = release.id === "ubuntu";
  return {
    "/etc/os-release": link("../usr/lib/os-release"),
    "/usr/lib/os-release": file(osRelease(release)),
    "/etc/debian_version": file(isUbuntu ? "trixie/sid\n" : `${release.point}\n`),
    ...debianAccounts(...(release.codename === "noble" ? [UBUNTU_USER] : [])),
    "/etc/shadow": file("root:*:20000:0:99999:7:::\n", { mode: 0o640, gid: 42 }),
    "/etc/issue": file(
      `${isUbuntu ? `Ubuntu ${release.point} LTS` : `Debian GNU/Linux ${release.number}`} \\n \\l\n\n`,
    ),
    "/etc/motd": file(""),
    "/etc/shells": file("# /etc/shells: valid login shells\n/bin/sh\n/usr/bin/sh\n/bin/bash\n/usr/bin/bash\n"),
    "/etc/nsswitch.conf": file("passwd:         files\ngroup:          files\nhosts:          files dns\n"),
    "/etc/environment": file(""),
    "/etc/fstab": file("# UNCONFIGURED FSTAB FOR BASE SYSTEM\n"),
    "/etc/host.conf": file("multi on\n"),
    "/etc/localtime": link("/usr/share/zoneinfo/Etc/UTC"),
    "/etc/timezone": file("Etc/UTC\n"),
    "/etc/profile": file('if [ "$(id -u)" -eq 0 ]; then\n  PS1="# "\nelse\n  PS1="$ "\nfi\nexport PATH\n'),
    "/etc/bash.bashrc": file("PS1='\\u@\\h:\\w\\$ '\n"),
    "/root/.bashrc": file("# ~/.bashrc: executed by bash(1) for non-login shells.\n"),
    "/root/.profile": file("mesg n 2> /dev/null || true\n"),
  };
}

const UBUNTU_USER: Account = { name: "ubuntu", uid: 1000, home: "/home/ubuntu", shell: "/bin/bash" };

function osRelease({ id, number, point, codename }: Release): string {
  if (id === "ubuntu") {
    const title = `${codename.charAt(0).toUpperCase()}${codename.slice(1)}`;
    const animal = { bionic: "Beaver", focal: "Fossa", jammy: "Jellyfish", noble: "Numbat" }[codename] ?? "";
    return lines(
      `PRETTY_NAME="Ubuntu ${point} LTS"`,
      'NAME="Ubuntu"',
      `VERSION_ID="${number}"`,
      `VERSION="${point} LTS (${title} ${animal})"`,
      `VERSION_CODENAME=${codename}`,
      "ID=ubuntu",
      "ID_LIKE=debian",
      'HOME_URL="https://www.ubuntu.com/"',
      `UBUNTU_CODENAME=${codename}`,
    );
  }
  return lines(
    `PRETTY_NAME="Debian GNU/Linux ${number} (${codename})"`,
    'NAME="Debian GNU/Linux"',
    `VERSION_ID="${number}"`,
    `VERSION="${number} (${codename})"`,
    `VERSION_CODENAME=${codename}`,
    "ID=debian",
    'HOME_URL="https://www.debian.org/"',
  );
}

function lines(...texts: string[]): string {
  return `${texts.join("\n")}\n`;
}
