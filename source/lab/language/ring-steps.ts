import type {Scene} from './scene.js';

/** Steps between two moments, by the ring that they began in. */
export interface RingSteps {
	readonly user: number;
	readonly kernel: number;
}

/** Counts the steps between two moments by ring: the kernel's begin behind what enters it, and end with what leaves it. */
export function ringSteps({recording, origin}: Scene, from: number, to: number): RingSteps {
	let kernel = 0;
	let entered: number | undefined = origin === 0 ? 0 : undefined;
	const close = (step: number): void => {
		if (entered !== undefined) kernel += Math.max(0, Math.min(to, step) - Math.max(from, entered));
		entered = undefined;
	};

	for (const event of recording.events) {
		if (event.kind === 'syscall' || event.kind === 'exception' || event.kind === 'interrupt') entered ??= event.step + 1;
		else if (event.kind === 'sysret' || (event.kind === 'iret' && event.cpl === 3)) close(event.step + 1);
	}

	close(to);
	return {kernel, user: to - from - kernel};
}
