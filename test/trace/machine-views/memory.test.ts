import fc from 'fast-check';
import {beforeAll, describe, expect, test} from 'vitest';
import {ADDRESSES} from '../../../source/kernel/constants.js';
import {bootMachine} from '../../../source/kernel/loader.js';
import {PHYSICAL_PAGE_MASK, Pte} from '../../../source/machine/control-bits.js';
import {Machine} from '../../../source/machine/machine.js';
import {Access, Accessor} from '../../../source/machine/paging.js';
import {Places} from '../../../source/trace/hardware/places.js';
import {areasOfMaps, memoryMap, type MemoryRegion} from '../../../source/trace/machine-views/memory-map.js';
import {memoryRows} from '../../../source/trace/machine-views/memory-rows.js';
import {walkOf} from '../../../source/trace/machine-views/page-walk.js';
import {imageOf} from '../../support/machines.js';
import {program} from '../../support/programs.js';
import {sentencesIn, Viewed} from './views.js';

const hex = (value: bigint): string => `0x${value.toString(16)}`;
const PAGE = 4096n;
const TEXT = program('movq $0x4142434445464748, %rax\nmovq %rax, data(%rip)\nsys 1, 1, data, 3', '.data\ndata: .ascii "hello, wo"\n.section .rodata\n.quad 1');

const row = ({start, end, rights, user, name}: MemoryRegion): string => `${hex(start)}-${hex(end)} ${rights} ${user ? 'user' : 'kernel'} ${name}`;

let viewed: Viewed;

beforeAll(() => {
	viewed = new Viewed(TEXT);
});

describe('the memory map', () => {
	test('lists what is mapped with its rights and purpose', () => {
		const {machine, kernel, places} = viewed.goTo('syscall');
		const {regions, complete} = memoryMap(machine, kernel, places);
		const rows = regions.map(row);
		const stack = regions.find(({name}) => name === 'the program’s stack');
		expect(complete).toBe(true);
		expect(rows.slice(0, 3)).toEqual([
			'0x401000-0x402000 r-x user the program’s .text',
			'0x402000-0x403000 r-- user the program’s .rodata',
			'0x403000-0x404000 rw- user the program’s .data',
		]);
		expect([stack?.end, stack?.rights, stack?.user]).toEqual([ADDRESSES.TASK_SIZE_MAX, 'rw-', true]);
		expect(rows).toContain('0xffffc90000004000-0xffffc90000008000 rw- kernel kernel stack of task 42');
		expect(rows).toContain('0xfffffe0000000000-0xfffffe0000001000 r-- kernel the IDT, read-only');
		expect(rows).toContain('0xfffffe0000002000-0xfffffe0000003000 rw- kernel the entry stack');
		expect(rows.filter(text => text.includes('the kernel’s .text'))).toEqual([expect.stringMatching(/^0xffffffff81000000-0x[0-9a-f]+ r-x kernel /)]);
		expect(regions.find(({name}) => name === 'the kernel’s per-CPU area')?.start).toBe(places.perCpu);
	});

	test('is what each page’s own walk says, page by page', () => {
		const {machine, kernel, places} = viewed.goTo('syscall');
		const {regions} = memoryMap(machine, kernel, places);
		for (const [index, {start, end, write, execute, user}] of regions.entries()) {
			for (const address of [start, end - PAGE]) expect(machine.cpu.paging.peek(address)).toMatchObject({writable: write, executable: execute, user});
			const next = regions.at(index + 1)?.start;
			if (next !== end) expect(machine.cpu.paging.peek(BigInt.asUintN(64, end))).toBeUndefined();
		}
	});

	test('with isolation the program’s tables lack the kernel, and the kernel’s have it', () => {
		const isolated = new Viewed(TEXT, {kernel: {isolation: true}});
		const {machine, kernel, places} = isolated.goTo('syscall');
		const names = memoryMap(machine, kernel, places).regions.map(({name}) => name);
		expect(names).not.toContain('the direct map of physical memory');
		expect(names.filter(name => name === 'the kernel’s .text')).toHaveLength(1);
		const other = walkOf(machine, kernel, 0n).tables[1].root;
		const all = memoryMap(machine, kernel, places, {root: other}).regions.map(({name}) => name);
		expect(all).toEqual(expect.arrayContaining(['the direct map of physical memory', 'kernel stack of task 42', 'the program’s .text']));
	});

	test('takes names from the process’s own list of areas', () => {
		const text = program('nop');
		const {machine, services} = bootMachine(viewed.kernel, imageOf(text), {memory: 8 * 1024 * 1024});
		while (machine.cpu.cpl === 0) machine.step();
		const areas = areasOfMaps(services.mapsText(42) ?? '');
		const {regions} = memoryMap(machine, viewed.kernel, new Places(machine, viewed.kernel), {areas});
		expect(regions.find(({end}) => end === ADDRESSES.TASK_SIZE_MAX)?.name).toBe('[stack]');
		expect(areas.length).toBeGreaterThan(1);
	});

	test('grants only what all levels of the tables grant', () => {
		const machine = new Machine({memory: 0x40_0000});
		const all = Pte.P | Pte.W | Pte.U;
		// The first GiB is not for writing, the second not for ring 3, whatever the levels below say.
		for (const [at, entry] of [[0x1000, 0x2000n | all], [0x2000, 0x3000n | Pte.P | Pte.U], [0x2008, 0x3000n | Pte.P | Pte.W], [0x3000, 0x4000n | all], [0x4000, 0x5000n | all]] as const) machine.memory.write(at, 64, entry);
		machine.registers.set('cr3', 0x1000n);
		const {regions} = memoryMap(machine, viewed.kernel, new Places(machine, viewed.kernel));
		expect(regions.map(({start, end, rights, user}) => [start, end, rights, user])).toEqual([[0n, 0x1000n, 'r-x', true], [0x4000_0000n, 0x4000_1000n, 'rwx', false]]);
		const [first] = walkOf(machine, viewed.kernel, 0n).tables;
		const [second] = walkOf(machine, viewed.kernel, 0x4000_0000n).tables;
		const refusal = ({verdicts}: typeof first, ring: number, access: string): unknown => verdicts.filter(each => each.ring === ring && each.access === access).map(({bit, level}) => [bit, level]);
		expect([refusal(first, 3, 'write'), refusal(first, 3, 'read'), refusal(second, 3, 'read'), refusal(second, 0, 'write')]).toEqual([[['R/W', 3]], [[undefined, undefined]], [['U/S', 3]], [[undefined, undefined]]]);
	});

	test('loops in the tables and entries without sense end in a list that says that it is not complete', () => {
		const machine = new Machine({memory: 0x40_0000});
		// Every second entry leads to the table itself, at all levels.
		for (let index = 0; index < 512; index += 2) machine.memory.write(0x1000 + index * 8, 64, 0x1000n | Pte.P | Pte.W);
		machine.registers.set('cr3', 0x1000n);
		const {complete, regions} = memoryMap(machine, viewed.kernel, new Places(machine, viewed.kernel));
		expect([complete, regions.length > 1000]).toEqual([false, true]);
		fc.assert(fc.property(fc.array(fc.bigInt({min: 0n, max: (1n << 64n) - 1n}), {minLength: 8, maxLength: 32}), words => {
			for (const [index, word] of words.entries()) machine.memory.write(0x1000 + index * 8, 64, word);
			memoryMap(machine, viewed.kernel, new Places(machine, viewed.kernel));
		}), {numRuns: 10});
	}, 60_000);
});

describe('bytes', () => {
	test('are rows of sixteen with what the last step wrote', () => {
		const data = viewed.run.address('data');
		const {step} = viewed.run.events('syscall')[0];
		const {recording} = viewed.run;
		// The store is the second instruction of the program.
		const origin = recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
		const before = memoryRows((recording.seek(origin + 2), viewed.machine), data, 1);
		expect([before[0].address, before[0].text.slice(0, 9), before[0].bytes.some(({written}) => written)]).toEqual([data, 'hello, wo', false]);
		const detail = recording.detail(origin + 2);
		const [after] = memoryRows(viewed.machine, data, 1, detail);
		expect(after.hex.slice(0, 26)).toBe('48 47 46 45 44 43 42 41 6f');
		expect(after.text.slice(0, 9)).toBe('HGFEDCBAo');
		expect(after.bytes.map(({written}) => written)).toEqual([...new Array<boolean>(8).fill(true), ...new Array<boolean>(8).fill(false)]);
		expect(step).toBeGreaterThan(origin);
	});

	test('what the last step read is marked apart from what it wrote', () => {
		const text = program('movl data+4(%rip), %eax\nmovb %al, data(%rip)', '.data\ndata: .zero 16');
		const reading = new Viewed(text);
		const {recording} = reading.run;
		const origin = recording.events.find(({kind}) => kind === 'iret')?.step ?? 0;
		const marks = (step: number): [number[], number[]] => {
			const [{bytes}] = memoryRows(reading.machine, reading.run.address('data'), 1, recording.detail(step));
			const of = (which: 'read' | 'written'): number[] => bytes.flatMap((byte, index) => (byte[which] ? [index] : []));
			return [of('read'), of('written')];
		};

		expect([marks(origin + 1), marks(origin + 2)]).toEqual([[[4, 5, 6, 7], []], [[], [0]]]);
	});

	test('an address in the middle of a row begins with the row', () => {
		const {machine} = viewed.goTo('syscall');
		expect(memoryRows(machine, viewed.run.address('data') + 5n, 2).map(({address}) => address)).toEqual([viewed.run.address('data'), viewed.run.address('data') + 16n]);
	});

	test('what is not mapped is dashes, up to the last address there is', () => {
		const {machine} = viewed.goTo('syscall');
		const unmapped = memoryRows(machine, 0x10n, 1)[0];
		expect([unmapped.hex, unmapped.bytes[0].value, unmapped.text]).toEqual([new Array(16).fill('--').join(' '), undefined, ' '.repeat(16)]);
		expect(memoryRows(machine, 0x8000_0000_0000_0000n, 1)[0].bytes[3].value).toBeUndefined();
		expect(memoryRows(machine, 0xffff_ffff_ffff_fff0n, 2).map(({address}) => address)).toEqual([0xffff_ffff_ffff_fff0n, 0n]);
	});
});

describe('the walk of an address', () => {
	test('goes through four levels and says what both rings may do', () => {
		const {machine, kernel} = viewed.goTo('syscall');
		const data = viewed.run.address('data');
		const {tables, canonical} = walkOf(machine, kernel, data + 0x123n);
		const [{levels, verdicts, physical, pageSize, owner, inForce}] = tables;
		const {registers, memory} = machine;
		expect([canonical, tables.length, owner, inForce, pageSize]).toEqual([true, 1, 'both', true, 4096]);
		let table = registers.get('cr3') & PHYSICAL_PAGE_MASK;
		for (const [index, shift] of [39n, 30n, 21n, 12n].entries()) {
			const slot = (data >> shift) & 511n;
			const entry = memory.read(Number(table + slot * 8n), 64);
			expect([levels[index].level, levels[index].index, levels[index].entryAddress, levels[index].entry]).toEqual([4 - index, Number(slot), Number(table + slot * 8n), entry]);
			expect(levels[index].sentence).toContain(`Bits ${shift + 8n}:${shift} of the address`);
			table = entry & PHYSICAL_PAGE_MASK;
		}

		expect(physical).toBe(Number(table) + 0x123);
		expect(verdicts.map(({ring, access, allowed, bit, level}) => [ring, access, allowed, bit, level])).toEqual([
			[3, 'read', true, undefined, undefined], [3, 'write', true, undefined, undefined], [3, 'fetch', false, 'NX', 1],
			[0, 'read', false, 'SMAP', 1], [0, 'write', false, 'SMAP', 1], [0, 'fetch', false, 'NX', 1],
		]);
	});

	test('its verdicts are what the processor itself decides', () => {
		const {machine, kernel} = viewed.goTo('syscall');
		const accesses = {read: Access.READ, write: Access.WRITE, fetch: Access.EXECUTE};
		const addresses = [0x401000n, 0x402000n, viewed.run.address('data'), 0x10n, ADDRESSES.PAGE_OFFSET, ADDRESSES.CPU_ENTRY_AREA, ADDRESSES.KERNEL_TEXT, ADDRESSES.TASK_SIZE_MAX - 8n, ADDRESSES.VMALLOC_START];
		for (const address of addresses) {
			for (const {ring, access, allowed} of walkOf(machine, kernel, address).tables[0].verdicts) {
				const attempt = (): unknown => machine.cpu.paging.translate(address, accesses[access], ring === 3 ? Accessor.USER : Accessor.SUPERVISOR_GUARDED);
				let refused = false;
				try {
					attempt();
				} catch {
					refused = true;
				}

				expect([hex(address), ring, access, allowed]).toEqual([hex(address), ring, access, !refused]);
			}
		}
	});

	test('with isolation both tables are walked', () => {
		const isolated = new Viewed(TEXT, {kernel: {isolation: true}});
		const {machine, kernel} = isolated.goTo('syscall');
		const inRing3 = walkOf(machine, kernel, ADDRESSES.PAGE_OFFSET).tables;
		expect(inRing3.map(({owner, inForce, physical}) => [owner, inForce, physical])).toEqual([['program', true, undefined], ['kernel', false, 0]]);
		isolated.goTo('pt_regs');
		expect(walkOf(machine, kernel, ADDRESSES.PAGE_OFFSET).tables.map(({owner, inForce}) => [owner, inForce])).toEqual([['kernel', true], ['program', false]]);
	});

	test('the tables of the boot code have no other side', () => {
		const isolated = new Viewed(TEXT, {kernel: {isolation: true}});
		isolated.run.recording.seek(200);
		expect(walkOf(isolated.machine, isolated.kernel, ADDRESSES.PAGE_OFFSET).tables).toHaveLength(1);
	});

	test('an address that is not canonical asks no table', () => {
		const {machine, kernel} = viewed.goTo('syscall');
		expect(walkOf(machine, kernel, 0x8000_0000_0000n)).toEqual({address: 0x8000_0000_0000n, canonical: false, tables: [], sentence: '0x800000000000 is not canonical, for its bits 63 to 47 are not all equal: no table is asked, it is #GP.'});
	});

	test('looking changes nothing of the machine', () => {
		const {machine, kernel, places} = viewed.goTo('syscall');
		const memory = Buffer.from(machine.memory.ram);
		const cells = [...machine.cpu.cells];
		memoryMap(machine, kernel, places);
		walkOf(machine, kernel, ADDRESSES.PAGE_OFFSET);
		memoryRows(machine, ADDRESSES.PAGE_OFFSET, 4);
		expect([memory.equals(machine.memory.ram), [...machine.cpu.cells]]).toEqual([true, cells]);
	});
});

test('each sentence is one', () => {
	const {machine, kernel, places} = viewed.goTo('syscall');
	for (const sentence of sentencesIn([memoryMap(machine, kernel, places), walkOf(machine, kernel, 0x401000n)])) expect(sentence).toMatch(/^[A-Z0-9a-z][^\n]*$/);
});
