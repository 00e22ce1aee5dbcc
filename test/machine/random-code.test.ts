import fc from 'fast-check';
import {expect, test} from 'vitest';
import {RFLAGS_EXISTING} from '../../source/machine/flags.js';
import {GENERAL_REGISTERS} from '../../source/machine/registers.js';
import {Msr} from '../../source/machine/msr.js';
import {BareMachine} from '../support/bare-machine.js';

const CODE = 0x40_0000n;
const DATA = 0x60_0000n;
const STEPS = 100;

/** Values at which instructions change their minds, and any others. */
const value = fc.oneof(
	fc.constantFrom(0n, 1n, 0x7fn, 0xffn, 0x7fff_ffffn, 0xffff_ffffn, 0x7fff_ffff_ffffn, 0x8000_0000_0000n, 0xffff_8000_0000_0000n, 0xffff_ffff_ffff_ffffn, DATA, DATA + 0xfffn),
	fc.bigInt({min: 0n, max: 0xffff_ffff_ffff_ffffn}),
);

const registers = fc.array(value, {minLength: GENERAL_REGISTERS.length, maxLength: GENERAL_REGISTERS.length});

test('any bytes as a program, with any registers, leave a defined state and never an exception of ours', () => {
	fc.assert(
		fc.property(fc.uint8Array({minLength: 1, maxLength: 48}), registers, value, (code, values, flags) => {
			const bare = new BareMachine();
			bare.map(CODE, 0x1000, {execute: true});
			bare.map(DATA, 0x2000, {write: true});
			bare.poke(CODE, code);
			for (const [index, name] of GENERAL_REGISTERS.entries()) bare.machine.setRegister(name, values[index]);
			bare.enterUser(CODE, DATA + 0x1000n, (flags & 0xcd5n) | 0x202n);
			const stop = bare.machine.run(STEPS);
			expect(bare.machine.steps).toBeLessThanOrEqual(STEPS);
			expect(bare.machine.cpu.rflags & ~RFLAGS_EXISTING).toBe(0n);
			expect(stop?.kind).not.toBe('not-implemented');
		}),
		{numRuns: 400},
	);
});

test('any value written to any model-specific register is taken as it is, trimmed, or refused', () => {
	const bare = new BareMachine();
	fc.assert(
		fc.property(fc.oneof(fc.constantFrom(...Object.values(Msr)), fc.nat({max: 0xffff_ffff})), value, (number, written) => {
			const {registers: file} = bare.machine;
			let before: bigint | undefined;
			try {
				before = file.msr(number);
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
			}

			try {
				file.setMsr(number, written);
				file.msr(number);
			} catch (error) {
				expect(error).toBeInstanceOf(RangeError);
				if (before !== undefined && number !== Msr.TSC) expect(file.msr(number)).toBe(before);
			}
		}),
		{numRuns: 500},
	);
});
