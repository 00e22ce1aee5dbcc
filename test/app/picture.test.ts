import {readFileSync} from 'node:fs';
import path from 'node:path';
import {expect, test} from 'vitest';
import {makePictures} from '../../scripts/picture/pictures.js';
import {cli} from './app.js';

test('the readme’s pictures show the app as it is; npm run picture makes them anew', async () => {
	const media = path.join(import.meta.dirname, '..', '..', 'media');
	for (const [file, text] of await makePictures(cli)) {
		expect(readFileSync(path.join(media, file), 'utf8') === text, `media/${file} is stale: run npm run build && npm run picture`).toBe(true);
	}
});
