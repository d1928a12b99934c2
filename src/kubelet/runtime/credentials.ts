/**
 * The user, groups and capabilities of a container's processes, by its security context and its image.
 * Kubernetes: pkg/kubelet/kuberuntime/security_context.go, security_context_others.go (`verifyRunAsNonRoot`);
 * containerd: oci/spec_opts.go
 */
import type { Credentials } from "../../files/entry.ts";
import type { FileSystem } from "../../files/file-system.ts";
import { goQuote } from "../../lib/go-quote.ts";
import type { Container, EphemeralContainer, Pod } from "../../schema/index.ts";
import { podLabel } from "../context.ts";

/** The capabilities that containerd grants. */
const DEFAULT_CAPABILITIES = [
  ...["CHOWN", "DAC_OVERRIDE", "FSETID", "FOWNER", "MKNOD", "NET_RAW", "SETGID", "SETUID", "SETFCAP", "SETPCAP"],
  ...["NET_BIND_SERVICE", "SYS_CHROOT", "KILL", "AUDIT_WRITE"],
];
const ALL_CAPABILITIES = [
  ...DEFAULT_CAPABILITIES,
  ...["DAC_READ_SEARCH", "LINUX_IMMUTABLE", "NET_BROADCAST", "NET_ADMIN", "IPC_LOCK", "IPC_OWNER", "SYS_MODULE"],
  ...["SYS_RAWIO", "SYS_PTRACE", "SYS_PACCT", "SYS_ADMIN", "SYS_BOOT", "SYS_NICE", "SYS_RESOURCE", "SYS_TIME"],
  ...["SYS_TTY_CONFIG", "LEASE", "AUDIT_CONTROL", "MAC_OVERRIDE", "MAC_ADMIN", "SYSLOG", "WAKE_ALARM"],
  ...["BLOCK_SUSPEND", "AUDIT_READ", "PERFMON", "BPF", "CHECKPOINT_RESTORE"],
];

type Spec = Container | EphemeralContainer;

export type CredentialsOutcome = { credentials: Credentials; home: string } | { problem: string };

export function credentialsOf(pod: Pod, spec: Spec, imageUser: string, files: FileSystem): CredentialsOutcome {
  const ofPod = pod.spec.securityContext ?? {};
  const own = spec.securityContext ?? {};
  const runAsUser = own.runAsUser ?? ofPod.runAsUser;
  const [user = "", group] = runAsUser !== undefined ? [String(runAsUser)] : imageUser.split(":");
  const account = accountOf(user, files);
  if (account === undefined) return { problem: unknownUser(user) };
  const imageGroup = group === undefined ? undefined : groupIdOf(group, files);
  if (group !== undefined && imageGroup === undefined) return { problem: `no groups found matching ${group}` };
  const gid = own.runAsGroup ?? ofPod.runAsGroup ?? imageGroup ?? account.gid;
  const added = [...(ofPod.supplementalGroups ?? []), ...(ofPod.fsGroup === undefined ? [] : [ofPod.fsGroup])];
  const merged = ofPod.supplementalGroupsPolicy === "Strict" ? [] : groupsOf(account.name, files);
  // The kernel keeps the groups of a process in the order of their numbers.
  const groups = [...new Set([gid, ...merged, ...added])].sort((a, b) => a - b);
  const boundingCapabilities = capabilitiesOf(own);
  const seccomp = own.seccompProfile ?? ofPod.seccompProfile;
  const appArmor = own.appArmorProfile ?? ofPod.appArmorProfile;
  const credentials: Credentials = {
    uid: account.uid,
    gid,
    groups,
    capabilities: account.uid === 0 ? boundingCapabilities : [],
    boundingCapabilities,
    ...(own.allowPrivilegeEscalation === false && { hasNoNewPrivileges: true }),
    ...(seccomp !== undefined && seccomp.type !== "Unconfined" && !own.privileged && { isFiltered: true }),
    ...((appArmor?.type === "Unconfined" || own.privileged) && { isUnconfined: true }),
  };
  return { credentials, home: account.home };
}

/** The problem of `runAsNonRoot`; undefined if the container may run. */
export function nonRootProblem(pod: Pod, spec: Spec, imageUser: string): string | undefined {
  const runAsNonRoot = spec.securityContext?.runAsNonRoot ?? pod.spec.securityContext?.runAsNonRoot;
  if (!runAsNonRoot) return undefined;
  const where = `(pod: ${goQuote(podLabel(pod))}, container: ${spec.name})`;
  const runAsUser = spec.securityContext?.runAsUser ?? pod.spec.securityContext?.runAsUser;
  if (runAsUser !== undefined) {
    return runAsUser === 0 ? `container's runAsUser breaks non-root policy ${where}` : undefined;
  }
  const user = imageUser.split(":")[0] ?? "";
  if (user !== "" && !/^\d+$/.test(user)) {
    return `container has runAsNonRoot and image has non-numeric user (${user}), cannot verify user is non-root ${where}`;
  }
  return Number(user) === 0 ? `container has runAsNonRoot and image will run as root ${where}` : undefined;
}

function unknownUser(user: string): string {
  return `failed to create containerd container: mount callback failed on /var/lib/containerd/tmpmounts/containerd-mount: no users found: ${user}`;
}

interface Account {
  name: string;
  uid: number;
  gid: number;
  home: string;
}

/** Numbers need no entry in `/etc/passwd`. */
function accountOf(user: string, files: FileSystem): Account | undefined {
  const wanted = user === "" ? "0" : user;
  const lines = linesOf("/etc/passwd", files);
  const found = lines.find(([name, , uid]) => name === wanted || uid === wanted);
  if (found) {
    const [name = "", , uid, gid, , home = "/"] = found;
    return { name, uid: Number(uid), gid: Number(gid), home };
  }
  return /^\d+$/.test(wanted) ? { name: "", uid: Number(wanted), gid: 0, home: "/" } : undefined;
}

function groupIdOf(group: string, files: FileSystem): number | undefined {
  if (/^\d+$/.test(group)) return Number(group);
  const found = linesOf("/etc/group", files).find(([name]) => name === group);
  return found && Number(found[2]);
}

function groupsOf(user: string, files: FileSystem): number[] {
  if (user === "") return [];
  return linesOf("/etc/group", files).flatMap(([, , gid, members = ""]) =>
    members.split(",").includes(user) ? [Number(gid)] : [],
  );
}

function linesOf(path: string, files: FileSystem): string[][] {
  const entry = files.find(path);
  return entry?.type === "file" ? entry.content.split("\n").map((line) => line.split(":")) : [];
}

function capabilitiesOf({ privileged, capabilities }: NonNullable<Spec["securityContext"]>): string[] {
  if (privileged) return ALL_CAPABILITIES;
  const plain = (names: readonly string[] | undefined) => (names ?? []).map((name) => name.replace(/^CAP_/, ""));
  const [add, drop] = [plain(capabilities?.add), plain(capabilities?.drop)];
  const kept = drop.includes("ALL") ? [] : DEFAULT_CAPABILITIES.filter((name) => !drop.includes(name));
  return [...new Set([...kept, ...(add.includes("ALL") ? ALL_CAPABILITIES : add)])];
}
