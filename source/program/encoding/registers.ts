const general = /^(?:[re]?(?:ax|bx|cx|dx|si|di|bp|sp|ip)|[abcd][lh]|(?:si|di|bp|sp)l|r(?:[89]|1[0-5])[dwb]?)$/i;
const special = /^(?:[c-gs]s|cr\d|dr\d|[xyz]?mm\d+|k\d|st(?:\s*\(\s*\d\s*\))?)$/i;

/** Whether a text is the name of a register, without %. */
export function isIntelRegister(text: string): boolean {
	return general.test(text) || special.test(text);
}

/** The size of a general register in bytes; undefined for anything else. */
export function registerSize(operand: string | undefined): number | undefined {
	const name = operand?.replace(/^%/, '').toLowerCase() ?? '';
	if (/^(?:[abcd][lh]|(?:si|di|bp|sp)l|r(?:[89]|1[0-5])b)$/.test(name)) return 1;
	if (/^(?:[abcd]x|[sd]i|[bs]p|r(?:[89]|1[0-5])w)$/.test(name)) return 2;
	if (/^(?:e(?:[abcd]x|[sd]i|[bs]p)|r(?:[89]|1[0-5])d)$/.test(name)) return 4;
	if (/^r(?:[abcd]x|[sd]i|[bs]p|[89]|1[0-5])$/.test(name)) return 8;
	return undefined;
}
