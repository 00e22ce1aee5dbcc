/** How code lies in the record area: fields at byte offsets of a record, and of a link within it. */
export const RecordField = {
	/** Which handler does it. */
	HANDLER: 0,
	/** Instructions of its block from this one on. */
	LEFT: 4,
	/** Number of its block. */
	BLOCK: 8,
	/** In a block's first record: where its region's function has it, see regionPlace; 0 without one. */
	PLACE: 12,
	/** What the handler's slots hold, from here on. */
	SLOTS: 16,
} as const;

/** Blocks of a region at most, so that the number of one fits into a place. */
export const REGION_BLOCKS = 256;

/** The region's number in the table of regions, times REGION_BLOCKS, plus the block's number in it. Regions begin at 1. */
export const regionPlace = (region: number, block: number): number => region * REGION_BLOCKS + block;

/** A link: where a jump goes. It holds while its generation is the one in force. */
export const LinkField = {RECORD: 0, GENERATION: 4, RIP: 8, SIZE: 16} as const;

/** Bytes of the record area. */
export const RECORD_AREA = 16 * 1024 * 1024;

/** Handlers that no shape makes. */
export const Handler = {
	/** The direct backend does the instruction. */
	DIRECT: 0,
	/** The block ends without a jump. */
	END: 1,
	/** The block has been compiled into a region. */
	REGION: 2,
	/** The first that a shape makes. */
	FIRST: 3,
} as const;

/** What the import `direct` answers instead of the next record. */
export const Answer = {
	/** Go on at the address in rip. */
	BY_RIP: 0,
	/** Come back to JavaScript: rip and steps are up to date. */
	LEAVE: -1,
} as const;
