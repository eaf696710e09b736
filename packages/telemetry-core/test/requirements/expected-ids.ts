function numbered(prefix: string, last: number): readonly string[] {
	return Array.from({ length: last }, (_, i) => `${prefix}${i + 1}`);
}

function letters(prefix: string, list: string): readonly string[] {
	return list.split(' ').map((part) => prefix + part);
}

const FUNCTIONAL = Array.from({ length: 30 }, (_, i) => `S4-FR-${String(i + 1).padStart(3, '0')}`);

/** Every id the sources give, written down apart from the data. */
export const EXPECTED_IDS: readonly string[] = [
	...numbered('3.', 7),
	...numbered('4.', 7),
	...numbered('5.', 10),
	...numbered('6.', 10),
	...numbered('7.', 13),
	...numbered('8.', 10),
	...numbered('9.', 10),
	...numbered('10.', 10),
	...letters('S0-', 'F1 F2 F3 F4 P1 P2 P3 O1 O2 O3'),
	...letters('S0-', 'T1.1 T1.2 T2.1 T2.2 T3.1 T3.2 T4.1 T4.2 T5.1 T5.2 T6.1 T6.2'),
	...numbered('S0-M', 8),
	...numbered('S0-R', 4),
	'S0-X1',
	...numbered('S1-', 15),
	...numbered('S2-', 10),
	...letters('S2-', 'P1.1 P1.2 P1.3 P2.1 P2.2 P2.3 P3.1 P3.2 P3.3 P4.1 P4.2 P4.3 V1 V2 V3 R1'),
	...numbered('S3-AC', 7),
	...numbered('S3-1.', 6),
	...numbered('S3-2.', 6),
	...numbered('S3-E', 4),
	'S3-FF',
	'S3-N',
	...FUNCTIONAL.flatMap((id) => (id === 'S4-FR-007' ? [id, ...letters(id, 'a b c d')] : [id])),
	...numbered('S4-SC-00', 8),
	...letters('S4-', '1.1 1.2 1.3 1.4 2.1 2.2 2.3 2.4 3.1 3.2 3.3 3.4 4.1 4.2 4.3 4.4 5.1 5.2 5.3 5.4'),
	...numbered('S4-E', 5),
];
