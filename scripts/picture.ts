/** `npm run picture`: makes the pictures of the readme from the built app. */
import {writeFileSync} from 'node:fs';
import path from 'node:path';
import process from 'node:process';
import {makePictures} from './picture/pictures.js';

const root = process.cwd();
for (const [file, text] of await makePictures(path.join(root, 'dist', 'cli.js'))) {
	writeFileSync(path.join(root, 'media', file), text);
	process.stdout.write(`media/${file}: ${text.length} bytes\n`);
}

process.exit(0);
