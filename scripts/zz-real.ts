import process from 'node:process';
import {readFileSync} from 'node:fs';
import {buildKernel} from '../source/kernel/kernel.js';
import {bootMachine} from '../source/kernel/loader.js';
import {EmittedInterpreter} from '../source/machine/emit/index.js';
const [, , file, engine, count] = process.argv;
const kernel = buildKernel();
const tally = new Map<string, number>();
const proto = EmittedInterpreter.prototype as any;
if (count) {
	const orig = proto.direct;
	proto.direct = function (record: number, ahead: number) {
		const {view, translator} = this;
		const {block} = translator.at(view.getInt32(record + 8, true));
		const i = block.instructions[block.instructions.length - view.getInt32(record + 4, true)];
		const k = i.name + (translator.shapeOf(i) ? '' : ' !') + (i.repeat ? ' rep' : '');
		tally.set(k, (tally.get(k) ?? 0) + 1);
		return orig.call(this, record, ahead);
	};
}
const {machine} = bootMachine(kernel, '/guest/x', {files: new Map([['/guest/x', {bytes: readFileSync(file), mode: 0o755}]]), engine: engine as any} as any);
const b = process.cpuUsage();
const stop = machine.run(1e10);
const {user, system} = process.cpuUsage(b);
console.log(JSON.stringify(stop), Buffer.from(machine.serial.output).toString());
console.log((machine.steps / 1e6).toFixed(2), 'M steps', ((user + system) / 1e6).toFixed(2), 's', (machine.steps / (user + system)).toFixed(1), 'MIPS; quick', (machine.cpu.quickSteps / machine.steps * 100).toFixed(1) + '%');
for (const [k, v] of [...tally].sort((a, c) => c[1] - a[1]).slice(0, 40)) console.log(String(v).padStart(9), k);
