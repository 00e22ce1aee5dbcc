/** A device behind some I/O ports. */
export interface PortDevice {
	/** Answers `in`. */
	read(port: number, bits: number): number;
	/** Takes `out`. */
	write(port: number, bits: number, value: number): void;
}

/** The I/O address space: 65,536 ports, of which few have a device. The others read as ones and swallow writes. */
export class PortBus {
	private readonly devices = new Map<number, PortDevice>();

	/** Puts a device behind `count` ports from `first` on. */
	attach(first: number, count: number, device: PortDevice): void {
		for (let port = first; port < first + count; port++) this.devices.set(port, device);
	}

	read(port: number, bits: number): number {
		return this.devices.get(port)?.read(port, bits) ?? 2 ** bits - 1;
	}

	write(port: number, bits: number, value: number): void {
		this.devices.get(port)?.write(port, bits, value);
	}
}
