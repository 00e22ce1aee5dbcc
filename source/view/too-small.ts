import {fit, line, type Row} from './text.js';

/** The smallest screen that shows a lab. */
export const SMALLEST = {width: 80, height: 24} as const;

/** Whether a screen is too small for a lab. */
export const isTooSmall = (width: number, height: number): boolean => width < SMALLEST.width || height < SMALLEST.height;

/** What stands on a screen that is too small. */
export function paintTooSmall(width: number, height: number): Row[] {
	const texts = [`Terminal too small: ${width}x${height}`, `At least ${SMALLEST.width}x${SMALLEST.height} is needed.`, 'Make it larger, or press q to leave.'];
	const top = Math.max(0, Math.floor((height - texts.length) / 2));
	return Array.from({length: height}, (_, index): Row => {
		const text = texts[index - top] ?? '';
		return fit(line(' '.repeat(Math.max(0, Math.floor((width - text.length) / 2))) + text), width);
	});
}
