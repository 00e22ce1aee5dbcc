import {readPackageFile} from '../kernel/package-files.js';

/** The package's version. */
export function packageVersion(): string {
	const found = /"version":\s*"([^"]+)"/u.exec(readPackageFile('package.json'))?.at(1);
	if (found === undefined) throw new Error('package.json has no version');
	return found;
}
