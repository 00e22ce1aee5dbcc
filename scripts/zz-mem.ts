import process from 'node:process';
import {EmittedInterpreter} from '../source/machine/emit/index.js';
import {Fuzzer} from '../test/support/fuzz.js';
Object.assign(EmittedInterpreter.eagerness, {blocksBefore: 200, wantedBefore: 1000, timesBefore: 0, slice: Number(process.argv[2] ?? 100), metBefore: Number(process.argv[3] ?? 2)});
const fuzzer = new Fuzzer(77, 'fast');
for (let done = 0; done < 8000; done += 1000) {
	fuzzer.run(done, 1000);
	(globalThis as any).gc?.();
	const m = process.memoryUsage();
	console.log(done, ...Object.entries(m).map(([k, v]) => `${k} ${Math.round(v / 2 ** 20)}`));
}
