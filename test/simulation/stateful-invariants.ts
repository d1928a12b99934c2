/** Invariants of StatefulSets, volumes and budgets: at every instant, or once a cluster is idle. */
import { isPodReady } from "../../src/controllers/lib/pods.ts";
import { statefulSetKind } from "../../src/kinds/apps/stateful-set.ts";
import { persistentVolumeKind } from "../../src/kinds/core/persistent-volume.ts";
import { persistentVolumeClaimKind } from "../../src/kinds/core/persistent-volume-claim.ts";
import { podKind } from "../../src/kinds/core/pod.ts";
import { podDisruptionBudgetKind } from "../../src/kinds/policy/pod-disruption-budget.ts";
import { matchesLabelSelector } from "../../src/lib/selectors.ts";
import type {
  KubernetesObject,
  PersistentVolume,
  PersistentVolumeClaim,
  Pod,
  StatefulSet,
} from "../../src/schema/index.ts";
import type { TestCluster } from "../support/cluster.ts";

const ordinalOf = ({ metadata }: KubernetesObject) => Number(/\d+$/.exec(metadata.name ?? "")?.[0]);
const same = (a: unknown, b: unknown) => JSON.stringify(a) === JSON.stringify(b);
const isActive = ({ metadata }: Pod) => metadata.deletionTimestamp === undefined;

/** Follows the log, so that states of a single instant are checked, too. */
export class LogInvariants {
  #next = 0;
  readonly #pods = new Map<string, Pod>();
  readonly #sets = new Map<string, StatefulSet>();
  readonly #boundTo = new Map<string, string>();
  /** Volumes by claim (uid), and bound claims by volume. */
  readonly #volumeOf = new Map<string, string>();
  readonly #claimOf = new Map<string, string>();

  /** Nodes that have been down since before the last check. */
  #silent: readonly string[] = [];
  #down: readonly string[] = [];

  /** The findings since the last check. */
  problems(world: TestCluster): string[] {
    const problems: string[] = [];
    this.#silent = this.#down.filter((node) => world.down.includes(node));
    this.#down = world.down;
    for (; this.#next < world.log.length; this.#next++) {
      const change = world.log[this.#next];
      if (!change) continue;
      const { key, type, body, revision } = change;
      const object = JSON.parse(body) as KubernetesObject;
      const found = this.#see(key, type, object) ?? this.#seeEnd(world, key, type, object);
      if (found) problems.push(`revision ${revision}: ${found}`);
    }
    return problems;
  }

  #see(key: string, type: string, object: KubernetesObject): string | undefined {
    if (key.startsWith("apps/statefulsets/")) {
      if (type === "DELETED") this.#sets.delete(key);
      else this.#sets.set(key, object as StatefulSet);
    }
    if (key.startsWith("core/persistentvolumes/")) return this.#seeVolume(key, type, object as PersistentVolume);
    if (key.startsWith("core/persistentvolumeclaims/")) {
      return type === "DELETED" ? this.#seeClaimGo(key, object) : this.#seeClaim(key, object as PersistentVolumeClaim);
    }
    if (key.startsWith("core/pods/default/")) return this.#seePod(key, type, object as Pod);
    return undefined;
  }

  /** Pods of a silent node may still run: only users may declare them dead. */
  #seeEnd(world: TestCluster, key: string, type: string, object: KubernetesObject): string | undefined {
    if (type !== "DELETED" || !key.startsWith("core/pods/")) return undefined;
    const { spec, metadata, status } = object as Pod;
    if (!this.#silent.includes(spec.nodeName ?? "") || world.forced.has(metadata.uid ?? "")) return undefined;
    const hasEnded = status.phase === "Succeeded" || status.phase === "Failed";
    return hasEnded ? undefined : `${key} was given up while ${spec.nodeName} is down`;
  }

  /** A name belongs to one pod at a time. With ordered policy, no pod is created before its predecessors are ready. */
  #seePod(key: string, type: string, pod: Pod): string | undefined {
    const before = this.#pods.get(key);
    if (type === "DELETED") this.#pods.delete(key);
    else this.#pods.set(key, pod);
    if (type !== "ADDED") return before?.metadata.uid === pod.metadata.uid ? undefined : `${key} changed its uid`;
    if (before) return `${key} was made while the one before was there`;
    const strange = this.#strangeClaim(pod);
    if (strange) return `${key} uses ${strange}`;
    const owner = pod.metadata.ownerReferences?.find(({ controller }) => controller);
    const set = this.#sets.get(`apps/statefulsets/default/${owner?.name}`);
    if (set?.metadata.uid !== owner?.uid || set?.spec.podManagementPolicy !== "OrderedReady") return undefined;
    for (let ordinal = set.spec.ordinals?.start ?? 0; ordinal < ordinalOf(pod); ordinal++) {
      const predecessor = this.#pods.get(`core/pods/default/${set.metadata.name}-${ordinal}`);
      if (!predecessor || !isPodReady(predecessor)) return `${key} was made before ${ordinal} was ready`;
    }
    return undefined;
  }

  /** The claim of a StatefulSet's pod has the pod's name as its suffix. */
  #strangeClaim(pod: Pod): string | undefined {
    if (!pod.metadata.ownerReferences?.some(({ controller, kind }) => controller && kind === "StatefulSet"))
      return undefined;
    const names = (pod.spec.volumes ?? []).flatMap(
      ({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName ?? [],
    );
    return names.find((name) => name !== `data-${pod.metadata.name}`);
  }

  /** A claim keeps its volume, and shares it with no other claim. */
  #seeClaim(key: string, { metadata, spec }: PersistentVolumeClaim): string | undefined {
    const [uid, volume] = [metadata.uid ?? "", spec.volumeName];
    const before = this.#volumeOf.get(uid);
    if (before !== undefined && before !== volume) return `${key} went from volume ${before} to ${volume}`;
    if (!volume) return undefined;
    this.#volumeOf.set(uid, volume);
    const other = this.#claimOf.get(volume);
    this.#claimOf.set(volume, uid);
    return other && other !== uid ? `${key} has volume ${volume}, which another claim has` : undefined;
  }

  /** No claim is removed while a pod uses it. */
  #seeClaimGo(key: string, { metadata }: KubernetesObject): string | undefined {
    for (const [volume, claim] of this.#claimOf) if (claim === metadata.uid) this.#claimOf.delete(volume);
    const user = [...this.#pods.values()].find((pod) => isUsing(pod, metadata.name ?? ""));
    return user && `${key} went while ${user.metadata.name} used it`;
  }

  /** A bound volume is never bound to another claim, unless it was recycled in between. */
  #seeVolume(key: string, type: string, { spec }: PersistentVolume): string | undefined {
    const before = this.#boundTo.get(key);
    const now = spec.claimRef?.uid;
    if (type === "DELETED" || !now) this.#boundTo.delete(key);
    else this.#boundTo.set(key, now);
    return before && now && before !== now ? `${key} went from one claim to another` : undefined;
  }
}

/** True once all effects of the last operation have happened. */
export function statefulRestProblems(world: TestCluster): string[] {
  return [
    ...world.list(statefulSetKind).flatMap((set) => setProblems(world, set)),
    ...claimProblems(world),
    ...volumeProblems(world),
    ...budgetProblems(world),
  ];
}

function setProblems(world: TestCluster, set: StatefulSet): string[] {
  const { metadata, spec, status } = set;
  const pods = world
    .list(podKind, "default")
    .filter((pod) => pod.metadata.ownerReferences?.some(({ uid }) => uid === metadata.uid));
  const problems: string[] = [];
  const told = [status.replicas, status.readyReplicas ?? 0, status.observedGeneration];
  const found = [pods.length, pods.filter(isPodReady).length, metadata.generation];
  if (!same(told, found)) problems.push(`${metadata.name} tells ${told}, but there are ${found}`);
  const start = spec.ordinals?.start ?? 0;
  const wanted = Array.from({ length: spec.replicas ?? 1 }, (_, i) => start + i);
  const present = pods.map(ordinalOf).sort((a, b) => a - b);
  const isStuck = pods.some((pod) => !isPodReady(pod));
  if (!isStuck && !same(present, wanted)) problems.push(`${metadata.name} has ${present}, wanted ${wanted}`);
  const isDone = spec.updateStrategy.type === "OnDelete" || (spec.updateStrategy.rollingUpdate?.partition ?? 0) > 0;
  if (!isStuck && !isDone && status.currentRevision !== status.updateRevision) {
    problems.push(`${metadata.name} is not rolled out: ${JSON.stringify(status)}`);
  }
  return problems;
}

function claimProblems(world: TestCluster): string[] {
  const problems: string[] = [];
  for (const { metadata, spec, status } of world.list(persistentVolumeClaimKind)) {
    const volume = world.get(persistentVolumeKind, spec.volumeName ?? "");
    if (status.phase === "Bound" && volume?.spec.claimRef?.uid !== metadata.uid) {
      problems.push(`claim ${metadata.name} is bound to ${spec.volumeName}, which does not say so`);
    }
    if (status.phase === "Lost" && volume?.spec.claimRef?.uid === metadata.uid) {
      problems.push(`claim ${metadata.name} is called lost, and its volume is there`);
    }
    const users = world.list(podKind, "default").filter((pod) => isUsing(pod, metadata.name ?? ""));
    if (metadata.deletionTimestamp && users.length === 0) {
      problems.push(`claim ${metadata.name} still terminates, and nobody uses it`);
    }
    if (status.phase !== "Bound" && users.some((pod) => pod.status.phase === "Running" && isActive(pod))) {
      if (status.phase !== "Lost") problems.push(`claim ${metadata.name} is ${status.phase} under a running pod`);
    }
  }
  return problems;
}

function isUsing({ spec }: Pod, claimName: string): boolean {
  const isNamed = spec.volumes?.some(({ persistentVolumeClaim }) => persistentVolumeClaim?.claimName === claimName);
  return spec.nodeName !== undefined && isNamed === true;
}

function volumeProblems(world: TestCluster): string[] {
  const claims = world.list(persistentVolumeClaimKind);
  return world.list(persistentVolumeKind).flatMap(({ metadata, spec, status }) => {
    const claim = claims.find((candidate) => candidate.metadata.uid === spec.claimRef?.uid);
    const expected = claim ? ["Bound"] : spec.claimRef ? ["Released", "Failed"] : ["Available"];
    const problems = expected.includes(status.phase ?? "")
      ? []
      : [`volume ${metadata.name} is ${status.phase}, expected ${expected}`];
    if (!claim && spec.claimRef && spec.persistentVolumeReclaimPolicy === "Delete" && status.phase === "Released") {
      problems.push(`volume ${metadata.name} was released and not removed`);
    }
    return problems;
  });
}

function budgetProblems(world: TestCluster): string[] {
  return world.list(podDisruptionBudgetKind).flatMap(({ metadata, spec, status }) => {
    const pods = world
      .list(podKind, "default")
      .filter((pod) => matchesLabelSelector(spec.selector, pod.metadata.labels) && isActive(pod));
    const healthy = pods.filter(isPodReady).length;
    const { currentHealthy = 0, desiredHealthy = 0, disruptionsAllowed = 0, expectedPods = 0 } = status;
    const problems: string[] = [];
    if (currentHealthy !== healthy) problems.push(`budget ${metadata.name} counts ${currentHealthy} of ${healthy}`);
    const allowed = expectedPods > 0 ? Math.max(0, healthy - desiredHealthy) : 0;
    if (disruptionsAllowed !== allowed) {
      problems.push(`budget ${metadata.name} allows ${disruptionsAllowed}, should ${allowed}`);
    }
    return problems;
  });
}
