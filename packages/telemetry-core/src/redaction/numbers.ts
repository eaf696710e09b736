import { isCard, isCpf, isNir, isSsn } from './check-digits.ts';

/** Digits with what may stand between them: one step for each character, whatever the text. */
const RUN = /[+(]?\d[\d .()/-]*/g;
const GROUP = /\d+/g;
const MAX_PHONE = 15;
const MIN_PHONE = 8;
/** How cards print their digits. */
const CARD_GROUPS: readonly (readonly number[])[] = [
	[4, 4, 4, 4, 3],
	[4, 4, 4, 4],
	[4, 4, 4, 1],
	[4, 6, 5],
	[4, 6, 4],
];
const NIR_GROUPS = [1, 2, 2, 2, 3, 3, 2];

interface Group {
	readonly digits: string;
	readonly start: number;
	readonly end: number;
	/** What stands between it and the group before it; before the first one: a dash, or nothing. */
	readonly gap: string;
}

/** What begins at a group, and how many groups it takes. */
interface Find {
	readonly rule: 'phone' | 'card' | 'national_id';
	readonly count: number;
}

/** Replaces phone, card and national numbers. */
export function redactNumbers(text: string, replace: (rule: string) => string): string {
	return text.replace(RUN, (run, at: number) => redactRun(run, text, at, replace));
}

/** What is glued to a letter is part of a word: of a checksum, most often. */
function redactRun(run: string, text: string, at: number, replace: (rule: string) => string): string {
	if (run.length < MIN_PHONE) return run;
	const groups = groupsOf(run, text[at - 1] === '-' ? '-' : '');
	const isGlued = isDigit(run[0]) && isLetter(text[at - 1]);
	const isInternational = run.startsWith('+') && !isWordCharacter(text[at - 1]);
	const isCut = groups.at(-1)!.end === run.length && isLetter(text[at + run.length]);
	const last = isCut ? groups.length - 1 : groups.length;
	let redacted = '';
	let done = 0;
	for (let index = isGlued ? 1 : 0; index < groups.length; ) {
		const found = index === 0 && isInternational ? phoneAt(groups, 0) : findAt(groups, index, last, run);
		if (found === undefined) {
			index++;
			continue;
		}
		const { start } = groups[index]!;
		redacted += run.slice(done, /[(+]/.test(run[start - 1] ?? '') ? start - 1 : start) + replace(found.rule);
		index += found.count;
		done = groups[index - 1]!.end;
	}
	return redacted + run.slice(done);
}

function groupsOf(run: string, outside: string): readonly Group[] {
	const groups: Group[] = [];
	let before = 0;
	for (const { 0: digits, index: start } of run.matchAll(GROUP)) {
		groups.push({
			digits,
			start,
			end: start + digits.length,
			gap: groups.length === 0 ? outside : run.slice(before, start),
		});
		before = start + digits.length;
	}
	return groups;
}

function findAt(groups: readonly Group[], index: number, last: number, run: string): Find | undefined {
	const { digits, gap } = groups[index]!;
	if (index >= last || gap === '.') return undefined;
	if (digits.startsWith('00')) return phoneFromAbroad(groups, index);
	switch (digits.length) {
		case 1:
			return isNir(joined(groups, index, last, NIR_GROUPS, ' ')) ? { rule: 'national_id', count: 7 } : undefined;
		case 3:
			return threeAt(groups, index, last, run);
		case 4:
			return cardAt(groups, index, last);
		default:
			if (digits.length < 13) return undefined;
			if (isNir(digits)) return { rule: 'national_id', count: 1 };
			return isCard(digits) ? { rule: 'card', count: 1 } : undefined;
	}
}

/** Digits of groups of these sizes, all separated in the same way; empty where there are none. */
function joined(groups: readonly Group[], index: number, last: number, sizes: readonly number[], gap: string): string {
	if (index + sizes.length > last) return '';
	let digits = '';
	for (let at = 0; at < sizes.length; at++) {
		const group = groups[index + at]!;
		if (group.digits.length !== sizes[at] || (at > 0 && group.gap !== gap)) return '';
		digits += group.digits;
	}
	return digits;
}

function cardAt(groups: readonly Group[], index: number, last: number): Find | undefined {
	const gap = groups[index + 1]?.gap;
	if (gap !== ' ' && gap !== '-') return undefined;
	const sizes = CARD_GROUPS.find((expected) => isCard(joined(groups, index, last, expected, gap)));
	return sizes && { rule: 'card', count: sizes.length };
}

/** Social security numbers, CPFs and North American phone numbers begin with three digits. */
function threeAt(groups: readonly Group[], index: number, last: number, run: string): Find | undefined {
	const [first, second, third, fourth] = [groups[index]!, groups[index + 1], groups[index + 2], groups[index + 3]];
	if (second === undefined || third === undefined || index + 3 > last) return undefined;
	if (third.gap === '-' && second.gap === '-' && (index === 0 || first.gap !== '-') && fourth?.gap !== '-') {
		const isNumber = second.digits.length === 2 && third.digits.length === 4;
		if (isNumber && isSsn(first.digits, second.digits, third.digits)) return { rule: 'national_id', count: 3 };
	}
	if (fourth !== undefined && fourth.gap === '-' && index + 4 <= last) {
		const start = joined(groups, index, last, [3, 3, 3], '.');
		if (start !== '' && fourth.digits.length === 2 && isCpf(start + fourth.digits))
			return { rule: 'national_id', count: 4 };
	}
	return isNorthAmerican(first, second, third, run) && fourth?.gap !== '-' ? { rule: 'phone', count: 3 } : undefined;
}

/** `(555) 123-4567`, `555-123-4567`, `555.123.4567`. */
function isNorthAmerican(area: Group, exchange: Group, line: Group, run: string): boolean {
	if (exchange.digits.length !== 3 || line.digits.length !== 4 || area.digits < '200' || exchange.digits < '200')
		return false;
	if (run[area.start - 1] === '(') return /^\) ?$/.test(exchange.gap) && /^[ .-]$/.test(line.gap);
	return exchange.gap === line.gap && (line.gap === '-' || line.gap === '.');
}

/** `0049 30 1234567`: without a gap it would be any number with zeros before it. */
function phoneFromAbroad(groups: readonly Group[], index: number): Find | undefined {
	const { digits, gap } = groups[index]!;
	const isPrefix = /^00[1-9]\d{0,4}$/.test(digits) && gap !== '-' && groups[index + 1]?.gap === ' ';
	const found = isPrefix ? phoneAt(groups, index, 2) : undefined;
	return found !== undefined && found.count > 1 ? found : undefined;
}

/** As many groups as an international number has digits for. */
function phoneAt(groups: readonly Group[], index: number, prefix = 0): Find | undefined {
	let digits = -prefix;
	let at = index;
	for (; at < groups.length; at++) {
		const group = groups[at]!;
		if (digits + group.digits.length > MAX_PHONE) break;
		if (at > index && !/^(?:[ ./-]|[ -]?[()][ -]?)$/.test(group.gap)) break;
		digits += group.digits.length;
	}
	return digits >= MIN_PHONE ? { rule: 'phone', count: at - index } : undefined;
}

const isDigit = (character: string | undefined): boolean => character !== undefined && /\d/.test(character);
const isLetter = (character: string | undefined): boolean => character !== undefined && /[A-Za-z]/.test(character);
const isWordCharacter = (character: string | undefined): boolean => character !== undefined && /\w/.test(character);
