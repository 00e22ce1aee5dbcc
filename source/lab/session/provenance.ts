import type {Provenance} from '../goals/provenance.js';

/** Tells where values came from. */
export const provenance: Provenance = {
	writerOf: () => undefined,
	sourcesOf: () => [],
};
