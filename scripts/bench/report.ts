import process from 'node:process';

/** One measured number. */
export interface Figure {
	readonly name: string;
	readonly value: number;
	readonly unit: string;
	readonly note?: string;
}

/** Prints figures under a heading, in columns. */
export function print(heading: string, figures: readonly Figure[]): void {
	const width = Math.max(...figures.map(({name}) => name.length));
	const lines = figures.map(({name, value, unit, note}) => {
		const digits = Math.abs(value) >= 100 ? 0 : Math.abs(value) >= 10 ? 1 : 2;
		return `  ${name.padEnd(width)}  ${value.toFixed(digits).padStart(8)} ${unit.padEnd(14)} ${note ?? ''}`.trimEnd();
	});
	process.stdout.write(`${heading}\n${lines.join('\n')}\n\n`);
}
