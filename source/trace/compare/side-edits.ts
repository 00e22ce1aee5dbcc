import {type Change, type ChangeAt, refusalOf} from '../branches/change.js';
import type {TraceEvent} from '../events.js';
import type {Side} from './side.js';

/** Changes right before a system call of both runs. */
export interface CallChanges {
	/** Which call, counted from 1 from the program's first instruction on. */
	readonly call: number;
	/** May be empty: then nothing is changed on this side. */
	readonly changes: readonly Change[];
}

/** Whether an event is the first entry into the program. */
export const entersProgram = (event: TraceEvent): boolean => event.kind === 'iret' && event.cpl === 3;

/** The changes of one side, made as its run comes to them. */
export class SideEdits {
	/** Why changes could not be made, if they could not. */
	refused: string | undefined;
	private made = 0;
	private callMade: boolean;
	/** Events looked at so far, whether the program had been entered there, and its calls since. */
	private seen = 0;
	private entered = false;
	private calls = 0;
	private callStep: number | undefined;

	constructor(
		private readonly side: Side,
		private readonly changes: readonly ChangeAt[],
		private readonly atCall: CallChanges | undefined,
	) {
		this.callMade = atCall === undefined;
	}

	/** The step at which the next changes are due, if the run has come to it or a little further. */
	get due(): number | undefined {
		if (!this.callMade) {
			this.look();
			if (this.callStep !== undefined) return this.callStep;
		}

		return this.next <= this.side.recording.step ? this.next : undefined;
	}

	/** Looks for the call among the events that have come since. */
	private look(): void {
		const {events} = this.side.recording;
		for (; this.seen < events.length && this.callStep === undefined; this.seen++) {
			const event = events[this.seen];
			if (event.kind === 'syscall' && this.entered && ++this.calls === this.atCall?.call) this.callStep = event.step;
			this.entered ||= entersProgram(event);
		}
	}

	/** The step of the next change whose step is known beforehand. */
	get next(): number {
		return this.changes.at(this.made)?.step ?? Infinity;
	}

	/** Whether a call is waited for that has not come. */
	get waits(): boolean {
		return !this.callMade;
	}

	/** Whether nothing is left to be done. */
	get isDone(): boolean {
		return this.callMade && this.next === Infinity;
	}

	/** Makes what is due at a step; the side is taken there first. */
	make(step: number): void {
		const {recording} = this.side;
		const changes: Change[] = [];
		if (this.callStep === step && !this.callMade) {
			changes.push(...this.atCall?.changes ?? []);
			this.callMade = true;
		}

		for (; this.next === step; this.made++) changes.push(this.changes[this.made].change);
		recording.seek(step);
		const refusal = refusalOf(recording.machine, changes);
		if (refusal === undefined) this.side.change(changes);
		else this.refused ??= refusal;
	}
}
