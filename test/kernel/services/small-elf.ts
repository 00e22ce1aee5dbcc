/** A static executable built by hand: headers, a page of code, and data with a bss behind it. */
export interface SmallElfOptions {
	readonly type?: number;
	readonly interpreter?: string;
}

const PAGE = 4096;

export function smallElf({type = 2, interpreter}: SmallElfOptions = {}): Uint8Array {
	const base = type === 2 ? 0x40_0000 : 0;
	const bytes = new Uint8Array(2 * PAGE + 4);
	const view = new DataView(bytes.buffer);
	bytes.set([0x7f, 0x45, 0x4c, 0x46, 2, 1, 1]);
	const headers = [
		[1, 4, 0, base, 0x200, 0x200, PAGE],
		[1, 5, PAGE, base + PAGE, 64, 64, PAGE],
		[1, 6, 2 * PAGE, base + 2 * PAGE, 4, 0x2000, PAGE],
		[0x6474_e551, 6, 0, 0, 0, 0, 16],
		...(interpreter === undefined ? [] : [[3, 4, 0x180, base + 0x180, interpreter.length + 1, interpreter.length + 1, 1]]),
	];
	view.setUint16(16, type, true);
	view.setUint16(18, 62, true);
	view.setUint32(20, 1, true);
	view.setBigUint64(24, BigInt(base + PAGE), true);
	view.setBigUint64(32, 64n, true);
	view.setUint16(52, 64, true);
	view.setUint16(54, 56, true);
	view.setUint16(56, headers.length, true);
	for (const [index, [kind, flags, offset, address, fileSize, memorySize, alignment]] of headers.entries()) {
		const at = 64 + index * 56;
		view.setUint32(at, kind, true);
		view.setUint32(at + 4, flags, true);
		for (const [field, value] of [offset, address, address, fileSize, memorySize, alignment].entries()) view.setBigUint64(at + 8 + field * 8, BigInt(value), true);
	}

	if (interpreter !== undefined) bytes.set(new TextEncoder().encode(`${interpreter}\0`), 0x180);
	bytes.fill(0x90, PAGE, PAGE + 64);
	bytes.set([1, 2, 3, 4], 2 * PAGE);
	return bytes;
}
