import {Cr4, isCanonical} from '../control-bits.js';
import {generalProtection} from '../fault.js';
import {Cell} from '../layout.js';
import type {Instruction} from '../ops.js';
import type {Processor} from '../processor.js';
import {privileged, type SystemTable} from './system-table.js';

/** What `invpcid` drops, by its type. */
const InvpcidType = {ADDRESS: 0n, CONTEXT: 1n, ALL: 2n, ALL_BUT_GLOBALS: 3n} as const;

const PCID_MASK = 0xfffn;

function invlpg(cpu: Processor, i: Instruction): void {
	const address = cpu.ops.address(i.d);
	if (!isCanonical(address)) return;
	cpu.paging.invalidate(address);
	cpu.note({kind: 'translations', scope: 'page', kept: false, address});
	cpu.linear.dropShortcuts();
}

function invpcid(cpu: Processor, i: Instruction): void {
	const type = cpu.ops.read(i.d, 64);
	const place = cpu.ops.address(i.s);
	const context = cpu.linear.load(place, 64, i.s.stack);
	const address = cpu.linear.load(BigInt.asUintN(64, place + 8n), 64, i.s.stack);
	if (type > InvpcidType.ALL_BUT_GLOBALS) throw generalProtection();
	const pcid = context & PCID_MASK;
	const withPcids = (cpu.cells[Cell.CR4] & Cr4.PCIDE) !== 0n;
	const named = type === InvpcidType.ADDRESS || type === InvpcidType.CONTEXT;
	if (context !== pcid || (named && pcid !== 0n && !withPcids)) throw generalProtection();
	if (type === InvpcidType.ADDRESS && !isCanonical(address)) throw generalProtection();
	if (type === InvpcidType.ADDRESS) cpu.paging.invalidate(address, pcid);
	else if (type === InvpcidType.CONTEXT) cpu.paging.flushSpace(pcid);
	else cpu.paging.flush(type === InvpcidType.ALL);
	const scope = type === InvpcidType.ADDRESS ? 'page' : type === InvpcidType.CONTEXT ? 'pcid' : 'all';
	cpu.note({kind: 'translations', scope, kept: false, ...(named ? {pcid} : {}), ...(scope === 'page' ? {address} : {})});
	cpu.linear.dropShortcuts();
}

/** Instructions on cached translations and cache lines (SDM vol. 3A, 4.10.4). */
export const TRANSLATION: SystemTable = {
	invlpg: privileged(invlpg),
	invpcid: privileged(invpcid),
	// Caches don't show, but the line's address is looked up as for a read.
	clflush(cpu, i) {
		cpu.linear.load(cpu.ops.address(i.d), 8, i.d.stack);
	},
};
