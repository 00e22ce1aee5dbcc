import {eventLine, exitLine} from '../json-lines.js';
import {outcomeOf, userRegisters} from '../outcome.js';
import type {Recording} from '../recording.js';

/**
 * What is known of a run as JSON lines, with a line feed behind each: its events, and how it ended if it did; a run that
 * goes on still ends with a line that says so many steps have been done (`step-limit`). The machine stands where it stood.
 */
export function runLines(recording: Recording): string {
	const {machine, kernel, length, end} = recording;
	const before = recording.step;
	recording.seek(length);
	const facts = {
		step: length,
		outcome: outcomeOf(machine, kernel, end),
		steps: machine.steps,
		stdout: new TextDecoder().decode(machine.serial.output),
		regs: userRegisters(machine, kernel),
	};
	recording.seek(before);
	return [...recording.events.map(event => eventLine(event)), exitLine(facts), ''].join('\n');
}
