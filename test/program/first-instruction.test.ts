import {expect, test} from 'vitest';
import {assemble} from '../../source/program/assemble.js';

// Nothing may be assembled in this file before: what the library remembers of earlier instructions must not matter.
test('an instruction of 64-bit mode alone is known even when it is the very first that is assembled', () => {
	const {sections} = assemble({name: 'first.s', text: 'sysretq\ncmpxchg16b (%rsp)\n'});
	expect(Buffer.from(sections[0].bytes).toString('hex')).toBe('480f07480fc70c24');
});
