import {mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import {expect, test} from 'vitest';
import {Laboratory, readProgram} from '../../source/lab/laboratory.js';
import {Desk} from '../../source/ui/desk.js';
import {Store} from '../../source/view/app-state.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {Keymap} from '../../source/view/keymap.js';
import {openedView} from '../../source/view/lab-view.js';
import {themeFor} from '../../source/view/theme.js';

/** Writes to every page of 16 MiB, over and over. */
const PROGRAM = `	.globl _start
_start:	leaq area(%rip), %rdi
	movl $4096, %ecx
1:	movq %rcx, (%rdi)
	addq $4096, %rdi
	decl %ecx
	jnz 1b
	jmp _start
	.bss
area:	.skip 16777216
`;

test('a run so long that its snapshots are joined says so, once', {timeout: 120_000}, () => {
	const folder = mkdtempSync(path.join(tmpdir(), 'long-run-'));
	const file = path.join(folder, 'long.s');
	writeFileSync(file, PROGRAM);
	const laboratory = new Laboratory(readProgram(file), 'long');
	rmSync(folder, {recursive: true});
	const store = new Store({session: INITIAL_SESSION, labs: [], width: 120, height: 40, theme: themeFor('none', 'unicode'), keymap: new Keymap()});
	const desk = new Desk(laboratory, undefined, store, false);
	const moment = laboratory.moment();
	store.dispatch({type: 'opened', view: openedView({title: 'long.s', moment, sentence: '', origin: laboratory.origin})});
	const notices = [1, 2, 3, 4, 5].map(million => {
		laboratory.toStep(laboratory.origin + million * 1_000_000);
		desk.show();
		return store.get().session.view?.notice;
	});
	expect(notices.filter(notice => notice?.includes('going far back takes longer now'))).toHaveLength(1);
	expect(notices[0]).toBeUndefined();
	expect(laboratory.recording.step).toBe(laboratory.origin + 5_000_000);
});
