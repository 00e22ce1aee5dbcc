import process from 'node:process';
import {buildKernel} from '../source/kernel/kernel.js';
import {boot} from '../source/kernel/loader.js';
import {assemble} from '../source/program/assemble.js';
import {link} from '../source/program/link.js';
import {Timeline} from '../source/trace/timeline.js';
import {MIX} from './bench/programs.js';
const factor = Number(process.argv[2] ?? 20);
const recorded = process.argv[3] === 'rec';
const kernel = buildKernel();
let S = 0, T = 0;
for (const p of MIX) {
	const text = p.text.replace(/movl\t\$(\d+), %ebp/, (_, n) => `movl\t$${Number(n) * factor}, %ebp`);
	const image = link([assemble({name: 'b.s', text})]);
	let best = Infinity, steps = 0;
	for (let k = 0; k < 4; k++) {
		const m = boot(kernel, image, {engine: 'fast'});
		const t = recorded ? new Timeline(m) : undefined;
		const b = process.cpuUsage();
		if (t) t.run(1e10); else m.run(1e10);
		const {user, system} = process.cpuUsage(b);
		const s = (user + system) / 1e6;
		if (s < best) best = s;
		steps = m.steps;
	}
	S += steps; T += best;
	console.log(p.name.padEnd(8), (steps / 1e6).toFixed(1), 'M', (steps / best / 1e6).toFixed(1), 'MIPS');
}
console.log('mix', (S / T / 1e6).toFixed(1));
