import type {LabEntry} from '../lab/catalogue.js';
import type {GlossaryEntry} from '../lab/glossary.js';
import type {Lab} from '../lab/lab-file.js';
import type {Laboratory} from '../lab/laboratory.js';
import type {LabRecord} from '../lab/progress/progress-data.js';
import type {Workbench} from '../lab/session/workbench.js';
import type {FolderEntry} from '../view/palette.js';
import type {Theme, ThemeName} from '../view/theme.js';

/** What can be opened: a lab, a lab's program without its lesson, or a file. */
export type Request =
	| {readonly kind: 'lab'; readonly entry: LabEntry}
	| {readonly kind: 'free'; readonly entry: LabEntry}
	| {readonly kind: 'file'; readonly path: string};

/** A lab or program with its machine, or why there is none. */
export type OpenedRequest =
	| {readonly title: string; readonly laboratory: Laboratory; readonly bench?: Workbench}
	| {readonly problem: string};

/** What the controller asks of the program around it. */
export interface Surroundings {
	/** Leaves the program. */
	quit(): void;
	/** Gives the terminal back to the shell until `fg`. */
	suspend(): void;
	/** Draws the whole screen anew. */
	redraw(): void;
	/** Says whether the menu's own component gets the keys. */
	menuHasKeys(has: boolean): void;
	/** Reads a lab or a program and builds its machine. */
	open(request: Request): Promise<OpenedRequest>;
	/** Entries of a folder; none if it can't be read. */
	folder(path: string): readonly FolderEntry[];
	/** Tells when a file is saved; gives what ends that. */
	watch(file: string, saved: () => void): () => void;
	/** Writes a new file; gives the reason if it can't be done, as when there is one of that name. */
	write(file: string, text: string): string | undefined;
	/** The words that the labs explain; none if they can't be read. */
	glossary(): readonly GlossaryEntry[];
	/** The theme of a name, for this terminal. */
	theme(name: ThemeName): Theme;
	/** What is known of a lab from earlier. */
	saved(lab: Lab): LabRecord | undefined;
	/** Keeps what is known of a lab. */
	save(lab: Lab, record: LabRecord): void;
	/** Whether things may move by themselves. */
	readonly motion: boolean;
}
