import { ConfigError, type Fields, type FieldValue, fromPlain, nullValue, stringValue } from '@pipeline/model';
import { coerce } from '../fields/coerce.ts';
import { type Condition, compileCondition } from '../fields/condition.ts';
import { fieldOf } from '../fields/field-of.ts';
import { joinParts } from '../fields/join-parts.ts';
import { textOf } from '../fields/text.ts';
import type { Mapping, TargetSchema } from '../profile/profile-schema.ts';

/** Prefix of a source that is a field of the target schema instead of the record. */
const TARGET_PREFIX = '@';

/** One mapping ready to run. */
export interface MappingStep {
	readonly kind: Mapping['kind'];
	/** What failures name: `KIND target`. */
	readonly name: string;
	readonly targets: readonly string[];
	readonly sources: readonly string[];
	/** Values of the targets, `undefined` where the record has none. @throws RuleError when a type does not fit */
	run(read: (source: string) => FieldValue | undefined): readonly (FieldValue | undefined)[];
}

/**
 * Prepares mappings in an order in which every `@field` source is mapped before it is read. DEFAULT mappings come
 * last, each for a field that is still null or missing.
 * @throws ConfigError when `@field` sources form a circle
 */
export function compileMappings(target: TargetSchema, place: string): MappingStep[] {
	const steps = target.mappings.map((mapping) => compileMapping(mapping, target));
	const plain = steps.filter((step) => step.kind !== 'DEFAULT');
	const defaults = steps.filter((step) => step.kind === 'DEFAULT');
	return [...inDependencyOrder(plain, place), ...defaults];
}

/** Reads a source from the record, or from the target fields so far when it starts with `@`. */
export function sourceReader(record: Fields, target: Fields): (source: string) => FieldValue | undefined {
	return (source) => (source.startsWith(TARGET_PREFIX) ? fieldOf(target, source.slice(1)) : fieldOf(record, source));
}

function inDependencyOrder(steps: readonly MappingStep[], place: string): MappingStep[] {
	const ordered = new Set<MappingStep>();
	const visit = (step: MappingStep, path: readonly MappingStep[]) => {
		if (ordered.has(step)) return;
		if (path.includes(step)) throw circle([...path, step], place);
		for (const source of step.sources.filter((name) => name.startsWith(TARGET_PREFIX))) {
			const maker = steps.find((other) => other.targets.includes(source.slice(1)));
			if (maker) visit(maker, [...path, step]);
		}
		ordered.add(step);
	};
	for (const step of steps) visit(step, []);
	return [...ordered];
}

function circle(path: readonly MappingStep[], place: string): ConfigError {
	const names = path.map((step) => step.name).join(' > ');
	return new ConfigError(`${place}.mappings`, `no circle of @ sources (MAP_004_CIRCULAR_REFERENCE: ${names})`);
}

function compileMapping(mapping: Mapping, schema: TargetSchema): MappingStep {
	switch (mapping.kind) {
		case 'DIRECT': {
			const type = mapping.type ?? schema.fields[mapping.target]?.type;
			return step(mapping.kind, [mapping.target], [mapping.source], (read) => {
				const value = read(mapping.source);
				return [value && type ? coerce(value, type, true) : value];
			});
		}
		case 'COMPOSITE':
			return step(mapping.kind, [mapping.target], mapping.sources, (read) => {
				const text = joinParts(mapping, (name) => textOf(read(name)));
				return [text === undefined ? nullValue : stringValue(text)];
			});
		case 'DECOMPOSE':
			return step(mapping.kind, mapping.targets, [mapping.source], (read) => parts(read(mapping.source), mapping));
		case 'CONDITIONAL':
			return conditionalMapping(mapping);
		case 'DEFAULT': {
			const value = fromPlain(mapping.value);
			return step(mapping.kind, [mapping.target], [], () => [value]);
		}
	}
}

type Of<Kind> = Extract<Mapping, { kind: Kind }>;

function parts(value: FieldValue | undefined, { separator, targets }: Of<'DECOMPOSE'>): (FieldValue | undefined)[] {
	const text = textOf(value);
	if (text === undefined) return targets.map(() => value);
	const pieces = text.split(separator);
	const last = targets.length - 1;
	return targets.map((_, at) => {
		const piece = at === last ? pieces.slice(last).join(separator) : (pieces[at] ?? '');
		return at < pieces.length ? stringValue(piece) : nullValue;
	});
}

function conditionalMapping(mapping: Of<'CONDITIONAL'>): MappingStep {
	const always: Condition = () => true;
	const cases = [
		...mapping.cases.map((each) => ({ ...each, holds: compileCondition(each.when), field: each.when.field })),
		...(mapping.otherwise ? [{ ...mapping.otherwise, holds: always, field: '' }] : []),
	];
	const values = cases.map(({ value }) => (value === undefined ? undefined : fromPlain(value)));
	const sources = cases.flatMap(({ source }) => (source === undefined ? [] : [source]));
	const tested = mapping.cases.map((each) => each.when.field);
	return step('CONDITIONAL', [mapping.target], [...new Set([...sources, ...tested])], (read) => {
		const at = cases.findIndex(({ holds, field }) => holds(testedField(field, read)));
		const source = cases[at]?.source;
		return [values[at] ?? (source === undefined ? undefined : read(source))];
	});
}

function testedField(field: string, read: (source: string) => FieldValue | undefined): Fields {
	const value = field ? read(field) : undefined;
	return value ? { [field]: value } : {};
}

function step(
	kind: Mapping['kind'],
	targets: readonly string[],
	sources: readonly string[],
	run: MappingStep['run'],
): MappingStep {
	return { kind, name: `${kind} ${targets.join(',')}`, targets, sources, run };
}
