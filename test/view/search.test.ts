import {describe, expect, test} from 'vitest';
import {SYSCALL_VIEWS} from '../../source/trace/machine-views/syscall-search.js';
import {errorsOf} from '../../source/trace/machine-views/call-errors.js';
import {callCard, cardScrollLimit, paintCard, tellCard, termCard} from '../../source/view/card.js';
import {GLYPHS} from '../../source/view/glyphs.js';
import {INITIAL_SESSION} from '../../source/view/initial-session.js';
import {contextOf} from '../../source/view/availability.js';
import {findables, openSearch, search} from '../../source/view/search.js';
import {reduce} from '../../source/view/session.js';
import {themeFor} from '../../source/view/theme.js';

const GLOSSARY = [
	{term: 'swapgs', also: ['SWAPGS'], text: 'One. Two `gs`. Three.', see: 'gs in the registers pane.', line: 1},
	{term: 'kernel stack', also: ['thread stack'], text: 'One. Two. Three.', see: 'the stacks pane.', line: 5},
	{term: 'main thread', also: [], text: 'One. Two. Three.', see: 'the tasks pane.', line: 9},
];
const LABS = [{folder: '/labs/06', name: '06-the-stack-switch', title: 'The stack switch', summary: '', minutes: 15}];
const ALL = findables(GLOSSARY, LABS, ['entry_SYSCALL_64', 'swapgs_restore_regs_and_return_to_usermode', 'write_buffer', 'main']);

const found = (query: string): readonly string[] => search(query, ALL).map(({kind, name}) => `${kind} ${name}`);

describe('a search', () => {
	test('lists words, labs, calls and names, as nothing is typed', () => {
		expect(found('').slice(0, 4)).toEqual(['term swapgs', 'term kernel stack', 'term main thread', 'lab 06-the-stack-switch']);
	});

	test.for([
		['swapgs', ['term swapgs', 'symbol swapgs_restore_regs_and_return_to_usermode']],
		['SWAPGS', ['term swapgs']],
		['thread stack', ['term kernel stack']],
		['39', ['call getpid']],
		['main', ['symbol main', 'term main thread']],
		['write', ['call write', 'call writev']],
		['entry_SYS', ['symbol entry_SYSCALL_64']],
		['stack switch', ['lab 06-the-stack-switch']],
	] as const)('for %j finds first %j', ([query, first]) => {
		expect(found(query).slice(0, first.length)).toEqual(first);
	});

	test('for what there is none says so', () => {
		expect(openSearch('qqqq', ALL)).toMatchObject({kind: 'search', suggestions: [], found: [], chosen: -1, hint: 'Nothing is called qqqq, or begins so.'});
		expect(openSearch('getp', ALL)).toMatchObject({chosen: 0, found: expect.arrayContaining([expect.objectContaining({name: 'getpid'})]) as unknown});
	});
});

const theme = themeFor('none', 'unicode');
const textOf = (card: Parameters<typeof paintCard>[0], scroll = 0, width = 80, height = 24): string[] => paintCard(card, scroll, width, height, 2, theme).rows.map(row => row.map(({text}) => text).join(''));

describe('a card', () => {
	test('of a word has its three sentences and where to see it', () => {
		const card = termCard(GLOSSARY[0]);
		expect(tellCard(card)).toEqual(['swapgs:', 'One. Two gs. Three.', 'See: gs in the registers pane.', 'Also: SWAPGS']);
		expect(textOf(card)).toEqual([
			`┏━ swapgs ${'━'.repeat(69)}┓`,
			`┃ One. Two gs. Three.${' '.repeat(58)}┃`,
			`┃${' '.repeat(78)}┃`,
			`┃ See      gs in the registers pane.${' '.repeat(43)}┃`,
			`┃ Also     SWAPGS${' '.repeat(62)}┃`,
			`┗${'━'.repeat(78)}┛`,
		]);
	});

	test('of a call has number, arguments, result and the errors that follow from the arguments', () => {
		const write = SYSCALL_VIEWS.find(({name}) => name === 'write');
		if (write === undefined) throw new Error('there is no write');
		expect(tellCard(callCard(write))).toEqual([
			'write, system call 1:', 'write(fd, buf, count)', 'write, number 1, writes bytes to an open file; this kernel carries it out.', 'rax: 1, the number of the call',
			'rdi: fd: a value of the kind “fd”.', 'rsi: buf: the address of “buffer”, count bytes, which the call reads.', 'rdx: count: a value of the kind “size”.',
			'Result: how many bytes; a number from -4095 to -1 is an error number, negated.', 'EBADF: Bad file descriptor: fd is no open descriptor.',
			'EFAULT: Bad address: buf is no address of the program’s that may be used so.',
		]);
	});

	test('of any call can be made, and errors are only those that are sure', () => {
		for (const call of SYSCALL_VIEWS) expect(callCard(call).parts.length, call.name).toBeGreaterThan(2);
		const errors = (name: string): string[] => SYSCALL_VIEWS.filter(call => call.name === name).flatMap(call => errorsOf(call).map(each => each.name));
		expect(errors('getpid')).toEqual([]);
		expect(errors('kill')).toEqual(['ESRCH', 'EINVAL']);
		expect(errors('reboot')).toEqual(['ENOSYS']);
		expect(errors('openat')).toEqual(expect.arrayContaining(['EBADF', 'ENOTDIR', 'ENOENT', 'EFAULT']));
	});

	test('that is too long can be scrolled to its end, and its title says where one is', () => {
		const card = {title: 'CR4', parts: Array.from({length: 40}, (_, index) => ({name: `bit ${index}`, text: 'says something'}))};
		const limit = cardScrollLimit(card, 80, 24, 2);
		expect(limit).toBe(40 - 19);
		expect(textOf(card)[0]).toContain('CR4, rows 1 to 19 of 40');
		expect(textOf(card, limit).at(-2)).toContain('bit 39');
		expect(textOf(card, 1000)).toEqual(textOf(card, limit));
		expect(textOf(card)).toHaveLength(21);
	});
});

test('a card takes the place of the field that it was found in, and closing it leads back', () => {
	const prompt = openSearch('swap', ALL);
	const searching = reduce(INITIAL_SESSION, {type: 'prompt', prompt});
	const shown = reduce(searching, {type: 'card', card: termCard(GLOSSARY[0]), back: prompt});
	expect([shown.prompt, contextOf(shown)]).toEqual([undefined, 'help']);
	expect(reduce(reduce(shown, {type: 'scroll-card', by: 5}), {type: 'scroll-card', by: -9}).card?.scroll).toBe(0);
	const closed = reduce(shown, {type: 'close-card'});
	expect([closed.card, closed.prompt, contextOf(closed)]).toEqual([undefined, prompt, 'field']);
	expect(reduce(INITIAL_SESSION, {type: 'scroll-card', by: 1})).toBe(INITIAL_SESSION);
	expect(Object.keys(GLYPHS)).toEqual(['unicode', 'ascii']);
});
