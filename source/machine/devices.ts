import type {PortDevice} from './ports.js';

/** Ports at which the machine's devices stand. */
export const Port = {
	/** First serial port: eight registers of a 16550. */
	SERIAL: 0x3f8,
	/** Writing a status here switches the machine off. */
	POWER: 0xf4,
	/** The timer: two registers of 32 bits (see TimerRegister). */
	TIMER: 0x40,
} as const;

/** Registers of a 16550 serial port that software uses to write and read bytes, relative to its first port. */
const SerialRegister = {DATA: 0, LINE_STATUS: 5} as const;

/** Line status: the transmitter is empty and can take a byte. */
const TRANSMITTER_EMPTY = 0x60;

/** Line status: a received byte waits. */
const DATA_READY = 0x01;

/** A serial port whose other end is the console: what the guest writes piles up, what people type waits to be read. */
export class SerialPort implements PortDevice {
	private bytes = new Uint8Array(256);
	private count = 0;
	private readonly typed: number[] = [];

	/** Everything written so far. */
	get output(): Uint8Array {
		return this.bytes.subarray(0, this.count);
	}

	/** Bytes written so far. */
	get length(): number {
		return this.count;
	}

	/** Forgets what was written after a moment: when time goes back to it. */
	truncate(length: number): void {
		this.count = Math.min(this.count, length);
	}

	/** Puts a byte where the guest can read it. */
	type(byte: number): void {
		this.typed.push(byte);
	}

	read(port: number): number {
		switch (port - Port.SERIAL) {
			case SerialRegister.DATA:
				return this.typed.shift() ?? 0;
			case SerialRegister.LINE_STATUS:
				return TRANSMITTER_EMPTY | (this.typed.length > 0 ? DATA_READY : 0);
			default:
				return 0;
		}
	}

	write(port: number, _bits: number, value: number): void {
		if (port !== Port.SERIAL) return;
		if (this.count === this.bytes.length) {
			const larger = new Uint8Array(this.bytes.length * 2);
			larger.set(this.bytes);
			this.bytes = larger;
		}

		this.bytes[this.count++] = value & 0xff;
	}
}

/** The switch that ends a run. */
export class PowerSwitch implements PortDevice {
	constructor(private readonly off: (status: number) => void) {}

	read(): number {
		return 0;
	}

	write(_port: number, _bits: number, value: number): void {
		this.off(value);
	}
}
