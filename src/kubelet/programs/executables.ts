/**
 * Which programs an image cannot contain. The container is then created, but does not start. Sandbar's own data.
 * Kubernetes: no counterpart; the messages are the runtime's (runc).
 */
import { type Image, UNKNOWN_IMAGE } from "../images/catalogue.ts";

/** Names that state that the program does not exist, in every image. */
const IMPOSSIBLE =
  /no-?such|not-?exist|non-?exist|not-?found|not-?a-?(real-?)?(command|program|binary)|nothing-?here|^invalid/i;

/** BusyBox's applets that are plausible in a container. */
const APPLETS = new Set(
  (
    "[ [[ acpid add-shell addgroup adduser adjtimex ar arch arp arping ash awk base32 base64 basename bash bc beep blkid " +
    "brctl bunzip2 busybox bzcat bzip2 cal cat chat chgrp chmod chown chpasswd chpst chroot chrt cksum clear cmp comm " +
    "cp cpio crond crontab cryptpw cttyhack cut date dc dd deallocvt delgroup deluser depmod df dhcprelay diff dirname " +
    "dmesg dnsd dnsdomainname dos2unix du echo ed egrep env envdir expand expr factor fallocate false fdisk fgrep find " +
    "flock fold free fsck fsync ftpd ftpget ftpput fuser getopt getty grep groups gunzip gzip halt hd head hexdump " +
    "hostid hostname httpd hwclock id ifconfig ifdown ifup inetd init insmod install ionice iostat ip ipaddr ipcalc " +
    "ipcrm ipcs iplink iproute kill killall klogd last less link ln logger login logname logread losetup ls lsattr lsof " +
    "lsscsi lsusb lzcat lzma lzop makedevs makemime man md5sum mesg microcom mkdir mkfifo mknod mkpasswd mktemp " +
    "modinfo modprobe more mount mountpoint mpstat mv nameif nc netcat netstat nice nl nmeter nohup nologin nproc nsenter " +
    "nslookup ntpd od passwd paste patch pgrep pidof ping ping6 pipe_progress pivot_root pkill pmap poweroff printenv " +
    "printf ps pscan pstree pwd pwdx rdate rdev readlink readprofile realpath reboot reformime renice reset resize rev rm " +
    "rmdir rmmod route run-parts runsv runsvdir script sed sendmail seq setfattr setlogcons setpriv setsid sh sha1sum " +
    "sha256sum sha3sum sha512sum shred shuf sleep softlimit sort split ssl_client stat strings stty su sulogin sum sv svc " +
    "svlogd sync sysctl syslogd tac tail tar taskset tcpsvd tee telnet telnetd test tftp time timeout top touch tr " +
    "traceroute true truncate ts tty ttysize tunctl udhcpc udhcpd udpsvd uname uncompress unexpand uniq unix2dos unlink " +
    "unlzma unshare unxz unzip uptime users usleep uudecode uuencode vconfig vi vlock volname w wall watch watchdog wc " +
    "wget which who whoami whois xargs xxd xz xzcat yes zcat zcip"
  ).split(" "),
);

/** Programs in /bin and /sbin of the known images' distributions, besides BusyBox's. */
const DISTRIBUTION = new Set(
  (
    "apk apt apt-get apt-cache bashbug bzcmp bzdiff bzexe bzgrep bzless bzmore capsh chsh csplit curl dpkg dumpe2fs e2fsck " +
    "findmnt fsfreeze gunzip gzexe hostnamectl ip6tables iptables journalctl jq lsblk ldconfig mke2fs mkfs mkswap netcat " +
    "networkctl node npm npx openssl perl php pip pip3 python python3 rbash resize2fs rpm ruby runuser sh sed ss sulogin " +
    "switch_root systemctl tcpdump tini tempfile tune2fs uncompress unix_chkpwd vim vdir wipefs yum dnf zcmp zdiff " +
    "zegrep zfgrep zforce zgrep zless zmore znew zsh"
  ).split(" "),
);
const SYSTEM_FOLDERS = new Set(["/bin/", "/sbin/"]);

/** Folders in which an image looks for programs that are named without a folder. */
const FOLDER = /^\/(usr\/)?(local\/)?s?bin\/$/;

/** The low-level runtime's error for a program that cannot be started; undefined if it can, as far as known. */
export function startProblem(path: string, image: Image): string | undefined {
  const folder = path.slice(0, path.lastIndexOf("/") + 1);
  const name = path.slice(folder.length);
  const isSearched = folder === "" || FOLDER.test(folder);
  const isMissing =
    IMPOSSIBLE.test(path) ||
    (image.isBusyBox && isSearched && !APPLETS.has(name)) ||
    (image !== UNKNOWN_IMAGE && SYSTEM_FOLDERS.has(folder) && !APPLETS.has(name) && !DISTRIBUTION.has(name));
  if (!isMissing || path === "") return undefined;
  const problem = folder === "" ? "executable file not found in $PATH" : `stat ${path}: no such file or directory`;
  return `failed to create containerd task: failed to create shim task: OCI runtime create failed: runc create failed: unable to start container process: error during container init: exec: "${path}": ${problem}`;
}
