/** Files of Alpine Linux and of the busybox image. */
import type { BaseEntries, FileEntry } from "../../files/entry.ts";
import { directories, directory, executable, executables, file, link, once, tree } from "../tree.ts";
import { type Account, groupFile, passwdFile } from "./accounts.ts";
import { BIN_APPLETS, FURTHER_APPLETS, SBIN_APPLETS, USR_BIN_APPLETS, USR_SBIN_APPLETS } from "./applets.ts";

export const ALPINE_PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

const ACCOUNTS = [
  "root:x:0:0:root:/root:/bin/sh",
  "bin:x:1:1:bin:/bin:/sbin/nologin",
  "daemon:x:2:2:daemon:/sbin:/sbin/nologin",
  "lp:x:4:7:lp:/var/spool/lpd:/sbin/nologin",
  "sync:x:5:0:sync:/sbin:/bin/sync",
  "shutdown:x:6:0:shutdown:/sbin:/sbin/shutdown",
  "halt:x:7:0:halt:/sbin:/sbin/halt",
  "mail:x:8:12:mail:/var/mail:/sbin/nologin",
  "news:x:9:13:news:/usr/lib/news:/sbin/nologin",
  "uucp:x:10:14:uucp:/var/spool/uucppublic:/sbin/nologin",
  "cron:x:16:16:cron:/var/spool/cron:/sbin/nologin",
  "ftp:x:21:21::/var/lib/ftp:/sbin/nologin",
  "sshd:x:22:22:sshd:/dev/null:/sbin/nologin",
  "games:x:35:35:games:/usr/games:/sbin/nologin",
  "ntp:x:123:123:NTP:/var/empty:/sbin/nologin",
  "guest:x:405:100:guest:/dev/null:/sbin/nologin",
  "nobody:x:65534:65534:nobody:/:/sbin/nologin",
];

const GROUPS =
  "root:0:root bin:1:root,bin,daemon daemon:2:root,bin,daemon sys:3:root,bin adm:4:root,daemon tty:5 disk:6:root lp:7:lp " +
  "kmem:9 wheel:10:root floppy:11:root mail:12:mail news:13:news uucp:14:uucp cron:16:cron audio:18 cdrom:19 " +
  "dialout:20:root ftp:21 sshd:22 input:23 tape:26:root video:27:root netdev:28 kvm:34 games:35 shadow:42 www-data:82 " +
  "users:100 ntp:123 abuild:300 utmp:406 ping:999 nogroup:65533 nobody:65534";

/** Groups of the busybox image. */
const BUSYBOX_GROUPS =
  "root:0 daemon:1 bin:2 sys:3 adm:4 tty:5 disk:6 lp:7 mail:8 kmem:9 wheel:10:root cdrom:11 dialout:18 floppy:19 video:28 " +
  "audio:29 tape:32 www-data:33 operator:37 utmp:43 plugdev:46 staff:50 lock:54 netdev:82 users:100 nobody:65534";

/** /etc/passwd and /etc/group with additional accounts. */
export function alpineAccounts(...extra: Account[]): Record<string, FileEntry> {
  const own = extra.map(
    ({ name, uid, gid = uid, home = "/", shell = "/sbin/nologin" }) =>
      `${name}:x:${uid}:${gid}:${name}:${home}:${shell}`,
  );
  return { "/etc/passwd": passwdFile([...ACCOUNTS, ...own]), "/etc/group": groupFile(GROUPS, extra) };
}

/** Newest patch of each minor version. */
const PATCHES: Readonly<Record<string, number>> = { "3.18": 12, "3.19": 9, "3.20": 8, "3.21": 6, "3.22": 3, "3.23": 2 };
const NEWEST = "3.23";

/** The release that a variant names (`alpine3.20`), with its patch; the newest without one. */
export function alpineRelease(variant: string): string {
  const [release = NEWEST] = /3\.\d+/.exec(variant) ?? [];
  return `${release}.${PATCHES[release] ?? 4}`;
}

/** Shells have one program in all images; other applets have texts of their own. */
function applets(folder: string, names: string): Record<string, FileEntry> {
  return Object.fromEntries(
    names
      .split(" ")
      .map((name) => [`${folder}/${name}`, executable(/^(sh|ash|hush)$/.test(name) ? "ash" : `busybox/${name}`)]),
  );
}

const trees = new Map<string, () => BaseEntries>();

/** The files of a release: `3.22.1`. */
export function alpineFiles(release: string): BaseEntries {
  let build = trees.get(release);
  if (!build) {
    build = once(() => alpineTree(release));
    trees.set(release, build);
  }
  return build();
}

function alpineTree(release: string): BaseEntries {
  return tree(
    directories(
      "/bin /dev /etc /etc/apk /etc/init.d /etc/profile.d /home /lib /lib/apk/db /media /mnt /opt /proc /run /sbin /srv " +
        "/sys /usr /usr/bin /usr/lib /usr/local/bin /usr/local/lib /usr/local/share /usr/sbin /usr/share /var /var/cache/apk " +
        "/var/empty /var/lib /var/local /var/lock /var/log /var/mail /var/opt /var/spool /etc/ssl/certs",
    ),
    directories("/tmp /var/tmp", { mode: 0o1777 }),
    { "/root": directory({ mode: 0o700 }), "/var/run": link("../run") },
    { "/bin/busybox": executable("busybox", { sizeBytes: 804_616 }) },
    applets("/bin", BIN_APPLETS),
    applets("/sbin", SBIN_APPLETS),
    executables("/sbin", "apk"),
    applets("/usr/bin", `${USR_BIN_APPLETS} seq`),
    executables("/usr/bin", "getent iconv ldd scanelf"),
    applets("/usr/sbin", USR_SBIN_APPLETS),
    {
      "/etc/alpine-release": file(`${release}\n`),
      "/etc/os-release": link("../usr/lib/os-release"),
      "/usr/lib/os-release": file(osRelease(release)),
      ...alpineAccounts(),
      "/etc/shadow": file("root:*::0:::::\n", { mode: 0o640, gid: 42 }),
      "/etc/issue": file(`Welcome to Alpine Linux ${minorOf(release)}\nKernel \\r on \\m (\\l)\n\n`),
      "/etc/motd": file("Welcome to Alpine!\n"),
      "/etc/shells": file("# valid login shells\n/bin/sh\n/bin/ash\n"),
      "/etc/nsswitch.conf": file("hosts: files dns\n"),
      "/etc/profile": file(
        'export PATH="/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"\nexport PAGER=less\n',
      ),
      "/etc/apk/repositories": file(
        ["main", "community"]
          .map((name) => `https://dl-cdn.alpinelinux.org/alpine/v${minorOf(release)}/${name}\n`)
          .join(""),
      ),
      "/etc/ssl/certs/ca-certificates.crt": file(""),
    },
  );
}

function minorOf(release: string): string {
  return release.split(".").slice(0, 2).join(".");
}

function osRelease(release: string): string {
  return `${[
    'NAME="Alpine Linux"',
    "ID=alpine",
    `VERSION_ID=${release}`,
    `PRETTY_NAME="Alpine Linux v${minorOf(release)}"`,
    'HOME_URL="https://alpinelinux.org/"',
    'BUG_REPORT_URL="https://gitlab.alpinelinux.org/alpine/aports/-/issues"',
  ].join("\n")}\n`;
}

/** The busybox image: applets, accounts, and nothing else. */
export const busyboxFiles = once(
  (): BaseEntries =>
    tree(
      directories("/bin /dev /etc /home /lib /proc /root /sys /usr /usr/bin /usr/sbin /var /var/spool/mail /var/www"),
      directories("/tmp", { mode: 0o1777 }),
      {
        "/root": directory({ mode: 0o700 }),
        "/usr/bin/env": executable("busybox/env"),
        // Beside the applets the image has the C library's tool.
        "/bin/getent": executable("getent"),
        "/home": directory({ uid: 65534, gid: 65534 }),
      },
      executables(
        "/bin",
        `busybox ${BIN_APPLETS} ${SBIN_APPLETS} ${USR_BIN_APPLETS} ${USR_SBIN_APPLETS} ${FURTHER_APPLETS}`,
      ),
      {
        "/etc/passwd": passwdFile([
          "root:x:0:0:root:/root:/bin/sh",
          "daemon:x:1:1:daemon:/usr/sbin:/bin/false",
          "bin:x:2:2:bin:/bin:/bin/false",
          "sys:x:3:3:sys:/dev:/bin/false",
          "sync:x:4:100:sync:/bin:/bin/sync",
          "mail:x:8:8:mail:/var/spool/mail:/bin/false",
          "www-data:x:33:33:www-data:/var/www:/bin/false",
          "operator:x:37:37:Operator:/var:/bin/false",
          "nobody:x:65534:65534:nobody:/home:/bin/false",
        ]),
        "/etc/group": groupFile(BUSYBOX_GROUPS),
        "/etc/shadow": file("root:*:10933:0:99999:7:::\n", { mode: 0o600 }),
        "/etc/nsswitch.conf": file("passwd: files\ngroup: files\nhosts: files dns\n"),
        "/etc/localtime": file(""),
      },
    ),
);
