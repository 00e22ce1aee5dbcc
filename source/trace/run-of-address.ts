import type {Recording} from './recording.js';

/** Steps before and behind the cursor that are looked through. */
const REACH = 4000;

/** Finds the steps near the cursor in which an instruction was run. What was looked through is kept while the cursor stays. */
export class RunOfAddress {
	private known: {readonly from: number; readonly to: number; readonly edits: unknown; readonly rips: BigUint64Array} | undefined;

	constructor(private readonly recording: Recording) {}

	/** Where rip stood before each step of a stretch; the machine stands behind it afterwards. */
	private look(from: number, to: number): BigUint64Array {
		const {recording, known} = this;
		if (known?.from === from && known.to === to && known.edits === recording.edits) return known.rips;
		const rips = new BigUint64Array(to - from);
		for (let step = from; step < to; step++) {
			recording.seek(step);
			rips[step - from] = recording.machine.rip;
		}

		this.known = {from, to, edits: recording.edits, rips};
		return rips;
	}

	/**
	 * The last step before the cursor in which the instruction at an address was run; else the first one behind it.
	 * @returns undefined if it was not run within reach
	 */
	nearest(address: bigint, cursor: number): number | undefined {
		const from = Math.max(0, cursor - REACH);
		const rips = this.look(from, Math.min(this.recording.length, cursor + REACH));
		const before = rips.subarray(0, cursor - from).lastIndexOf(address);
		if (before >= 0) return from + before;
		const behind = rips.indexOf(address, cursor - from);
		return behind < 0 ? undefined : from + behind;
	}
}
