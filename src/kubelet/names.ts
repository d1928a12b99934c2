/** The name of the kubelet's controller, private state and events. */
export const KUBELET = "kubelet";
