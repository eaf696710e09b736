const digitsOf = (text: string): string => text.replace(/\D/g, '');

/** Remainder of a decimal number of any length. */
function remainder(digits: string, modulus: number): number {
	let rest = 0;
	for (let at = 0; at < digits.length; at++) rest = (rest * 10 + digits.charCodeAt(at) - 48) % modulus;
	return rest;
}

/** Issuer ranges with the lengths that their numbers have. @see ISO/IEC 7812 */
const ISSUERS: readonly (readonly [range: RegExp, lengths: readonly number[]])[] = [
	[/^4/, [13, 16, 19]],
	[/^(?:5[1-5]|222[1-9]|22[3-9]\d|2[3-6]\d\d|27[01]\d|2720)/, [16]],
	[/^3[47]/, [15]],
	[/^(?:6011|64[4-9]|65)/, [16, 19]],
	[/^3(?:0[0-5]|[68]\d)/, [14]],
	[/^35(?:2[89]|[3-8]\d)/, [16]],
	[/^62/, [16, 17, 18, 19]],
	[/^(?:50|5[6-8]|6[0378])/, [16]],
];

/** A payment card number: issuer, length and Luhn's check digit. */
export function isCard(digits: string): boolean {
	const issuer = ISSUERS.find(([range]) => range.test(digits));
	return issuer?.[1].includes(digits.length) === true && isLuhn(digits);
}

function isLuhn(digits: string): boolean {
	let sum = 0;
	for (let index = 0; index < digits.length; index++) {
		const digit = digits.charCodeAt(digits.length - 1 - index) - 48;
		const doubled = index % 2 === 1 ? digit * 2 : digit;
		sum += doubled > 9 ? doubled - 9 : doubled;
	}
	return sum % 10 === 0;
}

/** Countries by the length of their account numbers. @see ISO 13616 */
const IBAN_LENGTHS: ReadonlyMap<string, number> = new Map(
	Object.entries({
		15: 'NO',
		16: 'BE BI',
		18: 'DK FI FO GL NL SD',
		19: 'MK SI',
		20: 'AT BA EE KZ LT LU MN XK',
		21: 'CH HR LI LV',
		22: 'BG BH CR DE GB GE IE ME RS VA',
		23: 'AE GI IL IQ OM SO TL',
		24: 'AD CZ ES MD PK RO SA SE SK TN VG',
		25: 'LY PT ST',
		26: 'IS TR',
		27: 'BF DJ FR GR IT MC MR SM',
		28: 'AL AZ BJ BY CY DO GT HN HU LB NI PL SV',
		29: 'BR EG PS QA UA',
		30: 'JO KW MU YE',
		31: 'MT SC',
		32: 'LC',
		33: 'RU',
	}).flatMap(([length, countries]) => countries.split(' ').map((country) => [country, Number(length)] as const)),
);

/** Characters of an account number of this country; undefined where it has none. */
export const ibanLength = (country: string): number | undefined => IBAN_LENGTHS.get(country);

/** An international bank account number without separators: country, and 1 modulo 97. */
export function isIban(text: string): boolean {
	const moved = `${text.slice(4)}${text.slice(0, 4)}`;
	const numeric = moved.replace(/[A-Z]/g, (letter) => String(letter.charCodeAt(0) - 55));
	return IBAN_LENGTHS.get(text.slice(0, 2)) === text.length && remainder(numeric, 97) === 1;
}

/** A Brazilian CPF of 11 digits: two check digits modulo 11. */
export function isCpf(digits: string): boolean {
	if (/^(\d)\1*$/.test(digits)) return false;
	return [9, 10].every((count) => {
		let sum = 0;
		for (let at = 0; at < count; at++) sum += (digits.charCodeAt(at) - 48) * (count + 1 - at);
		return ((sum * 10) % 11) % 10 === digits.charCodeAt(count) - 48;
	});
}

/** A French social security number of 15 digits: sex, year, month, and a key modulo 97. */
export function isNir(digits: string): boolean {
	if (!/^[12]\d\d(?:0[1-9]|1[0-2]|[2-4]\d)\d{10}$/.test(digits)) return false;
	return 97 - remainder(digits.slice(0, 13), 97) === Number(digits.slice(13));
}

const DNI_LETTERS = 'TRWAGMYFPDXBNJZSQVHLCKE';

/** A Spanish DNI or NIE: a check letter modulo 23. */
export function isDni(text: string): boolean {
	const number = text.replace('-', '').replace(/^[XYZ]/, (letter) => String('XYZ'.indexOf(letter)));
	return DNI_LETTERS[remainder(digitsOf(number), 23)] === number.at(-1);
}

/** What a character at an odd place counts, `0` to `9` as `A` to `J`. */
const ODD_VALUES = [1, 0, 5, 7, 9, 13, 15, 17, 19, 21, 2, 4, 18, 20, 11, 3, 6, 8, 12, 14, 16, 10, 22, 25, 24, 23];

/** An Italian codice fiscale of 16 characters: a check letter modulo 26. */
export function isCodiceFiscale(text: string): boolean {
	let sum = 0;
	for (let at = 0; at < 15; at++) {
		const code = text.charCodeAt(at);
		const value = code < 58 ? code - 48 : code - 65;
		sum += at % 2 === 0 ? ODD_VALUES[value]! : value;
	}
	return text.charCodeAt(15) - 65 === sum % 26;
}

/** A US social security number by its three groups: area, group and serial that were given out. */
export function isSsn(area: string, group: string, serial: string): boolean {
	return area !== '000' && area !== '666' && area < '900' && group !== '00' && serial !== '0000';
}
