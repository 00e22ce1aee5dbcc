import {type Document, isAlias, isMap, isScalar, isSeq, LineCounter, type Node, parseDocument, type Pair, visit} from 'yaml';
import {LabError, type Place} from './lab-error.js';

/** A stretch of YAML within a file. */
export interface TextBlock {
	readonly file: string;
	/** Number of its first line. */
	readonly first: number;
	readonly text: string;
}

/** A way to a value: keys of maps, indices of lists. */
export type Path = readonly (string | number)[];

/** What part of a node is meant: it, or the key before it. */
type Part = 'key' | 'value';

const pairs = (node: unknown): readonly Pair<Node, Node | null>[] => (isMap(node) ? (node.items as Pair<Node, Node | null>[]) : []);

/** Where a node begins. */
const startOf = (node: Node | null | undefined): number | undefined => node?.range?.[0];

const nameOf = (key: unknown): string => (isScalar(key) ? String(key.value) : '');

/** YAML with the places of everything in it. */
export class YamlBlock {
	readonly value: unknown;
	private readonly document: Document.Parsed;
	private readonly counter = new LineCounter();

	/** @throws LabError for text that is no YAML */
	constructor(readonly block: TextBlock) {
		this.document = parseDocument(block.text, {lineCounter: this.counter, prettyErrors: false, intAsBigInt: true, strict: true});
		const [problem] = [...this.document.errors, ...this.document.warnings];
		if ((problem as typeof problem | undefined) !== undefined) throw new LabError(block.file, this.placeAt(problem.pos[0]), `the YAML can’t be read: ${problem.message.split('\n')[0]}`);
		this.refuseAliases();
		this.value = this.document.toJS() as unknown;
	}

	/** Anchors and aliases would make two places of one text. */
	private refuseAliases(): void {
		visit(this.document, {
			Node: (_, node) => {
				if (isAlias(node) || node.anchor !== undefined) throw new LabError(this.block.file, this.placeAt(startOf(node) ?? 0), 'an anchor or alias was found; write the text where it is needed, or put quotes around a text that begins with & or *');
			},
		});
	}

	private placeAt(offset: number): Place {
		const {line, col} = this.counter.linePos(Math.max(0, offset));
		return {line: this.block.first + Math.max(1, line) - 1, column: Math.max(1, col)};
	}

	/** The place of what a path leads to; of what is nearest to it if it leads to nothing. */
	placeOf(path: Path, part: Part = 'value'): Place {
		return this.placeAt(this.offsetOf(path, part));
	}

	private offsetOf(path: Path, part: Part): number {
		let node: Node | null = this.document.contents;
		let offset = startOf(node) ?? 0;
		for (const [index, key] of path.entries()) {
			const pair = pairs(node).find(each => nameOf(each.key) === String(key));
			const next: Node | null = isSeq(node) ? ((node.items.at(Number(key)) ?? null) as Node | null) : pair?.value ?? null;
			const ofKey = startOf(pair?.key);
			const ofValue = startOf(next) ?? ofKey;
			offset = (part === 'key' && index === path.length - 1 ? ofKey : ofValue) ?? offset;
			node = next;
		}

		return offset;
	}

	/** The place of a character of a text that stands in one line. */
	placeWithin(path: Path, characters: number): Place {
		const node = this.nodeAt(path);
		const {line, column} = this.placeOf(path);
		if (!isScalar(node) || node.type === 'BLOCK_FOLDED' || node.type === 'BLOCK_LITERAL') return {line, column};
		return {line, column: column + characters + (node.type === 'PLAIN' ? 0 : 1)};
	}

	private nodeAt(path: Path): unknown {
		return this.document.getIn(path, true);
	}

	/** A mistake at what a path leads to. */
	error(path: Path, fact: string, part: Part = 'value'): LabError {
		return new LabError(this.block.file, this.placeOf(path, part), fact);
	}
}
