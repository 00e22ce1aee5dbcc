import path from 'node:path';
import {kernelAddress} from '../../kernel/kernel.js';
import type {TraceEvent} from '../../trace/events.js';
import type {Names} from '../../trace/names.js';
import type {Recording} from '../../trace/recording.js';
import {finish} from '../../trace/search.js';
import {parseStop, type StopNames} from '../../trace/stops/stop-text.js';
import {type StopHit, Stops} from '../../trace/stops/stops.js';
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

/** Where the kernel knows the answer to a call; one step on, that is an event. */
const ANSWERED = 'syscall_exit_to_user_mode';

/** Conditions that end a run. They count from the program's first instruction on. */
export class RunStops {
	private readonly stops: Stops;
	private hasBegun = false;
	/** The stops that were asked for have numbers up to this one; those behind it are our own. */
	private readonly last: number;

	/** @throws UsageError for a condition that can't be understood */
	constructor(
		{stops, file, strace}: RunRequest,
		private readonly recording: Recording,
		names: Names,
	) {
		this.stops = new Stops(names);
		const typed = typedNames(names, file);
		for (const text of stops) this.stops.add(refusing('stop', () => parseStop(text, typed)), recording);
		this.last = this.stops.list.length;
		if (strace === undefined) return;
		// Calls are looked at where they are made and answered: what their arguments lead to is another thing later.
		this.stops.add({kind: 'syscall'}, recording);
		this.stops.add({kind: 'place', address: kernelAddress(recording.kernel, ANSWERED)}, recording);
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

	/**
	 * Goes on by so many steps, or to where a condition becomes true: then it says what happened. Where calls are traced, it
	 * also comes back behind each call's beginning and its answer.
	 */
	advance(steps: number): string | undefined {
		const hits = this.next(steps);
		const message = this.messageOf(hits);
		const isAnswer = hits.some(({stop}) => stop.id > this.last && stop.condition.kind === 'place');
		return message === undefined && isAnswer ? this.messageOf(this.next(1)) : message;
	}

	private next(steps: number): readonly StopHit[] {
		const {recording, stops} = this;
		return finish(stops.next(recording, recording.machine.steps + steps)).hits;
	}

	private messageOf(hits: readonly StopHit[]): string | undefined {
		const wanted = hits.filter(({stop}) => stop.id <= this.last);
		return wanted.length === 0 ? undefined : wanted.map(({stop, why}) => `“${stop.text}”: ${why}`).join('; ');
	}
}
