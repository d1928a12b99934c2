/** Who asks the network, and how requests reach what answers them. */
import type { Pod } from "../schema/index.ts";
import type { ServedAnswer, ServedRequest } from "../shell/question.ts";
import type { Source } from "./source.ts";

export interface Asker extends Source {
  /** The instant of the asking process, ms. */
  atMs: number;
  /** Contents of `/etc/resolv.conf` and `/etc/hosts` of the asking container. */
  resolvConf: string;
  hosts: string;
}

/** How a request reaches what answers it. */
export interface Delivery {
  /** Gives a request to the process of a pod that listens on its port; undefined if none does. */
  toPod(pod: Pod, request: ServedRequest): ServedAnswer | undefined;
  toApiServer(request: ServedRequest): ServedAnswer;
  /** Gives a request to the kubelet of a node; undefined if it does not listen on the port. */
  toKubelet(node: string, request: ServedRequest): ServedAnswer | undefined;
}
