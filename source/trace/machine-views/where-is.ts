import type {Kernel} from '../../kernel/kernel.js';
import {whereIsBoot} from './boot-diagram.js';
import {type DiagramProgram, whereIsCrossing} from './crossing-diagram.js';
import type {Diagram, Position, Whereabouts} from './diagram.js';

/**
 * Where a run is in a diagram at a step, which boxes are done and which are to come. It goes by the labels of the code
 * that comes next, by the ring, and by the events up to there.
 *
 * @param whereabouts a moment, or as much of one as is needed
 */
export const whereIs = (diagram: Diagram, kernel: Kernel, whereabouts: Whereabouts, program?: DiagramProgram): Position =>
	diagram.id === 'boot' ? whereIsBoot(diagram, kernel, whereabouts) : whereIsCrossing(diagram, kernel, program, whereabouts);
