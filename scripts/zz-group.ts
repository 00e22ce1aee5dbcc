import {Decoder, DecoderOptions, Formatter, FormatterSyntax} from 'iced-x86';
import {readCases, VectorRunner} from '../test/support/vectors.js';
const f = new Formatter(FormatterSyntax.Nasm);
const groups = new Map<string, string[]>();
const r = new VectorRunner();
let ok = 0, bad = 0;
const dis = (hex: string) => { const d = new Decoder(64, Buffer.from(hex, 'hex'), DecoderOptions.None); const i = d.decode(); const t = f.format(i); d.free(); i.free(); return t; };
for (const file of process.argv.slice(2)) for (const c of readCases(file)) {
	const diffs = r.run(c);
	if (diffs.length === 0) { ok++; continue; }
	bad++;
	const t = dis(c.code);
	const key = t.split(' ').slice(0, /^(rep|lock|repne|repe|xacq|xrel)/.test(t) ? 2 : 1).join(' ') + ' :: ' + diffs.map(d => d.replace(/0x[0-9a-f]+/g, 'N').replace(/memory at N is [0-9a-f]+.*/, 'mem')).join(' | ').slice(0, 120);
	(groups.get(key) ?? groups.set(key, []).get(key)!).push(`${c.code} ${t} ${diffs.join(' | ').slice(0, 200)}`);
}
for (const [k, v] of [...groups].sort((a, b) => b[1].length - a[1].length)) console.log(v.length, k, '\n      ', v[0]);
console.log(ok, 'ok', bad, 'bad');
