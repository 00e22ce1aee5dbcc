/**
 * Measures all labs' programs on this computer's processor and writes labs/native.json, which is shown where nothing can be
 * measured. Run on x86-64 Linux with gdb: node scripts/run-ts.js scripts/record-native.ts
 */
import {chmodSync, mkdtempSync, rmSync, writeFileSync} from 'node:fs';
import {tmpdir} from 'node:os';
import path from 'node:path';
import process from 'node:process';
import {computerName, gdbScript, measure} from '../source/commands/native/gdb.js';
import {nativeProgram} from '../source/commands/native/machine-calls.js';
import {keptCalls, type Recorded, RECORDED_FILE} from '../source/commands/native/recorded.js';
import {listLabs} from '../source/lab/catalogue.js';
import {labsFolder} from '../source/lab/read-program.js';

const folder = mkdtempSync(path.join(tmpdir(), 'syscall-lab-native-'));
const labs: Record<string, Recorded['labs'][string]> = {};
try {
	for (const {name, folder: lab} of listLabs()) {
		const program = nativeProgram(lab);
		// A program that begins with another thread, or makes no call: there is nothing to measure.
		if (program.calls.length === 0) continue;
		const executable = path.join(folder, name);
		writeFileSync(executable, program.executable);
		chmodSync(executable, 0o755);
		writeFileSync(`${executable}.gdb`, gdbScript(program.calls, [executable, ...program.args]));
		const measured = measure(`${executable}.gdb`, [executable, ...program.args], program.calls);
		if ('reason' in measured) process.stderr.write(`${name}: ${measured.reason}\n`);
		else labs[name] = keptCalls(program.calls, measured.calls);
	}
} finally {
	rmSync(folder, {recursive: true, force: true});
}

const lines = Object.entries(labs).map(([name, calls]) => `${JSON.stringify(name)}: [\n${calls.map(call => JSON.stringify(call)).join(',\n')}\n]`);
writeFileSync(path.join(labsFolder(), RECORDED_FILE), `{"format": 1, "computer": ${JSON.stringify(computerName())}, "labs": {\n${lines.join(',\n')}\n}}\n`);
