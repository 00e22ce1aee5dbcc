import {expect, test} from 'vitest';
import {keptKernel, parseKeptKernel} from '../../source/kernel/kept-kernel.js';
import {buildKernel} from '../../source/kernel/kernel.js';

const {image, sources} = buildKernel();
const read = (name: string): string => sources.get(name) ?? '';

test('the kernel that the build keeps is the kernel that would be assembled', () => {
	expect(parseKeptKernel(keptKernel(image, sources), read)).toEqual(image);
});

test('a kept kernel does not count any more once one of its sources is another', () => {
	const text = keptKernel(image, sources);
	expect(parseKeptKernel(text, name => (name === 'sched.s' ? `${read(name)}\n` : read(name)))).toBeUndefined();
	const isolated = buildKernel({isolation: true});
	expect(parseKeptKernel(text, name => isolated.sources.get(name) ?? '')).toBeUndefined();
});
