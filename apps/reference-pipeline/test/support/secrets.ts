import { createHash } from 'node:crypto';

/** Something that must not leave the process. */
export interface Secret {
	readonly kind: string;
	/** How it stands in a text. */
	readonly text: string;
	/** The part that may not be seen again. */
	readonly value: string;
}

const OF_EACH_KIND = 13;

/** 208 distinct secrets of 16 kinds, the same every time. */
export function plantedSecrets(): readonly Secret[] {
	return Object.entries(KINDS).flatMap(([kind, make]) =>
		Array.from({ length: OF_EACH_KIND }, (_, number) => {
			const made = make(number);
			return typeof made === 'string' ? { kind, text: made, value: made } : { kind, ...made };
		}),
	);
}

const KINDS: Readonly<Record<string, (number: number) => string | Omit<Secret, 'kind'>>> = {
	email: (number) => `person${number}.${word(number, 'mail', 6)}@example${number}.org`,
	phone: (number) => `+49 30 ${digits(number, 'phone', 7)}`,
	card: (number) => withLuhn(`4${digits(number, 'card', 14)}`),
	groupedCard: (number) =>
		withLuhn(`5${1 + (number % 5)}${digits(number, 'grouped', 13)}`).replace(/(.{4})(?=.)/g, '$1 '),
	iban: (number) => german(digits(number, 'iban', 18)),
	ssn: (number) => `${101 + number}-${12 + number}-${1_000 + number * 37}`,
	nino: (number) => `AB${digits(number, 'nino', 6)}C`,
	dni: (number) => spanish(digits(number, 'dni', 8)),
	ip: (number) => `203.0.113.${100 + number}`,
	bearer: (number) => secret((value) => `Bearer ${value}`, `${word(number, 'bearer', 20)}1`),
	jwt: (number) => `eyJ${word(number, 'a', 12)}.eyJ${word(number, 'b', 16)}.${word(number, 'c', 20)}`,
	github: (number) => `ghp_${word(number, 'github', 36)}`,
	aws: (number) => `AKIA${word(number, 'aws', 16).toUpperCase()}`,
	password: (number) => secret((value) => `password=${value}`, word(number, 'password', 14)),
	userInfo: (number) => secret((value) => `https://user:${value}@host.internal/a`, word(number, 'url', 12)),
	privateKey: (number) =>
		secret((value) => `-----BEGIN PRIVATE KEY-----\n${value}\n-----END PRIVATE KEY-----`, word(number, 'pem', 40)),
};

const secret = (write: (value: string) => string, value: string) => ({ text: write(value), value });

const hash = (number: number, salt: string) => createHash('sha512').update(`${salt}/${number}`).digest();

function word(number: number, salt: string, length: number): string {
	return hash(number, salt)
		.toString('base64')
		.replace(/[^A-Za-z0-9]/g, 'x')
		.slice(0, length);
}

function digits(number: number, salt: string, length: number): string {
	return [...hash(number, salt)]
		.map((byte) => (byte % 9) + 1)
		.join('')
		.slice(0, length);
}

function withLuhn(body: string): string {
	const sum = [...body].reverse().reduce((total, digit, at) => {
		const doubled = at % 2 === 0 ? Number(digit) * 2 : Number(digit);
		return total + (doubled > 9 ? doubled - 9 : doubled);
	}, 0);
	return `${body}${(10 - (sum % 10)) % 10}`;
}

/** `DE` is 1314 in an account number's check. */
function german(account: string): string {
	return `DE${String(98n - (BigInt(`${account}131400`) % 97n)).padStart(2, '0')}${account}`;
}

function spanish(number: string): string {
	return `${number}${'TRWAGMYFPDXBNJZSQVHLCKE'[Number(number) % 23]}`;
}

/** How a text may look in what is exported: as it is, in JSON, in a URL, in base64 wherever its bytes begin. */
export function formsOf(value: string): readonly string[] {
	const inBase64 = [0, 1, 2].map((shift) =>
		Buffer.from(`${' '.repeat(shift)}${value}`)
			.toString('base64')
			.slice(shift === 0 ? 0 : 4)
			// The last characters hold bits of what follows.
			.replace(/=*$/, '')
			.slice(0, -2),
	);
	const forms = [value, JSON.stringify(value).slice(1, -1), encodeURIComponent(value), ...inBase64];
	return [...new Set(forms)].filter((form) => form.length >= 8);
}
