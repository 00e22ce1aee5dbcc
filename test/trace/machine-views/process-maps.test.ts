import {describe, expect, test} from 'vitest';
import {kindOfPlace, regionAt} from '../../../source/trace/machine-views/region-at.js';
import {processMaps} from '../../../source/trace/machine-views/process-maps.js';
import {imageOf} from '../../support/machines.js';
import {Viewed} from './views.js';

const PROGRAM = `	.globl _start
_start:	movl $9, %eax
	xorl %edi, %edi
	movl $8192, %esi
	movl $1, %edx
	movl $0x22, %r10d
	movq $-1, %r8
	xorl %r9d, %r9d
	syscall
	movl $60, %eax
	xorl %edi, %edi
	syscall
	.data
message: .ascii "hello\\n"
`;

const viewed = new Viewed(PROGRAM);
const {machine, kernel, places} = viewed;
const [mmap] = viewed.run.events('syscall');
const mapped = viewed.run.events('result')[0].value;

describe('what a process has mapped', () => {
	test('is what it would read in /proc/self/maps, taken to pieces', () => {
		viewed.run.recording.seek(mmap.step);
		const maps = processMaps(machine, kernel);
		expect(maps?.pid).toBe(42);
		expect(maps?.areas.map(({permissions, name}) => `${permissions} ${name}`.trim())).toEqual(['r-xp', 'rw-p', 'rw-p [stack]']);
		expect(maps?.areas.at(-1)?.sentence).toBe('[stack] may be read and written; what is written is the process’s own.');
		expect(maps?.areas[0]).toMatchObject({start: 0x40_1000n, end: 0x40_2000n, line: expect.stringMatching(/^00401000-00402000 r-xp 00000000 /u) as unknown});
	});

	test('follows the run: a new area is there behind the call, and not before it', () => {
		const hasIt = (): boolean => processMaps(machine, kernel)?.areas.some(({start, end, permissions}) => start === mapped && end === mapped + 8192n && permissions === 'r--p') === true;
		viewed.run.recording.seek(viewed.run.events('result')[0].step + 1);
		expect(hasIt()).toBe(true);
		viewed.run.recording.seek(mmap.step);
		expect(hasIt()).toBe(false);
	});

	test('is nothing while no process runs', () => {
		viewed.run.recording.seek(0);
		expect(processMaps(machine, kernel)).toBeUndefined();
	});
});

describe('the region of an address', () => {
	const image = imageOf(PROGRAM);

	test('says what lies there, and what each ring may do there', () => {
		viewed.run.recording.seek(mmap.step);
		const message = viewed.run.recording.kernel.symbols.addressOf('entry_SYSCALL_64') ?? 0n;
		expect(regionAt(machine, kernel, places, 0x40_1000n)).toEqual({name: 'the program’s .text', mapped: true, user: 'r-x', kernel: '---'});
		expect(regionAt(machine, kernel, places, 0x40_2000n)).toEqual({name: 'the program’s .data', mapped: true, user: 'rw-', kernel: '---'});
		expect(regionAt(machine, kernel, places, message)).toMatchObject({mapped: true, user: '---', kernel: 'r-x'});
		expect(regionAt(machine, kernel, places, 0x1000n)).toEqual({name: '', mapped: false, user: '---', kernel: '---'});
		expect(regionAt(machine, kernel, places, 1n << 60n)).toMatchObject({mapped: false});
	});

	test('is code, memory, or nothing', () => {
		const kind = (address: bigint): string => kindOfPlace(machine, kernel, {image}, address);
		expect([kind(0x40_1000n), kind(0x40_2000n), kind(viewed.run.recording.kernel.symbols.addressOf('entry_SYSCALL_64') ?? 0n), kind(0x1000n), kind(1n << 60n), kind(0x7fff_ffff_e000n)])
			.toEqual(['code', 'memory', 'code', 'nothing', 'nothing', 'memory']);
	});
});
