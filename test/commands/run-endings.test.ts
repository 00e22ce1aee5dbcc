import {spawn} from 'node:child_process';
import {once} from 'node:events';
import process from 'node:process';
import {afterAll, describe, expect, test, vi} from 'vitest';
import {CLI, ProgramFolder} from '../support/cli.js';
import {program} from '../support/programs.js';
import {TestTerminal} from '../support/terminal.js';

// Each test starts programs, several at a time.
vi.setConfig({testTimeout: 120_000});

const folder = new ProgramFolder();
afterAll(() => folder.remove());

/** Says that it runs, and then runs for ever, in ring 3. */
const SPIN = folder.file(program('sys 1, 1, text, 6\nmovl $0x1234, %ebx\nspin: jmp spin', 'text: .ascii "begun\\n"'), 'spin.s');

/** Prints for ever. */
const YES = folder.file(program('again: sys 1, 1, text, 4\njmp again', 'text: .ascii "yes\\n"'), 'yes.s');

const FOR_EVER = '--max-steps 9000000000000000';

interface Ended {
	readonly status: number | null;
	readonly signal: NodeJS.Signals | null;
	readonly stdout: string;
	readonly stderr: string;
}

/** Runs a command line of the shell, in which $node and $cli are the program; `begun` is called at its first output. */
async function shell(line: string, begun: (kill: (signal: NodeJS.Signals) => void) => void = () => undefined): Promise<Ended> {
	const child = spawn('bash', ['-c', line], {stdio: ['ignore', 'pipe', 'pipe'], env: {...process.env, node: process.execPath, cli: CLI, spin: SPIN, yes: YES}});
	const texts = {out: '', err: ''};
	child.stdout.on('data', (chunk: Buffer) => {
		if (texts.out === '') begun(signal => child.kill(signal));
		texts.out += chunk.toString();
	});
	child.stderr.on('data', (chunk: Buffer) => {
		texts.err += chunk.toString();
	});
	const [status, signal] = await once(child, 'close') as [number | null, NodeJS.Signals | null];
	return {status, signal, stdout: texts.out, stderr: texts.err};
}

describe.concurrent('a run that goes on and on', () => {
	test.each([['SIGINT', 130, 'stopped by Ctrl+C (SIGINT)'], ['SIGTERM', 143, 'stopped by SIGTERM']] as const)('ends at %s with %i, and says where it was', async (signal, status, words) => {
		const ended = await shell(`exec "$node" "$cli" run "$spin" ${FOR_EVER}`, kill => kill(signal));
		expect([ended.status, ended.stdout]).toEqual([status, 'begun\n']);
		const [first, ...registers] = ended.stderr.trimEnd().split('\n');
		expect(first).toMatch(new RegExp(`^syscall-lab: ${words.replaceAll(/[+()]/g, String.raw`\$&`)} after [\\d,]+ steps, in the program at .*/spin\\.s:\\d+ \\(spin\\), rip 0x[\\da-f]+$`));
		expect(registers.length).toBe(6);
		expect(registers.join('\n')).toMatch(/^rax {4}0x0000000000000006 {2}rcx .*\nrbx {4}0x0000000000001234 /);
		expect(registers.at(-1)).toMatch(/ {2}rip {4}0x\w{16} {2}rflags 0x\w{16}$/);
	});

	test('says in which part it was, and where the program is while the kernel works for it', async () => {
		const {status, stderr} = await shell(`exec "$node" "$cli" run "$yes" ${FOR_EVER} --isolation on --audit`, kill => kill('SIGINT'));
		const lines = stderr.trimEnd().split('\n');
		expect(status).toBe(130);
		expect(lines[0]).toMatch(/ steps, in the (?:program at \S+\/yes\.s:|kernel at \S+\.s:\d+ \(\S+\), rip 0xffffffff\w+; the program is at \S+\/yes\.s:)\d+ \(\S+\), rip 0x4\w+$/);
		expect(lines.slice(1, 7).every(line => /^r\w+ +0x/.test(line))).toBe(true);
		expect(lines[7]).toMatch(/^audit: \d+ earlier calls are lost: the trail keeps the last 64$/);
	});

	test('prints the line that ends JSON output', async () => {
		const {status, stdout} = await shell(`exec "$node" "$cli" run "$spin" ${FOR_EVER} --json`, kill => kill('SIGINT'));
		expect([status, JSON.parse(stdout.trimEnd().split('\n').at(-1) ?? '')]).toMatchObject([130, {kind: 'exit', stop: 'interrupted', stdout: 'begun\n', regs: {rbx: '0x1234'}}]);
	});

	test('ends when Ctrl+C is pressed in its terminal', async () => {
		const terminal = TestTerminal.launch(process.execPath, [CLI, 'run', SPIN, ...FOR_EVER.split(' ')]);
		await terminal.until('begun', {timeout: 20_000});
		terminal.press('ctrl-c');
		expect(await terminal.exit).toMatchObject({code: 130});
		expect(terminal.text()).toContain('stopped by Ctrl+C (SIGINT) after');
	});

	test('ends although nobody takes what it prints', async () => {
		// The reader holds the pipe open and reads nothing; the program fills it and waits.
		const {stdout} = await shell(`mkfifo "$spin.pipe"
			sleep 60 < "$spin.pipe" > /dev/null 2>&1 & reader=$!
			"$node" "$cli" run "$yes" ${FOR_EVER} > "$spin.pipe" & pid=$!
			sleep 3; kill -TERM $pid; wait $pid; echo "status $?"; kill $reader`);
		expect(stdout).toContain('status 143\n');
	});
});

describe.concurrent('what is printed', () => {
	test('comes out complete to a slow reader', async () => {
		const file = folder.file(program('movl $300, %r12d\nagain: sys 1, 1, data, 2000\ndecl %r12d\njnz again', '.data\ndata: .fill 1999, 1, \'x\'\n.byte 10'));
		const {stdout, stderr} = await shell(`{ "$node" "$cli" run '${file}'; echo "status $?" >&2; } | { sleep 1; head -c 100000; sleep 1; cat; } | sort | uniq -c`);
		expect([stdout, stderr]).toEqual([`    300 ${'x'.repeat(1999)}\n`, 'status 0\n']);
	});

	test('ends the run quietly when its reader goes away', async () => {
		const {stdout, stderr} = await shell(`{ "$node" "$cli" run "$yes" ${FOR_EVER}; echo "status $?" >&2; } | head -c 6`);
		expect([stdout, stderr]).toEqual(['yes\nye', 'status 0\n']);
	});

	test('to a closed stdout does not hide the program’s status', async () => {
		const file = folder.file(program('sys 1, 1, text, 3\nsys 60, 3', 'text: .ascii "abc"'));
		const {stdout, stderr} = await shell(`"$node" "$cli" run '${file}' >&-; echo $?`);
		expect([stdout, stderr]).toEqual(['3\n', '']);
	});

	test('to a closed stderr does not hide the exit code', async () => {
		const {stdout} = await shell(`"$node" "$cli" run nowhere.s 2>&-; echo $?; "$node" "$cli" run nowhere.s 2>&1 >/dev/null | true; echo \${PIPESTATUS[0]}`);
		expect(stdout).toBe('2\n2\n');
	});

	test.skipIf(process.platform !== 'linux')('to a full disk is an error of its own', async () => {
		const {stdout, stderr} = await shell(`"$node" "$cli" run "$spin" > /dev/full; echo $?; "$node" "$cli" --help > /dev/full; echo $?`);
		expect([stdout, stderr]).toEqual(['75\n75\n', 'syscall-lab: stdout can’t be written: the disk is full; make room\n'.repeat(2)]);
	});

	test('of help and lists ends quietly, too, when its reader goes away', async () => {
		for (const words of ['--help', 'list calls', 'man', 'completions zsh']) {
			const {stdout, stderr} = await shell(`{ "$node" "$cli" ${words}; echo "status $?" >&2; } | true`);
			expect([words, stdout, stderr]).toEqual([words, '', 'status 0\n']);
		}
	});
});
