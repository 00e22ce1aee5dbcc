/** Condition codes in the order of their encoding, with all their names (Intel SDM volume 1, appendix B). */
export const conditionCodes: readonly (readonly string[])[] = [
	['o'], ['no'], ['b', 'c', 'nae'], ['ae', 'nb', 'nc'], ['e', 'z'], ['ne', 'nz'], ['be', 'na'], ['a', 'nbe'],
	['s'], ['ns'], ['p', 'pe'], ['np', 'po'], ['l', 'nge'], ['ge', 'nl'], ['le', 'ng'], ['g', 'nle'],
];

export const conditionNames: readonly string[] = conditionCodes.flat();
