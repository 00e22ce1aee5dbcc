import process from 'node:process';
import {buildKernel} from '../source/kernel/kernel.js';
import {boot} from '../source/kernel/loader.js';
import {assemble} from '../source/program/assemble.js';
import {link} from '../source/program/link.js';
import {MIX} from './bench/programs.js';
const kernel = buildKernel();
let S = 0, T = 0;
for (const p of MIX) {
	const image = link([assemble({name: 'b.s', text: p.text})]);
	let best = Infinity, steps = 0;
	for (let k = 0; k < 5; k++) {
		const m = boot(kernel, image, {engine: 'direct'});
		const b = process.cpuUsage();
		m.run(1e10);
		const {user, system} = process.cpuUsage(b);
		best = Math.min(best, (user + system) / 1e6);
		steps = m.steps;
	}
	S += steps; T += best;
	console.log(p.name.padEnd(8), (steps / best / 1e6).toFixed(2), 'MIPS');
}
console.log('mix', (S / T / 1e6).toFixed(2));
