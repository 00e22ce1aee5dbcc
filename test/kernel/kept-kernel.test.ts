import {describe, expect, test} from 'vitest';
import {KernelObjects} from '../../source/kernel/kernel-objects.js';
import {keptKernel, parseKeptKernel} from '../../source/kernel/kept-kernel.js';
import {keptObjects, parseKeptObjects} from '../../source/kernel/kept-objects.js';
import {buildKernel, kernelObjects} from '../../source/kernel/kernel.js';

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

test('the files that the build keeps are the files that would be assembled', () => {
	const objects = kernelObjects().all();
	expect(objects.length).toBeGreaterThan(40);
	expect(parseKeptObjects(keptObjects(objects))).toEqual(objects);
});

describe('a file of the kernel', () => {
	const constants = new Map([['WIDTH', 8n], ['DEPTH', 3n]]);
	const texts = new Map([['a.s', '\t.include "b.s"\n\tmovl $WIDTH, %eax\n'], ['b.s', '\tnop\n']]);
	const first = new KernelObjects();
	const [made] = first.assemble(['a.s'], name => texts.get(name), constants);

	/** Whether the object that was made is used again. */
	const isUsedAgain = (changed: Iterable<readonly [string, string]>, others = constants): boolean => {
		const objects = new KernelObjects();
		objects.keep([made]);
		const now = new Map([...texts, ...changed]);
		return objects.assemble(['a.s'], name => now.get(name), others)[0] === made;
	};

	test('is used again while it, what it includes and the constants that it uses are the same', () => {
		expect(isUsedAgain([])).toBe(true);
		expect(isUsedAgain([['c.s', 'nop\n']], new Map([...constants, ['DEPTH', 4n]]))).toBe(true);
	});

	test('is assembled anew when one of them is another', () => {
		expect(isUsedAgain([['a.s', '\tmovl $WIDTH, %eax\n']])).toBe(false);
		expect(isUsedAgain([['b.s', '\thlt\n']])).toBe(false);
		expect(isUsedAgain([], new Map([...constants, ['WIDTH', 16n]]))).toBe(false);
	});
});

test('the problems of all files are told at once', () => {
	const assembling = (): unknown => new KernelObjects().assemble(['a.s', 'b.s'], name => `\tnonsense_${name.charAt(0)}\n`, new Map());
	expect(assembling).toThrow(/a\.s:1: .*nonsense_a[^]*b\.s:1: .*nonsense_b/);
});
