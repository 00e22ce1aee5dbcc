import type {MachinePart} from './part.js';
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

/** The serial port's interrupt: IRQ 4, as PCs have it. */
export const SERIAL_VECTOR = 36;

/** Registers of a 16550 serial port that software uses here, relative to its first port. */
export const SerialRegister = {DATA: 0, INTERRUPT_ENABLE: 1, LINE_STATUS: 5, MODEM_STATUS: 6} as const;

/** Bits of these registers. */
export const SerialBit = {
	/** Interrupt enable: when a byte has come, when the other end hangs up. */
	ON_RECEIVED: 0x01,
	ON_MODEM: 0x08,
	/** Line status: a received byte waits; the transmitter is empty and can take a byte. */
	DATA_READY: 0x01,
	TRANSMITTER_EMPTY: 0x60,
	/** Modem status: there is someone at the other end. */
	CARRIER: 0x80,
} as const;

/** What a serial port remembers of its input. */
interface SerialInput {
	/** Bytes that have come, and how many of them were read. */
	readonly typed: readonly number[];
	readonly read: number;
	readonly connected: boolean;
	readonly interruptEnable: number;
}

/** A serial port whose other end is the console: what the guest writes piles up, what people type waits to be read. */
export class SerialPort implements PortDevice, MachinePart {
	private bytes = new Uint8Array(256);
	private count = 0;
	private input: SerialInput = {typed: [], read: 0, connected: true, interruptEnable: 0};

	/** @param interrupt asks for the port's interrupt */
	constructor(private readonly interrupt: () => void = () => undefined) {}

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

	/** Puts bytes where the guest can read them. */
	type(bytes: Iterable<number>): void {
		this.input = {...this.input, typed: [...this.input.typed.slice(this.input.read), ...bytes], read: 0};
		this.ask(SerialBit.ON_RECEIVED);
	}

	/** Nobody is at the other end any more: behind what has been typed the input ends. */
	hangUp(): void {
		this.input = {...this.input, connected: false};
		this.ask(SerialBit.ON_MODEM);
	}

	private ask(reason: number): void {
		if ((this.input.interruptEnable & reason) !== 0) this.interrupt();
	}

	private take(): number {
		const {typed, read} = this.input;
		if (read >= typed.length) return 0;
		this.input = {...this.input, read: read + 1};
		return typed[read];
	}

	snapshot(): unknown {
		return {length: this.count, input: this.input};
	}

	restore(state: unknown): void {
		const {length, input} = state as {length: number; input: SerialInput};
		// What was written later is still there when time goes ahead again: a run that repeats writes the same.
		this.count = Math.min(length, this.bytes.length);
		this.input = input;
	}

	read(port: number): number {
		const {typed, read, connected, interruptEnable} = this.input;
		switch (port - Port.SERIAL) {
			case SerialRegister.DATA:
				return this.take();
			case SerialRegister.INTERRUPT_ENABLE:
				return interruptEnable;
			case SerialRegister.LINE_STATUS:
				return SerialBit.TRANSMITTER_EMPTY | (read < typed.length ? SerialBit.DATA_READY : 0);
			case SerialRegister.MODEM_STATUS:
				return connected ? SerialBit.CARRIER : 0;
			default:
				return 0;
		}
	}

	write(port: number, _bits: number, value: number): void {
		if (port === Port.SERIAL + SerialRegister.INTERRUPT_ENABLE) this.input = {...this.input, interruptEnable: value & 0xf};
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
