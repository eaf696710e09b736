/** UCUM units that telemetry has a use for. Further ones are added here when a metric needs them. */
const ATOMS = new Set(
	'1 % s ms us ns min h d wk mo a By kBy MBy GBy KiBy MiBy GiBy TiBy bit Hz kHz MHz GHz Cel m km g kg J W V A'.split(
		' ',
	),
);

/** What is counted, in place of a unit: printable ASCII without braces. */
const ANNOTATION = /^\{[!-z|~]+\}$/;
const MAX_LENGTH = 63;

function isTerm(term: string): boolean {
	return ATOMS.has(term) || ANNOTATION.test(term);
}

/** True for UCUM units made of the atoms of telemetry, annotations such as `{record}`, and `/` and `.` between them. */
export function isUcum(unit: string): boolean {
	return unit.length <= MAX_LENGTH && unit.split(/[/.]/).every(isTerm);
}
