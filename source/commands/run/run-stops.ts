import path from 'node:path';
import type {TraceEvent} from '../../trace/events.js';
import type {Names} from '../../trace/names.js';
import type {Recording} from '../../trace/recording.js';
import {finish} from '../../trace/search.js';
import {parseStop, type StopNames} from '../../trace/stops/stop-text.js';
import {Stops} from '../../trace/stops/stops.js';
import {type RunRequest, refusing} from './request.js';

/** Names as they are typed: lines by the name of the program's file alone, too. */
function typedNames(names: Names, program: string): StopNames {
	const folder = path.dirname(program);
	return {
		addressOf: name => names.addressOf(name),
		nameOf: address => names.nameOf(address),
		lengthOf: name => names.lengthOf(name),
		addressOfLine: (file, line) => names.addressOfLine(file, line) ?? names.addressOfLine(path.join(folder, file), line),
	};
}

/** Conditions that end a run. They count from the program's first instruction on. */
export class RunStops {
	private readonly stops: Stops;
	private hasBegun = false;

	/** @throws UsageError for a condition that can't be understood */
	constructor(
		{stops, file}: RunRequest,
		private readonly recording: Recording,
		names: Names,
	) {
		this.stops = new Stops(names);
		const typed = typedNames(names, file);
		for (const text of stops) this.stops.add(refusing('stop', () => parseStop(text, typed)), recording);
	}

	/** Whether the program has begun. */
	get begun(): boolean {
		return this.hasBegun;
	}

	/** Whether the program begins with an event: the kernel goes to ring 3 for the first time. */
	beginsAt(event: TraceEvent): boolean {
		this.hasBegun ||= event.kind === 'iret' && event.cpl === 3;
		return this.hasBegun;
	}

	/** Goes on by so many steps, or to where a condition becomes true: then it says what happened. */
	advance(steps: number): string | undefined {
		const {recording, stops} = this;
		const {hits} = finish(stops.next(recording, recording.machine.steps + steps));
		return hits.length === 0 ? undefined : hits.map(({stop, why}) => `“${stop.text}”: ${why}`).join('; ');
	}
}
