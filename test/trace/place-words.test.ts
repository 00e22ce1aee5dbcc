import {describe, expect, test} from 'vitest';
import {PT_REGS_FIELDS, ptRegsOffset} from '../../source/kernel/constants.js';
import {parsePlaceText} from '../../source/trace/provenance/place-words.js';
import {ValueError} from '../../source/trace/register-values.js';
import {imageOf, Run} from '../support/machines.js';
import {Names} from '../../source/trace/names.js';
import {MARKED, withRegisters} from '../support/programs.js';

const text = withRegisters({...MARKED, rax: 1n, rsp: 0x7fff_ffff_e000n});
const run = new Run(text);
const {recording} = run;
const [{address: ptRegs, step}] = run.events('pt_regs');
const names = new Names(recording.kernel, {image: imageOf(text)});

const parse = (what: string): unknown => {
	recording.seek(step);
	return parsePlaceText(what, recording, names);
};

describe('a place as people type it', () => {
	test.each([
		['rsi', {kind: 'register', name: 'rsi'}],
		[' %RSI ', {kind: 'register', name: 'rsi'}],
		['rflags', {kind: 'register', name: 'rflags'}],
		['xmm15', {kind: 'register', name: 'xmm15'}],
		['eax', {kind: 'register', name: 'rax', from: 0, bytes: 4}],
		['r8w', {kind: 'register', name: 'r8', from: 0, bytes: 2}],
		['dil', {kind: 'register', name: 'rdi', from: 0, bytes: 1}],
		['ah', {kind: 'register', name: 'rax', from: 1, bytes: 1}],
		['zf', {kind: 'flag', name: 'ZF'}],
		['0x404000', {kind: 'memory', address: 0x40_4000n, bytes: 8}],
		['[0x404000]:1', {kind: 'memory', address: 0x40_4000n, bytes: 1}],
		['[0x404000] : 16', {kind: 'memory', address: 0x40_4000n, bytes: 16}],
	])('%s', (what, place) => {
		expect(parse(what)).toEqual(place);
	});

	test('behind a register, by a name, and as each field of pt_regs', () => {
		recording.seek(step);
		const rsp = recording.machine.register('rsp');
		const entry = names.addressOf('entry_SYSCALL_64') ?? 0n;
		expect([parse('[rsp+8]'), parse('[rsp-8]:4'), parse('entry_SYSCALL_64'), parse('[entry_SYSCALL_64+4]:2')]).toEqual([
			{kind: 'memory', address: rsp + 8n, bytes: 8}, {kind: 'memory', address: rsp - 8n, bytes: 4}, {kind: 'memory', address: entry, bytes: 8}, {kind: 'memory', address: entry + 4n, bytes: 2},
		]);
		for (const field of PT_REGS_FIELDS) expect([parse(`pt_regs->${field}`), parse(`regs->${field}`)]).toEqual(Array.from({length: 2}, () => ({kind: 'memory', address: ptRegs + BigInt(ptRegsOffset(field)), bytes: 8})));
	});

	test.each([
		['', 'no place was named'],
		['pt_regs->foo', 'struct pt_regs has no field foo: it has r15, '],
		['[rsp]:0', '“0” is no number of bytes'],
		['[rsp]:17', '1 to 16 can'],
		['[rsp]:x', '“x” is no number of bytes'],
		['[]', 'no address stands between'],
		['foo', '“foo” is no symbol'],
		['12 34', '“12 34” is no number'],
	])('refuses %j', (what, message) => {
		expect(() => parse(what)).toThrow(ValueError);
		expect(() => parse(what)).toThrow(message);
	});
});
