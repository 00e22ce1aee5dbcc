import type {Limit, SpaceState} from './host-state.js';

/** Resources with a limit (include/uapi/asm-generic/resource.h). */
export const RLIMIT_STACK = 3;
export const RLIMIT_NOFILE = 7;

/** Number of resources. */
export const RLIM_NLIMITS = 16;

/** No limit. */
export const RLIM_INFINITY = 0xffff_ffff_ffff_ffffn;

/** The most descriptors that a process may have. */
export const MAX_DESCRIPTORS = 256;

/** Limits at boot (include/asm-generic/resource.h); the others are infinite. */
const INITIAL: ReadonlyMap<number, Limit> = new Map<number, Limit>([
	[RLIMIT_STACK, [8n << 20n, RLIM_INFINITY]],
	[4, [0n, RLIM_INFINITY]], // core
	[6, [1024n, 1024n]], // processes
	[RLIMIT_NOFILE, [BigInt(MAX_DESCRIPTORS), BigInt(MAX_DESCRIPTORS)]],
	[8, [8n << 20n, 8n << 20n]], // locked memory
	[11, [1024n, 1024n]], // pending signals
	[12, [819_200n, 819_200n]], // message queues
	[13, [0n, 0n]], // nice
	[14, [0n, 0n]], // real-time priority
]);

/** A process's limit on a resource. */
export const limitOf = ({limits}: Pick<SpaceState, 'limits'>, resource: number): Limit =>
	limits.get(resource) ?? INITIAL.get(resource) ?? [RLIM_INFINITY, RLIM_INFINITY];
