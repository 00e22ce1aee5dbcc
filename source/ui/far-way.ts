import type {Laboratory, Work} from '../lab/laboratory.js';

/** Steps of a slice of a long way. */
const STRIDE = 4000;

/** The way to a step: over known steps at once, beyond them a stretch at a time. */
export const wayTo = (lab: Laboratory, step: number): Work => () => {
	lab.toStep(Math.min(step, Math.max(lab.step, lab.recording.length) + STRIDE));
	return lab.step === step || lab.hasEnded ? 'done' : 'more';
};
