import {afterEach, expect, test, vi} from 'vitest';
import {listLabs} from '../../source/lab/catalogue.js';
import {App} from './app.js';
import {Player} from './player.js';

vi.setConfig({testTimeout: 240_000});
afterEach(() => App.closeAll());

test.each(listLabs().map(({name}) => name))('the lab %s can be done from the first to the last key', async lab => {
	const player = await Player.open(lab);
	await player.play();
	await expect.poll(() => player.done).toBe(player.pages);
	await player.app.press('space', 'This was the last page');
});
