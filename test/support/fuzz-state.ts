/** Random registers, tables and modes. */
import {Cr0, Cr4} from '../../source/machine/control-bits.js';
import {ARITHMETIC_FLAGS, Flag} from '../../source/machine/flags.js';
import {Cell, SegmentCell} from '../../source/machine/layout.js';
import {Msr} from '../../source/machine/msr.js';
import type {Processor} from '../../source/machine/processor.js';
import {Segment} from '../../source/machine/registers.js';
import {segmentCell} from '../../source/machine/segments.js';
import {KERNEL_BASE, Physical} from './bare-machine.js';
import type {Prng} from './prng.js';

const INTERESTING: readonly bigint[] = [
	0n, 1n, 2n, 7n, 0x10n, 0x18n, 0x23n, 0x2bn, 0x33n, 0x40n, 0x50n, 0x80n, 0xffn, 0x7fffn, 0xffff_ffffn, 0x8000_0000n, 0x7fff_ffff_ffffn, 0x8000_0000_0000n,
	0xffff_7fff_ffff_ffffn, 0xffff_8000_0000_0000n, 0xffff_ffff_ffff_fffan, 0x3f8n, 0xf4n, 0x40_0000n, 0x60_0ff8n, KERNEL_BASE + 0x2000n, KERNEL_BASE + 0x3000n,
];

const MSRS = Object.values(Msr);

/** A word that means something to some instruction, or not. */
export function randomWord(random: Prng): bigint {
	switch (random.below(4)) {
		case 0:
			return random.pick(INTERESTING);
		case 1:
			return BigInt(random.below(512));
		case 2:
			return KERNEL_BASE + BigInt(random.below(0x20_0000));
		default:
			return random.word();
	}
}

/** Sets the general registers, most of them to addresses in a range, and the flags. */
export function randomRegisters(random: Prng, cpu: Processor, data: bigint): void {
	for (let register = 0; register < 16; register++) {
		if (register === 4) continue;
		cpu.cells[register] = random.once(3) ? randomWord(random) : data + BigInt(random.below(0x2000));
	}

	if (random.once(3)) cpu.cells[1] = BigInt(random.once(2) ? random.below(64) : random.pick(MSRS));
	const rare = [Flag.TF, Flag.DF, Flag.NT, Flag.AC, Flag.RF, Flag.IOPL].reduce((all, flag) => (random.once(8) ? all | flag : all), 0n);
	cpu.setRflags(Flag.IF | (random.word() & ARITHMETIC_FLAGS) | rare, 'the case');
}

type Disturbance = (random: Prng, cpu: Processor) => void;

/** A word of a table in memory, by its first byte's physical address and the table's length in bytes. */
const tableWord = (first: number, length: number): Disturbance => (random, cpu) => {
	const address = first + 8 * random.below(length / 8);
	const old = cpu.memory.read(address, 64);
	const flipped = old ^ (1n << BigInt(random.below(64))) ^ (1n << BigInt(random.below(64)));
	cpu.memory.write(address, 64, random.once(2) ? flipped : random.once(2) ? random.word() : randomWord(random));
};

const cell = (number: number, value: (random: Prng) => bigint): Disturbance => (random, cpu) => {
	cpu.cells[number] = value(random);
};

/** Some of the bits of a register, flipped. */
const flips = (number: number, bits: readonly bigint[]): Disturbance => (random, cpu) => {
	cpu.cells[number] ^= random.pick(bits);
};

const DISTURBANCES: readonly Disturbance[] = [
	tableWord(Physical.FREE, 0x6000), tableWord(Physical.FREE, 0x6000), tableWord(Physical.PML4, 4096),
	tableWord(Physical.GDT, 0x80), tableWord(Physical.GDT, 0x80), tableWord(Physical.IDT, 0x200), tableWord(Physical.TSS, 0x70),
	flips(Cell.CR4, [Cr4.SMAP, Cr4.SMEP, Cr4.UMIP, Cr4.FSGSBASE, Cr4.PGE, Cr4.PCIDE, Cr4.TSD, Cr4.DE, Cr4.OSFXSR, Cr4.OSXMMEXCPT]),
	flips(Cell.CR0, [Cr0.WP, Cr0.AM, Cr0.TS, Cr0.EM, Cr0.MP, Cr0.NE]),
	flips(Cell.EFER, [1n, 1n << 11n]),
	cell(Cell.GDTR_LIMIT, random => BigInt(random.below(0x80))),
	cell(Cell.IDTR_LIMIT, random => BigInt(random.below(0x1000))),
	cell(Cell.DR7, random => 0x400n | (random.word() & 0xffff_23ffn)),
	cell(Cell.DR0, randomWord), cell(Cell.DR0 + 1, () => 0x40_0003n), cell(Cell.DR0 + 2, () => KERNEL_BASE + 0x10_0005n), cell(Cell.DR0 + 3, () => 0x60_0100n),
	cell(Cell.STAR, random => random.word()), cell(Cell.LSTAR, randomWord), cell(Cell.FMASK, random => random.word() & 0xffff_ffffn),
	cell(Cell.SYSENTER_CS, randomWord), cell(Cell.SYSENTER_EIP, randomWord), cell(Cell.KERNEL_GS_BASE, randomWord),
	cell(Cell.TIMER_DEADLINE, random => BigInt(random.below(100))), cell(Cell.TIMER_PERIOD, random => BigInt(random.below(30))),
	cell(Cell.CR8, random => BigInt(random.below(16))), cell(Cell.PENDING_INTERRUPTS, random => random.word()), cell(Cell.NMI, random => BigInt(random.below(4))),
	cell(segmentCell(Segment.TR, SegmentCell.LIMIT), random => BigInt(random.below(0x80))), cell(segmentCell(Segment.GS, SegmentCell.BASE), randomWord),
];

/** Changes a few things that only an operating system can. */
export function disturb(random: Prng, cpu: Processor): void {
	for (let count = 1 + random.below(4); count > 0; count--) random.pick(DISTURBANCES)(random, cpu);
}
