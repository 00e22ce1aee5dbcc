import {Flag, type FlagName} from '../../machine/flags.js';
import {CHANGEABLE_FLAGS} from '../../trace/branches/change.js';
import type {LabView} from '../lab-view.js';
import {type Row, span} from '../text.js';
import type {Pane, Room} from './pane.js';
import {firstShown, keepInSight, signSpan} from './values.js';

/** What a flag means when it is set (SDM vol. 1, 3.4.3). */
const MEANINGS: Readonly<Record<FlagName, string>> = {
	CF: 'carry: an unsigned result did not fit', PF: 'parity: the low byte has an even number of ones', AF: 'a carry out of the low four bits',
	ZF: 'the result was zero', SF: 'the result was negative', TF: 'trap after every instruction', IF: 'interrupts are taken', DF: 'string instructions go downwards',
	OF: 'overflow: a signed result did not fit', IOPL: 'the level that may use ports', NT: 'nested task: iret would fail', RF: 'resume: no breakpoint at the next instruction', VM: 'virtual 8086 mode',
	AC: 'user: check alignment; ring 0: user memory may be touched', VIF: 'virtual interrupt flag', VIP: 'a virtual interrupt is pending', ID: 'cpuid is there',
};

const isSet = (rflags: bigint, flag: FlagName): boolean => (rflags & Flag[flag]) !== 0n;

const before = ({moment}: LabView): bigint => moment.last?.before.rflags ?? moment.registers.rflags;

function flagRow(view: LabView, flag: FlagName, isMarked: boolean, {glyphs}: Room): Row {
	const now = isSet(view.moment.registers.rflags, flag);
	const changed = now !== isSet(before(view), flag);
	return [
		signSpan(isMarked, glyphs.pointer, 'key'), signSpan(changed, glyphs.changed, 'changed'), span(flag.padEnd(4), 'name'),
		span(now ? ' 1 ' : ' 0 ', isMarked ? 'selected' : changed ? 'changed' : now ? 'strong' : 'dim'), span(` ${MEANINGS[flag]}`, now ? 'plain' : 'dim'),
	];
}

function paint(view: LabView, room: Room): readonly Row[] {
	const {height, mark, isChosen} = room;
	const first = keepInSight(firstShown(CHANGEABLE_FLAGS.length, height, 0, view.scroll.flags), height, isChosen ? mark : 0);
	return CHANGEABLE_FLAGS.slice(first, first + height).map((flag, index) => flagRow(view, flag, isChosen && first + index === mark, room));
}

export const flagsPane: Pane<'flags'> = {
	name: 'flags', title: 'Flags', digit: 9,
	help: 'The bits of rflags, each with what it means; Enter sets or clears one',
	size: {least: 6, good: CHANGEABLE_FLAGS.length + 2, grows: 0},
	views: {crossing: 7, processor: 3},
	paint,
	changed: view => before(view) !== view.moment.registers.rflags,
	marks: {
		count: () => CHANGEABLE_FLAGS.length,
		usual: () => 0,
		action(view, mark) {
			const flag = CHANGEABLE_FLAGS[mark];
			return {kind: 'apply', changes: `${flag.toLowerCase()}=${isSet(view.moment.registers.rflags, flag) ? 0 : 1}`};
		},
		label: 'flip',
		stays: true,
	},
	tell: view => CHANGEABLE_FLAGS.map(flag => `${flag} is ${isSet(view.moment.registers.rflags, flag) ? 'set' : 'clear'}: ${MEANINGS[flag]}`),
};
