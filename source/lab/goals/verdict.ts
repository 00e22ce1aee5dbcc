import type {LockstepResult} from '../../trace/compare/lockstep.js';
import type {Scene} from '../language/scene.js';
import type {OtherRun} from './condition.js';
import type {Provenance} from './provenance.js';

/** What has become of a condition. */
export interface Verdict {
	/** `pending`: the run has not come far enough to tell. */
	readonly state: 'met' | 'unmet' | 'pending';
	/** Why, in words made from the run. */
	readonly sentence: string;
}

/** What a condition is judged by. */
export interface Evidence {
	readonly scene: Scene;
	/** Another run of the same program. */
	readonly other: (run: OtherRun) => Scene;
	/** Goes along the learner's run and another one, and finds where they first differ. */
	readonly compare: (run: OtherRun) => LockstepResult;
	readonly provenance: Provenance;
}

/** A verdict that is one way or the other. */
export const verdict = (met: boolean, sentence: string): Verdict => ({state: met ? 'met' : 'unmet', sentence});
