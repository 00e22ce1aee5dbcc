/** The x87 state of a recorded case, and how it goes into and out of the machine's cells. */
import {Cell} from '../../source/machine/layout.js';

/** What `fxsave` stores of the x87 unit, numbers in hex. */
export interface FpuImage {
	readonly control: string;
	readonly status: string;
	/** One bit a register, in the order of the registers. */
	readonly tags: string;
	/** Ten bytes each, in the order of the stack. */
	readonly st: readonly string[];
}

/** The state after `fninit`, with registers of zeros. */
const INITIAL: FpuImage = {control: '0x37f', status: '0x0', tags: '0x0', st: Array.from({length: 8}, () => '0'.repeat(20))};

const hex = (value: bigint): string => `0x${value.toString(16)}`;

/** The cell of st(index), by the top of the stack in the status word. */
const cellOf = (status: bigint, index: number): number => Cell.X87 + 2 * ((Number((status >> 11n) & 7n) + index) & 7);

/** Puts a state into the cells. */
export function setFpu(cells: BigUint64Array, image: FpuImage = INITIAL): void {
	const status = BigInt(image.status);
	cells[Cell.X87_CONTROL] = BigInt(image.control);
	cells[Cell.X87_STATUS] = status;
	cells[Cell.X87_TAG] = BigInt(image.tags);
	cells.fill(0n, Cell.X87_OPCODE, Cell.X87_DP + 1);
	for (const [index, text] of image.st.entries()) {
		const bytes = new DataView(Uint8Array.from(Buffer.from(text, 'hex')).buffer);
		cells[cellOf(status, index)] = bytes.getBigUint64(0, true);
		cells[cellOf(status, index) + 1] = BigInt(bytes.getUint16(8, true));
	}
}

/** Takes the state out of the cells. */
export function getFpu(cells: BigUint64Array): FpuImage {
	const status = cells[Cell.X87_STATUS];
	const st = Array.from({length: 8}, (_, index) => {
		const bytes = new DataView(new ArrayBuffer(10));
		bytes.setBigUint64(0, cells[cellOf(status, index)], true);
		bytes.setUint16(8, Number(cells[cellOf(status, index) + 1]), true);
		return Buffer.from(bytes.buffer).toString('hex');
	});
	return {control: hex(cells[Cell.X87_CONTROL]), status: hex(status), tags: hex(cells[Cell.X87_TAG]), st};
}
