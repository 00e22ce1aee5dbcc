import {afterAll, describe, expect, test, vi} from 'vitest';
import {AttackFileError, parseAttack} from '../../source/trace/contract/attacks/attack-file.js';
import {ATTACKS} from '../../source/trace/contract/attacks/index.js';
import {ProgramFolder} from '../support/cli.js';
import {entryText} from '../support/entries.js';
import {command} from '../support/in-process.js';

vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

const door = (name: string, ...replaced: readonly (readonly [from: string, to: string])[]): string => folder.file(entryText(replaced), name);

/** Wants the direction flag back. */
const STD = `# attack: Makes a call with the direction flag set, and wants it back.
# expects: exit 1
	.globl	_start
_start:	std
	movl	$39, %eax
	syscall
	pushfq
	popq	%rdi
	cld
	shrl	$10, %edi
	andl	$1, %edi
	movl	$60, %eax
	syscall
`;

describe('an attack in a file', () => {
	test('is a program with comments that say what it is', () => {
		expect(parseAttack('a.s', 'a', STD)).toEqual({name: 'a', sentence: 'Makes a call with the direction flag set, and wants it back.', program: STD, expects: {kind: 'exited', status: 1}});
		const edited = '#attack:  x y \r\n# edit: ip = 0x1, cx=there\r\n# expects: signal SIGSEGV\r\n# steps: 500\r\n';
		expect(parseAttack('b.s', 'b', edited)).toMatchObject({sentence: 'x y', expects: {kind: 'killed', signal: 'SIGSEGV'}, steps: 500, edit: {changes: '[rdi+128]:8=0x1, [rdi+88]:8=there'}});
	});

	test.each<[string, string, string]>([
		['without a sentence', '\tsyscall\n', '1: this is no attack'],
		['with an ending that is none', '# attack: yes\n# expects: crash\n', '2: “crash” is no ending'],
		['with a field that there is not', '# attack: yes\n\n# edit: rip=1\n', '3: “rip=1” changes no field of struct pt_regs'],
		['with a field without a value', '# attack: yes\n# edit: ip\n', '2: “ip” changes no field of struct pt_regs'],
		['with too many steps', '# attack: yes\n# steps: 1e12\n', '2: “1e12” is no number of steps'],
		['with a fact said twice', '# attack: yes\n# attack: no no\n', '2: there is a second “attack”'],
	])('%s is refused', (_, text, problem) => {
		const attempt = (): unknown => parseAttack('a.s', 'a', text);
		expect(attempt).toThrow(AttackFileError);
		try {
			attempt();
		} catch (error) {
			const {problem: {line, message, remedy}} = error as AttackFileError;
			expect(`${line}: ${message}`).toBe(problem);
			expect(remedy).toMatch(/\w/);
		}
	});
});

describe('syscall-lab attack', () => {
	test('finds nothing to say against the kernel’s own door', async () => {
		const {status, stdout} = await command('attack');
		expect([status, stdout.split('\n')[0], stdout.split('\n').at(-2)]).toEqual([0, `the kernel’s own door against ${ATTACKS.length} attacks`, 'No attack got through.']);
	});

	test('names the first attack that gets through another, and the promise', async () => {
		const file = door('always-sysret.s', ['jz\tswapgs_restore_regs_and_return_to_usermode', '']);
		const {status, stdout} = await command('attack', file, '--only', 'plain', '--only', 'bad-ip');
		expect(status).toBe(1);
		expect(stdout).toMatch(/^.*always-sysret\.s against 2 attacks\n {2}plain {3}held\n {2}bad-ip {2}broke “sysret-address”\nThe first that got through is bad-ip\. The saved rip and rcx are changed .*\nbad-ip: step \d+, .*always-sysret\.s:\d+ “sysretq”: a broken promise\./);
	});

	test('takes attacks from files, and prints JSON', async () => {
		const own = folder.file(STD, 'direction.s');
		const {status, stdout} = await command('attack', '--with', own, '--isolation', '--json');
		expect([status, JSON.parse(stdout)]).toEqual([0, {held: true, attacks: [{name: 'direction', sentence: 'Makes a call with the direction flag set, and wants it back.', held: true, words: 'direction: held.'}]}]);
		const flags = door('no-flags.s', ['popq\t%r11', 'addq\t$8, %rsp\n\tmovl\t$0x202, %r11d']);
		const found = JSON.parse((await command('attack', flags, '--with', own, '--json')).stdout) as {readonly attacks: readonly {readonly promise: string}[]};
		expect(found.attacks[0].promise).toBe('restored');
	});

	test('with the package’s and own ones runs both', async () => {
		const {stdout} = await command('attack', '--only', 'plain', '--with', folder.file(STD, 'direction.s'));
		expect(stdout.match(/^ {2}\S+/gm)).toEqual(['  plain', '  direction']);
	});

	test.each<[string, () => readonly string[], number, RegExp]>([
		['an entry path that does not assemble', () => [folder.file('\t.globl entry_SYSCALL_64\nentry_SYSCALL_64:\n\tmovq %rax\n', 'bad.s')], 65, /bad\.s:3/],
		['an attack that does not assemble', () => ['--with', folder.file('# attack: yes yes\n\tfoo %rax\n', 'foo.s')], 65, /foo\.s:2/],
		['an attack that is none', () => ['--with', folder.file('_start: nop\n', 'none.s')], 65, /none\.s:1: this is no attack; begin the file with/],
		['an edit that names nothing', () => ['--with', folder.file(`# edit: ip=nowhere\n${STD}`, 'edit.s')], 65, /an attack’s edit can’t be made: .*nowhere/],
		['a file that is not there', () => ['missing.s'], 2, /missing\.s: there is no such file/],
		['an attack of no such name', () => ['--only', 'plane'], 2, /there is no attack plane/],
		['bytes', () => [folder.file(new Uint8Array([0, 1]), 'bytes.s')], 65, /this is no assembly text/],
	])('refuses %s', async (_, words, code, message) => {
		const {status, stderr} = await command('attack', ...words());
		expect([status, stderr]).toEqual([code, expect.stringMatching(message)]);
	});
});
