import {readFileSync} from 'node:fs';
import {Run} from '../test/support/machines.js';
import {runReally} from '../test/support/real-program.js';
const both = readFileSync('test/kernel/signals/both.ts', 'utf8');
const PRELUDE = eval('`' + /const PRELUDE = `([\s\S]*?)\n`;/.exec(both)![1] + '`');
const EPILOGUE = eval('`' + /const EPILOGUE = `([\s\S]*?)\n`;/.exec(both)![1] + '`');
for (const file of process.argv.slice(2)) {
	const [lines, rest = ''] = readFileSync(file, 'utf8').split('====\n');
	const text = `${PRELUDE}\n.globl _start\n.text\n_start:\n${lines}\n${EPILOGUE}\n.text\n${rest}\n`;
	const show = (b: Buffer) => Array.from({length: Math.floor(b.length / 8)}, (_, i) => b.readBigInt64LE(i * 8)).map(w => (w > 0xffffffn || w < -0xffffffn) ? '0x' + BigInt.asUintN(64, w).toString(16) : String(w)).join(' ') + (b.length % 8 ? ' +' + (b.length % 8) : '');
	const real = runReally(text);
	console.log(file); console.log(' real', show(real.output), '|', real.end);
	const run = new Run(text);
	const ours = {output: Buffer.from(run.output, 'latin1'), end: run.end};
	console.log(' ours', show(ours.output), '|', ours.end, JSON.stringify(run.outcome, (_, v) => typeof v === 'bigint' ? '0x' + v.toString(16) : v), run.recording.machine.steps);
	console.log(show(real.output) === show(ours.output) ? ' SAME' : ' DIFFERENT');
}
