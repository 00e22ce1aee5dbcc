import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {packageRoot} from '../../source/kernel/package-files.js';
import {Laboratory, type Progress, readProgram, type Work} from '../../source/lab/laboratory.js';
import type {Lab} from '../../source/lab/lab-file.js';
import {openLab} from '../../source/lab/open-lab.js';
import type {Moment} from '../../source/trace/moment.js';
import type {LabView} from '../../source/view/session.js';

/** A run to be drawn: the lab, and moments of it. */
export interface Run {
	readonly lab: Lab;
	readonly origin: number;
	readonly moments: readonly Moment[];
}

/** Does work to its end, or so many slices of it. */
export function finish(work: Work, slices = 100): Progress {
	let progress = work();
	for (let slice = 1; progress === 'more' && slice < slices; slice++) progress = work();
	return progress;
}

const folder = path.join(packageRoot(), 'labs', 'the-crossing');

function openFirstLab(): {readonly lab: Lab; readonly laboratory: Laboratory} {
	const opened = openLab(folder, 'the-crossing');
	if ('problem' in opened) throw new Error(opened.problem);
	return opened;
}

/** The moments at every landmark, and at the steps in between that a prime number chooses. */
function walk(laboratory: Laboratory): Moment[] {
	const moments = [laboratory.moment()];
	while (finish(laboratory.continue()) === 'done') moments.push(laboratory.moment());
	moments.push(laboratory.moment());
	const last = laboratory.step;
	laboratory.toStart();
	while (laboratory.step + 7 <= last) {
		laboratory.move(7);
		moments.push(laboratory.moment());
	}

	return moments;
}

/** A whole run of the first lab, as it is and with spoilt registers. */
export function crossing(): Run {
	const {lab, laboratory} = openFirstLab();
	const moments = walk(laboratory);
	for (const setting of [['rsp', 0x1234n], ['rsi', 0n], ['rip', 0xdead_0000n], ['rsp', 0xffff_c900_0000_7000n], ['rax', 9999n]] as const) {
		const other = openFirstLab().laboratory;
		finish(other.continue());
		other.move(-1);
		other.set(setting);
		moments.push(...walk(other));
	}

	return {lab, origin: laboratory.origin, moments};
}

const UNUSUAL = `	.globl _start
_start:	# 漢字 and 👩‍👩‍👧 and e\u0301 in a comment that is long enough to be broken over more than one line of the code pane
	movl $1, %eax	# 한국어
	movl $1, %edi
	leaq text(%rip), %rsi
	movl $(end - text), %edx
	syscall	# \u202Ereversed\u202C, a soft\u00ADhyphen
	ud2
text:	.ascii "漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字漢字\\n\\t\\033[2J\\007 👩‍👩‍👧 e\u0301 \u202E\\r\\n\\377\\376\\n\\n\\n"
end:
`;

/** A run of a program with wide characters in its text and output, and with controls in what it prints. */
export function unusual(): Run {
	const home = mkdtempSync(path.join(tmpdir(), 'program-'));
	try {
		const file = path.join(home, 'unusual-漢字.s');
		writeFileSync(file, UNUSUAL);
		const laboratory = new Laboratory(readProgram(file), 'unusual');
		const {lab} = openFirstLab();
		const steps = lab.steps.map((step, index) => ({...step, title: `漢字 ${index} 👩‍👩‍👧`, paragraphs: ['한국어 '.repeat(30), 'x'.repeat(200), ...step.paragraphs], task: '`漢字` '.repeat(9)}));
		return {lab: {...lab, title: '漢字'.repeat(60), steps}, origin: laboratory.origin, moments: walk(laboratory)};
	} finally {
		rmSync(home, {recursive: true});
	}
}

/** A view of a moment as a lab opens with it. */
export const viewOf = ({lab, origin}: Run, moment: Moment): LabView => ({lab, moment, origin, page: 0, focus: 'lesson', zoomed: false, register: 0, scroll: {}, spotlight: 'registers', running: false});
