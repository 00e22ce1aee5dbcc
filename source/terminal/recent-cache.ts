/** A cache that forgets what has not been asked for lately: at least `limit` values are kept, at most twice as many. */
export class RecentCache<Key, Value> {
	readonly #limit: number;
	#recent = new Map<Key, Value>();
	#older = new Map<Key, Value>();

	constructor(limit: number) {
		this.#limit = limit;
	}

	/** The value of `key`, which `make` makes if it isn't remembered. */
	get(key: Key, make: () => Value): Value {
		const recent = this.#recent.get(key);
		if (recent !== undefined) {
			return recent;
		}

		const value = this.#older.get(key) ?? make();
		if (this.#recent.size >= this.#limit) {
			this.#older = this.#recent;
			this.#recent = new Map();
		}

		this.#recent.set(key, value);
		return value;
	}
}
