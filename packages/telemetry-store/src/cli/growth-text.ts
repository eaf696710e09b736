import type { StoreGrowth } from '../growth/store-growth.ts';
import { bytesText, textTable } from './text-table.ts';

/** Costs that are printed; `--json` has all. */
const MOST_COSTS = 20;
const whole = (count: number): string => Math.round(count).toLocaleString('en');

/** What `growth` prints. */
export function growthText({ tables, bytes, bytesPerDay, forecast, costs }: StoreGrowth): string {
	const { capacityBytes, daysLeft, bytesIn30Days, bytesIn365Days } = forecast;
	const full = daysLeft === undefined ? 'not within ten years' : `in ${whole(daysLeft)} days`;
	return [
		textTable(
			['table', 'rows', 'size', 'a row', 'rows a day', 'a day', 'kept'],
			tables
				.filter((table) => table.rows > 0)
				.map((table) => [
					table.table,
					whole(table.rows),
					bytesText(table.bytes),
					bytesText(table.bytesPerRow),
					whole(table.rowsPerDay),
					bytesText(table.bytesPerDay),
					table.retentionDays === undefined ? 'for ever' : `${table.retentionDays} days`,
				]),
			['left', 'right', 'right', 'right', 'right', 'right', 'right'],
		),
		'\n',
		`${bytesText(bytes)} in all, ${bytesText(bytesPerDay)} a day; of ${bytesText(capacityBytes)}: full ${full}\n`,
		`in 30 days ${bytesText(bytesIn30Days)}, in a year ${bytesText(bytesIn365Days)}\n`,
		'\n',
		textTable(
			['tenant', 'module', 'rows', 'size'],
			costs
				.slice(0, MOST_COSTS)
				.map((cost) => [cost.tenant, cost.module === '' ? '-' : cost.module, whole(cost.rows), bytesText(cost.bytes)]),
			['left', 'left', 'right', 'right'],
		),
	].join('');
}
