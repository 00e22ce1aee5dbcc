import {expect, test} from 'vitest';
import {soak} from '../../scripts/soak/soak.js';
import {crossingProgram, newcomer} from './app.js';

test('500 random keys at random sizes: no end, and a sound frame after each', async () => {
	const {pressed, growth} = await soak({program: crossingProgram(), environment: newcomer(), keys: 500, seed: 7, warmUp: 200});
	expect(pressed).toBe(500);
	expect(growth).toBeLessThan(100);
}, 300_000);
