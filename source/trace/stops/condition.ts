import type {Mark} from '../../machine/events.js';
import type {MemoryPlace} from '../branches/change.js';

/** Things that the processor does which a stop can be set on by name alone. */
export const MARK_STOPS = ['interrupt', 'sysret', 'iret', 'swapgs', 'cr3', 'halt'] as const satisfies readonly Mark['kind'][];

/** When a run is to stop, as data. In each case the machine stands right behind the step that made it true. */
export type StopCondition =
	/** The ring has changed. */
	| {readonly kind: 'ring'}
	/** SYSCALL has been executed; with that number in rax, if one is named. */
	| {readonly kind: 'syscall'; readonly nr?: number}
	/** An exception has been delivered; of that vector, if one is named. */
	| {readonly kind: 'exception'; readonly vector?: number}
	/** The processor has done that. */
	| {readonly kind: (typeof MARK_STOPS)[number]}
	/** The instruction there comes next. */
	| {readonly kind: 'place'; readonly address: bigint}
	/** A general register, rip or rflags holds that value, and did not before. */
	| {readonly kind: 'register'; readonly register: string; readonly value: bigint}
	/** A byte of that range was written, whatever stands there now. A place by a register is found when the stop is set. */
	| {readonly kind: 'write'; readonly place: MemoryPlace; readonly length: bigint}
	/** The kernel is about to send a signal; that one, if one is named. */
	| {readonly kind: 'signal'; readonly number?: number}
	/** A byte has gone to the console; the last one of that text, if one is given. */
	| {readonly kind: 'console'; readonly text?: string}
	/** So many steps have been done. */
	| {readonly kind: 'step'; readonly step: number};
