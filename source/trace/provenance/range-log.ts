/** Accesses to ranges of physical memory in the order of their steps, in as little room as they need. */
export class RangeLog {
	/** The step of each access, counted from the beginning of the log. */
	steps = new Uint32Array(1024);
	/** Its first physical address. */
	addresses = new Uint32Array(1024);
	/** Its length in bytes. */
	lengths = new Uint32Array(1024);
	/** Accesses so far. */
	count = 0;

	/** Bytes that it takes. */
	get bytes(): number {
		return this.steps.byteLength * 3;
	}

	/** Notes an access; one that goes on where the last one of the same step ended makes that longer. */
	add(step: number, address: number, length: number): void {
		const last = this.count - 1;
		if (last >= 0 && this.steps[last] === step) {
			if (this.addresses[last] + this.lengths[last] === address) {
				this.lengths[last] += length;
				return;
			}

			if (address + length === this.addresses[last]) {
				this.addresses[last] = address;
				this.lengths[last] += length;
				return;
			}
		}

		if (this.count === this.steps.length) this.grow();
		this.steps[this.count] = step;
		this.addresses[this.count] = address;
		this.lengths[this.count] = length;
		this.count++;
	}

	private grow(): void {
		const grown = (old: Uint32Array): Uint32Array<ArrayBuffer> => {
			const larger = new Uint32Array(old.length * 2);
			larger.set(old);
			return larger;
		};

		this.steps = grown(this.steps);
		this.addresses = grown(this.addresses);
		this.lengths = grown(this.lengths);
	}

	/** Index of the first access that is not before a step. */
	indexOf(step: number): number {
		let low = 0;
		let high = this.count;
		while (low < high) {
			const middle = (low + high) >> 1;
			if (this.steps[middle] < step) low = middle + 1;
			else high = middle;
		}

		return low;
	}

	/** Gives accesses from a step on to the one before it. */
	giveBack(step: number): void {
		for (let index = this.count - 1; index >= 0 && this.steps[index] >= step; index--) this.steps[index] = step - 1;
	}

	/** Forgets what happened from a step on. */
	cut(step: number): void {
		this.count = this.indexOf(step);
	}

	/** Whether an access reaches a byte. */
	reaches(index: number, address: number): boolean {
		const distance = address - this.addresses[index];
		return distance >= 0 && distance < this.lengths[index];
	}
}
