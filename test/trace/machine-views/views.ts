/** Runs for tests of the views of a machine. */
import type {TraceEvent} from '../../../source/trace/events.js';
import {Places} from '../../../source/trace/hardware/places.js';
import type {Kernel} from '../../../source/kernel/kernel.js';
import type {Machine} from '../../../source/machine/machine.js';
import {imageOf, Run, type RecordOptions} from '../../support/machines.js';

/** A run that is over, with names for what lies where. */
export class Viewed {
	readonly run: Run;
	readonly places: Places;
	readonly machine: Machine;
	readonly kernel: Kernel;

	constructor(text: string, options: RecordOptions = {}) {
		this.run = new Run(text, options);
		({machine: this.machine, kernel: this.kernel} = this.run.recording);
		this.places = new Places(this.machine, this.kernel, {image: imageOf(text)});
	}

	/** Takes the machine to the step of the first event of a kind, and some steps on. */
	goTo(kind: TraceEvent['kind'], further = 0): this {
		this.run.recording.seek(this.run.events(kind)[0].step + further);
		return this;
	}
}

/** All sentences in some data, wherever they stand. */
export function sentencesIn(value: unknown): string[] {
	if (Array.isArray(value)) return value.flatMap(sentencesIn);
	if (typeof value !== 'object' || value === null) return [];
	return Object.entries(value).flatMap(([name, part]) => (name === 'sentence' && typeof part === 'string' ? [part] : sentencesIn(part)));
}
