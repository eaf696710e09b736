// What a package looks like to those who install it: the condition that leads the workspace to its sources goes (they
// are not published), and exact pins become caret ranges, so that an application on a newer patch does not end up with
// two copies.
const SOURCE_CONDITION = '@pipeline/source';

// Instrumentations run on both OpenTelemetry lines (tested ends: 0.200, 0.223, 0.301), so theirs is wider than a caret.
const PUBLISHED_RANGES = { '@opentelemetry/instrumentation': '>=0.200.0 <1' };

function withoutSources(exports) {
	if (typeof exports !== 'object' || exports === null) return exports;
	const kept = Object.entries(exports).filter(([key]) => key !== SOURCE_CONDITION);
	return Object.fromEntries(kept.map(([key, value]) => [key, withoutSources(value)]));
}

function publishedRange(name, range) {
	return PUBLISHED_RANGES[name] ?? (/^\d/.test(range) ? `^${range}` : range);
}

function withPublishedRanges(dependencies) {
	const entries = Object.entries(dependencies).map(([name, range]) => [name, publishedRange(name, range)]);
	return Object.fromEntries(entries);
}

module.exports = {
	hooks: {
		beforePacking(manifest) {
			const { exports, dependencies, ...rest } = manifest;
			return {
				...rest,
				...(exports === undefined ? {} : { exports: withoutSources(exports) }),
				...(dependencies === undefined ? {} : { dependencies: withPublishedRanges(dependencies) }),
			};
		},
	},
};
