/** A line through a series of measurements. */
export interface Trend {
	readonly slope: number;
	/** Standard error of the slope, widened by how much each residual resembles the one before it. */
	readonly noise: number;
}

/** Least squares of points that follow each other. @throws RangeError for fewer than three points */
export function trendOf(points: readonly (readonly [x: number, y: number])[]): Trend {
	const count = points.length;
	if (count < 3) throw new RangeError(`${count} points have no trend`);
	const meanX = points.reduce((sum, [x]) => sum + x, 0) / count;
	const meanY = points.reduce((sum, [, y]) => sum + y, 0) / count;
	const spread = points.reduce((sum, [x]) => sum + (x - meanX) ** 2, 0);
	const slope = points.reduce((sum, [x, y]) => sum + (x - meanX) * (y - meanY), 0) / spread;
	const residuals = points.map(([x, y]) => y - meanY - slope * (x - meanX));
	const squares = residuals.reduce((sum, residual) => sum + residual ** 2, 0);
	const error = Math.sqrt(squares / (count - 2) / spread);
	const products = residuals.slice(1).reduce((sum, residual, at) => sum + residual * residuals[at]!, 0);
	const likeness = squares === 0 ? 0 : Math.min(0.95, Math.max(0, products / squares));
	return { slope, noise: error * Math.sqrt((1 + likeness) / (1 - likeness)) };
}
