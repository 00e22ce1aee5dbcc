/** Reads numbers of a file that may be damaged: what lies beyond its end is 0, and `overrun` says so. */
export class ByteReader {
	private readonly view: DataView;
	/** Whether something was read that is not there. */
	overrun = false;

	/**
	 * @param at where to begin
	 * @param end behind the last byte
	 */
	constructor(
		readonly bytes: Uint8Array,
		public at = 0,
		readonly end: number = bytes.length,
	) {
		this.view = new DataView(bytes.buffer, bytes.byteOffset, bytes.length);
	}

	/** Whether there is more. */
	get hasMore(): boolean {
		return this.at < this.end && !this.overrun;
	}

	/** A number of 1, 2, 4 or 8 bytes without sign. */
	unsigned(size: number): number {
		const at = this.take(size);
		if (at === undefined) return 0;
		if (size === 8) return Number(this.view.getBigUint64(at, true));
		if (size === 4) return this.view.getUint32(at, true);
		return size === 2 ? this.view.getUint16(at, true) : this.view.getUint8(at);
	}

	/** An address or another number of 64 bits. */
	word(): bigint {
		const at = this.take(8);
		return at === undefined ? 0n : this.view.getBigUint64(at, true);
	}

	/** LEB128 without sign, the lower 64 bits (DWARF 5, 7.6). */
	uleb(): bigint {
		let value = 0n;
		for (let shift = 0n; ; shift += 7n) {
			const byte = this.unsigned(1);
			if (shift < 64n) value |= BigInt(byte & 0x7f) << shift;
			if ((byte & 0x80) === 0 || this.overrun) return BigInt.asUintN(64, value);
		}
	}

	/** LEB128 with sign. */
	sleb(): bigint {
		let value = 0n;
		for (let shift = 0n; ; ) {
			const byte = this.unsigned(1);
			if (shift < 64n) value |= BigInt(byte & 0x7f) << shift;
			shift += 7n;
			if ((byte & 0x80) !== 0 && !this.overrun) continue;
			return (byte & 0x40) !== 0 && shift < 64n ? value - (1n << shift) : BigInt.asIntN(64, value);
		}
	}

	/** Bytes up to a zero, as a text. */
	text(): string {
		const end = this.bytes.indexOf(0, this.at);
		if (end < 0 || end >= this.end) {
			this.overrun = true;
			return '';
		}

		const text = new TextDecoder().decode(this.bytes.subarray(this.at, end));
		this.at = end + 1;
		return text;
	}

	/** Goes on behind so many bytes. */
	skip(size: number): void {
		this.take(size);
	}

	private take(size: number): number | undefined {
		const {at} = this;
		if (!(size >= 0) || at + size > this.end || this.overrun) {
			this.overrun = true;
			return undefined;
		}

		this.at += size;
		return at;
	}
}
