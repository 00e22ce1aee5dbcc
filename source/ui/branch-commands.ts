import type {Work} from '../lab/laboratory.js';
import type {BranchInfo, Branches} from '../trace/branches/branches.js';
import type {Store} from '../view/app-state.js';
import type {LabView} from '../view/lab-view.js';
import {markOf} from '../view/panes/index.js';
import type {Desk} from './desk.js';
import type {LabHands} from './lab-commands.js';

const NO_BRANCHES = 'this run has no branches';

/** A branch by its name or its number. */
export function branchNamed(branches: Branches, name: string): BranchInfo | undefined {
	const list = branches.list();
	return list.find(each => each.name.toLowerCase() === name.toLowerCase()) ?? list.find(({id}) => String(id) === name);
}

/** The names of branches, for people who have named none of them. */
export const branchNames = (branches: Branches): string => branches.list().map(({name}) => name).join(', ');

/** The commands that concern the futures of a run. */
export class BranchCommands {
	constructor(
		private readonly store: Store,
		private readonly work: LabHands['work'],
	) {}

	/** Shows the list. */
	show(): undefined {
		this.store.dispatch({type: 'focus', pane: 'branches'});
		return undefined;
	}

	/** Gives the branch on the screen a name. */
	name(name: string, desk: Desk): string | undefined {
		const {branches} = desk.laboratory;
		if (branches === undefined) return NO_BRANCHES;
		const other = branchNamed(branches, name);
		if (other !== undefined && !other.isCurrent) return `${other.name} is the name of another branch: choose a name that none has`;
		branches.rename(branches.current, name);
		desk.show(`This branch of the run is called ${branches.info(branches.current).name}.`);
		return undefined;
	}

	/** Shows another branch, where it was left. */
	switchTo(desk: Desk, id: number): void {
		const {laboratory} = desk;
		const work = laboratory.switchTo(id);
		const name = laboratory.branches?.info(id).name ?? '';
		if (work !== undefined) this.work(desk, switching(desk, work), undefined, `On the screen is ${name}.`);
	}

	/** Removes a branch: the one that is named, the one that is marked, or the only one that can be meant. */
	drop(name: string, view: LabView, desk: Desk): string | undefined {
		const {branches} = desk.laboratory;
		if (branches === undefined) return NO_BRANCHES;
		const found = name === '' ? meant(branches, view) : branchNamed(branches, name);
		if (found === undefined) return name === '' ? `it is not clear which branch: mark one in the list (:branches), or type its name: ${branchNames(branches)}` : `there is no branch ${name}: ${branchNames(branches)}`;
		if (found.parent === undefined) return 'the first run can’t be removed: all others begin with it';
		const work = desk.laboratory.removeBranch(found.id);
		if (work !== undefined) this.work(desk, switching(desk, work), undefined, `${found.name} (${found.words}) is gone${found.isCurrent ? '; on the screen is the run that it was made from' : ''}.`);
		return undefined;
	}
}

/** The branch that is meant where none is named. */
function meant(branches: Branches, view: LabView): BranchInfo | undefined {
	const list = branches.list();
	if (view.focus === 'branches' && list.length > 1) return list.at(markOf(view, 'branches'));
	const others = list.filter(({isCurrent, parent}) => !isCurrent && parent !== undefined);
	return others.length === 1 ? others[0] : undefined;
}

/** A switch of branches as work, at whose end the changes that can be taken back are those of the other branch. */
function switching(desk: Desk, work: Work): Work {
	return () => {
		const progress = work();
		if (progress !== 'more') desk.switched();
		return progress;
	};
}
