import { plain } from './text-layout.ts';

/** HTML that may stand in a page as it is. Only `html` makes it. */
export class Markup {
	readonly text: string;

	constructor(text: string) {
		this.text = text;
	}
}

export type Shown = string | number | Markup | undefined | readonly Shown[];

const ENTITIES: Readonly<Record<string, string>> = {
	'&': '&amp;',
	'<': '&lt;',
	'>': '&gt;',
	'"': '&quot;',
	"'": '&#39;',
};

/** Whatever stands in the places is text: it cannot end an element or an attribute in quotes. */
export function html(parts: TemplateStringsArray, ...places: readonly Shown[]): Markup {
	return new Markup(parts.map((part, index) => part + shown(places[index])).join(''));
}

function shown(value: Shown): string {
	if (value === undefined) return '';
	if (value instanceof Markup) return value.text;
	if (typeof value === 'object') return value.map(shown).join('');
	return plain(String(value)).replaceAll(/[&<>"']/g, (sign) => ENTITIES[sign] ?? '');
}
