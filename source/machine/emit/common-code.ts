import {InstructionDecoder} from '../decode.js';
import type {Instruction} from '../ops.js';
import type {Catalogue, Catalogued} from './catalogue.js';
import {COMMON_SHAPES} from './common-shapes.js';
import {meaningOf} from '../semantics/index.js';

/** Marks a shape whose flags nobody asks for. */
const QUIET = '~';

/** Between two instructions that are one shape. */
const JOINED = '+';

const bytesOf = (digits: string): Uint8Array => Uint8Array.from(digits.match(/../gu) ?? [], pair => Number.parseInt(pair, 16));

/** Where the instructions are thought to lie; their shapes do not depend on it. */
const SOMEWHERE = 0x40_0000n;

function decoded(decoder: InstructionDecoder, digits: string): Instruction {
	decoder.open(bytesOf(digits));
	const found = decoder.at(0, SOMEWHERE);
	if (typeof found === 'string') throw new Error(`among the common shapes, ${digits} is no instruction`);
	return found;
}

/** One of the common shapes, as it is written in the list. */
function shapeOf(catalogue: Catalogue, decoder: InstructionDecoder, line: string): Catalogued | undefined {
	const isQuiet = line.endsWith(QUIET);
	const [first, second] = line.replace(QUIET, '').split(JOINED).map(digits => {
		const instruction = decoded(decoder, digits);
		const meaning = meaningOf(instruction.name);
		return meaning === undefined ? undefined : catalogue.find(instruction, meaning);
	});
	if (first === undefined) return undefined;
	if (isQuiet) return catalogue.quiet(first);
	return second === undefined ? first : catalogue.joined(first, second);
}

/** Puts the shapes into a catalogue that programs use most, so that few are missing when a program first meets emitted code. */
export function learnCommonShapes(catalogue: Catalogue): void {
	const decoder = new InstructionDecoder();
	for (const line of COMMON_SHAPES) shapeOf(catalogue, decoder, line);
	decoder.close();
}
