import type {RecordedEdit} from '../edits.js';
import type {Recording} from '../recording.js';
import {explainStep, type StepFlow} from './step-flow.js';

/** Flows kept: enough for a few long chains. */
const KEPT = 200;

/** Flows of steps, the last ones kept until the run is changed. */
export class FlowCache {
	/** By step; the one that was asked for last is the last one. */
	private readonly flows = new Map<number, StepFlow>();
	private edits: readonly RecordedEdit[];

	constructor(private readonly recording: Recording) {
		this.edits = recording.edits;
	}

	/** The flow of a step. The machine may stand elsewhere afterwards. */
	of(step: number): StepFlow {
		const {recording, flows} = this;
		if (recording.edits !== this.edits) flows.clear();
		this.edits = recording.edits;
		const flow = flows.get(step) ?? explainStep(recording, step);
		flows.delete(step);
		flows.set(step, flow);
		const oldest = flows.keys().next();
		if (flows.size > KEPT && oldest.done !== true) flows.delete(oldest.value);
		return flow;
	}
}
