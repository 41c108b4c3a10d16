"""What a person's guess means as a distribution, and how several guesses become one.

Everything here runs on NumPy alone, except scrambled Sobol' points (SciPy, loaded when asked for).
"""

from northing.science.estimates.batches import Batch, fit_triples
from northing.science.estimates.distributions import Curve, Distribution
from northing.science.estimates.guesses import GuessError, parse_guess
from northing.science.estimates.judgements import (
    CONFIDENCES,
    SIZES,
    USUAL_RECORD,
    Guess,
    Kind,
    Record,
    from_confidence,
    from_number,
    from_size,
)
from northing.science.estimates.metalog import Metalog, feasible_share, fit_quantiles, fit_samples
from northing.science.estimates.normal import normal_cdf, normal_quantile
from northing.science.estimates.pools import (
    Disagreement,
    LinearPool,
    disagreement,
    linear_pool,
    logarithmic_pool,
)
from northing.science.estimates.sampling import correlate, uniforms
from northing.science.estimates.scales import Scale
from northing.science.estimates.triples import Fit, Triple, fit_triple
from northing.science.estimates.wording import format_number, format_range

__all__ = [
    "CONFIDENCES",
    "SIZES",
    "USUAL_RECORD",
    "Batch",
    "Curve",
    "Disagreement",
    "Distribution",
    "Fit",
    "Guess",
    "GuessError",
    "Kind",
    "LinearPool",
    "Metalog",
    "Record",
    "Scale",
    "Triple",
    "correlate",
    "disagreement",
    "feasible_share",
    "fit_quantiles",
    "fit_samples",
    "fit_triple",
    "fit_triples",
    "format_number",
    "format_range",
    "from_confidence",
    "from_number",
    "from_size",
    "linear_pool",
    "logarithmic_pool",
    "normal_cdf",
    "normal_quantile",
    "parse_guess",
    "uniforms",
]
