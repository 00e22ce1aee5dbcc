import {value} from '../language/evaluator.js';
import {Unreadable} from '../language/functions.js';
import {type Scene, Unreached} from '../language/scene.js';
import type {Template} from '../language/syntax.js';
import {showBare} from '../language/values.js';

/** What stands for a value that the run does not have. */
const UNKNOWN = '(not yet known)';

/** A text with its expressions worked out. */
export function fill(scene: Scene, {parts}: Template): string {
	return parts.map(part => {
		if (typeof part === 'string') return part;
		try {
			return showBare(value(scene, part.syntax));
		} catch (error) {
			if (error instanceof Unreached || error instanceof Unreadable) return UNKNOWN;
			throw error;
		}
	}).join('').trim();
}
