import process from 'node:process';
import {buildKernel} from '../source/kernel/kernel.js';
import {boot} from '../source/kernel/loader.js';
import {assemble} from '../source/program/assemble.js';
import {link} from '../source/program/link.js';
const kernel = buildKernel();
const bodies: Record<string, string> = {
	empty: '', nops8: 'nop\n'.repeat(8), movs8: 'movq %rax, %rdx\n'.repeat(8), adds8: 'addq %rdx, %rax\n'.repeat(8), indep8: ['eax','edx','esi','edi','r8d','r9d','r10d','r11d'].map(r => `addl $3, %${r}`).join('\n'),
	imul: 'imulq %rsi, %rax\n', xorimul: 'xorq %rdx, %rax\nimulq %rsi, %rax\n', loads: 'movzbl (%rbx,%rdi), %edx\n'.repeat(4), fnv: 'movzbl (%rbx,%rdi), %edx\nxorq %rdx,%rax\nimulq %rsi, %rax\n',
	stores: 'movq %rax, (%rbx)\n'.repeat(4), xors4: 'xorq %rdx, %rax\n'.repeat(4), inc4: 'incq %rax\n'.repeat(4),
};
for (const [name, body] of Object.entries(bodies)) {
	const text = `\t.globl _start\n_start:\nleaq buf(%rip), %rbx\nxorl %edi,%edi\nmovl $5000000, %ecx\n1:\n${body}\ndecq %rcx\njnz 1b\nmovl $231,%eax\nxorl %edi,%edi\nsyscall\n.bss\n.balign 4096\n.zero 1024\nbuf: .zero 4096\n`;
	const image = link([assemble({name: 'b.s', text})]);
	let best = Infinity, steps = 0;
	for (let k = 0; k < 3; k++) {
		const m = boot(kernel, image, {engine: 'fast'});
		const b = process.cpuUsage();
		m.run(1e10);
		const {user, system} = process.cpuUsage(b);
		best = Math.min(best, (user + system) / 1e6);
		steps = m.steps;
	}
	console.log(name.padEnd(8), (best / 5e6 * 1e9).toFixed(1), 'ns an iteration', (steps / best / 1e6).toFixed(1), 'MIPS');
}
