"""What people learned between the tests before and after: normalised gain, with the uncertainty of a small class.

For a person with ``pre`` and ``post`` of ``most`` points:

- normalised gain ``g = (post - pre) / (most - pre)``: the share of what could still be learned that was learned
  (R. R. Hake, American Journal of Physics 66, 64-74, 1998);
- normalised change ``c``: ``g`` where nothing was lost, and ``(post - pre) / pre`` where something was, so that a loss
  weighs as a gain does (J. D. Marx and K. Cummings, American Journal of Physics 75, 87-91, 2007). Who has full points
  before and after could not show any change: that person is left out of the mean and counted. (Marx and Cummings leave
  out 0 before and 0 after too; here it counts as 0, since somebody who came and learned nothing is a finding.)

For the class: the mean of ``c``, and Hake's ``g`` of the mean points. Intervals of 95 % come from resampling persons
(bootstrap, bias-corrected and accelerated: B. Efron, Journal of the American Statistical Association 82, 171-185, 1987;
``scipy.stats.bootstrap``); where that correction does not exist, for instance when all are alike, from the percentiles.

For an aim: the share of right answers before and after, and their difference with Newcombe's interval for paired
proportions (R. G. Newcombe, Statistics in Medicine 17, 2635-2650, 1998, method 10).

With fewer than five people no interval is given: it would say nothing.
"""

from __future__ import annotations

import math
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any

from kasuskit.training.course.trials import Score

FEWEST = 5
"""People for whom an interval is given."""
SEED = 20221117
RESAMPLES = 9999
_Z95 = 1.959963984540054


@dataclass(frozen=True, slots=True)
class Taken:
    """What one person handed in: None where a test was not handed in."""

    name: str
    before: Score | None
    after: Score | None
    village: str = ""


@dataclass(frozen=True, slots=True)
class PersonGain:
    """One person's points and gain.

    Parameters
    ----------
    name, village : str
        As the class knows them.
    before, after : Score
        The two tests.
    gain : float or None
        Normalised gain ``g``; None when all points were there before.
    change : float or None
        Normalised change ``c``; None with full points before and after.
    """

    name: str
    before: Score
    after: Score
    gain: float | None
    change: float | None
    village: str = ""


@dataclass(frozen=True, slots=True)
class Estimate:
    """A figure with its interval of 95 %.

    Parameters
    ----------
    value : float
        The figure.
    low, high : float or None
        The interval; None with too few people.
    method : str
        ``BCa``, ``percentile`` or ``Newcombe``; blank without an interval.
    """

    value: float
    low: float | None = None
    high: float | None = None
    method: str = ""


@dataclass(frozen=True, slots=True)
class AimGain:
    """How one aim fared.

    Parameters
    ----------
    aim : str
        Its short name.
    people : int
        How many answered both its questions' tests.
    before, after : float
        Share of right answers.
    difference : Estimate
        ``after - before``.
    gain : float or None
        Hake's ``g`` of the shares; None when everybody was right before.
    """

    aim: str
    people: int
    before: float
    after: float
    difference: Estimate
    gain: float | None


@dataclass(frozen=True, slots=True)
class ClassGain:
    """What a class learned.

    Parameters
    ----------
    people : tuple of PersonGain
        Who handed in both tests.
    incomplete : tuple of Taken
        Who handed in one of them, or none.
    full : int
        How many had full points before and after, and are left out of ``change``.
    change : Estimate or None
        Mean of the persons' normalised change; None when there is none.
    gain : Estimate or None
        Hake's ``g`` of the mean points; None when there is none.
    aims : tuple of AimGain
        By aim, in order.
    """

    people: tuple[PersonGain, ...]
    incomplete: tuple[Taken, ...]
    full: int
    change: Estimate | None
    gain: Estimate | None
    aims: tuple[AimGain, ...]


def normalised_gain(pre: float, post: float, most: float) -> float | None:
    """Return Hake's ``g``; None when there was nothing left to gain."""
    return (post - pre) / (most - pre) if pre < most else None


def normalised_change(pre: float, post: float, most: float) -> float | None:
    """Return the normalised change ``c``; None with full points before and after."""
    if post < pre:
        return (post - pre) / pre
    return normalised_gain(pre, post, most)


def class_gain(taken: Sequence[Taken]) -> ClassGain:
    """Return what a class learned, from what each person handed in.

    Only aims that both tests of a person have count for that person.
    """
    people = tuple(_person(each, each.before, each.after) for each in taken if each.before and each.after)
    incomplete = tuple(each for each in taken if not (each.before and each.after))
    changes = [each.change for each in people if each.change is not None]
    full = len(people) - len(changes)
    names = dict.fromkeys(aim for each in people for aim in each.before.aims)
    aims = tuple(_aim(name, people) for name in names if any(name in each.after.aims for each in people))
    return ClassGain(people, incomplete, full, _mean(changes), _gain_of_means(people), aims)


def _person(taken: Taken, before: Score, after: Score) -> PersonGain:
    both = [aim for aim in before.aims if aim in after.aims]
    before, after = _only(before, both), _only(after, both)
    points = (before.right, after.right, len(both))
    gain, change = normalised_gain(*points), normalised_change(*points)
    return PersonGain(taken.name, before, after, gain, change, taken.village)


def _only(score: Score, aims: Sequence[str]) -> Score:
    return Score(score.form, {aim: score.aims[aim] for aim in aims}, score.answered)


def _mean(values: Sequence[float]) -> Estimate | None:
    if not values:
        return None
    import numpy as np

    return _with_interval(lambda sample, axis: np.mean(sample, axis=axis), values)


def _gain_of_means(people: Sequence[PersonGain]) -> Estimate | None:
    """Return ``g`` of the mean shares of points; everybody counts, also who had full points before."""
    pre = [each.before.right / each.before.total for each in people if each.before.total]
    post = [each.after.right / each.after.total for each in people if each.before.total]
    if not pre or all(share == 1 for share in pre):
        return None
    import numpy as np

    def gain(before: Any, after: Any, axis: int) -> Any:
        first, then = np.mean(before, axis=axis), np.mean(after, axis=axis)
        return (then - first) / (1 - first)

    return _with_interval(gain, pre, post)


def _with_interval(statistic: Callable[..., Any], *samples: Sequence[float]) -> Estimate:
    """Return a figure with its bootstrap interval over persons, who are drawn with all that is theirs."""
    import numpy as np

    arrays = tuple(np.asarray(sample, dtype=float) for sample in samples)
    value = float(statistic(*arrays, axis=0))
    if len(arrays[0]) < FEWEST:
        return Estimate(value)
    from scipy.stats import bootstrap

    with warnings.catch_warnings(), np.errstate(all="ignore"):
        warnings.simplefilter("ignore")  # that BCa does not exist is told by ``method``
        found = bootstrap(
            arrays, statistic, n_resamples=RESAMPLES, paired=len(arrays) > 1, vectorized=True, method="BCa",
            rng=np.random.default_rng(SEED),
        )  # fmt: skip
    low, high = found.confidence_interval
    if math.isfinite(low) and math.isfinite(high):
        return Estimate(value, float(low), float(high), "BCa")
    drawn = found.bootstrap_distribution
    low, high = np.percentile(drawn[np.isfinite(drawn)], [2.5, 97.5])
    return Estimate(value, float(low), float(high), "percentile")


def _aim(name: str, people: Sequence[PersonGain]) -> AimGain:
    pairs = [(each.before.aims[name], each.after.aims[name]) for each in people if name in each.before.aims]
    before, after = (sum(side) / len(pairs) for side in zip(*pairs, strict=True))
    difference = Estimate(after - before)
    if len(pairs) >= FEWEST:
        low, high = newcombe(
            both=pairs.count((True, True)),
            only_after=pairs.count((False, True)),
            only_before=pairs.count((True, False)),
            neither=pairs.count((False, False)),
        )
        difference = Estimate(after - before, low, high, "Newcombe")
    return AimGain(name, len(pairs), before, after, difference, normalised_gain(before, after, 1))


def wilson(right: int, people: int) -> tuple[float, float]:
    """Return Wilson's interval of 95 % for a share."""
    share, z2 = right / people, _Z95**2
    middle = (share + z2 / (2 * people)) / (1 + z2 / people)
    half = _Z95 * math.sqrt(share * (1 - share) / people + z2 / (4 * people**2)) / (1 + z2 / people)
    return max(0.0, middle - half), min(1.0, middle + half)


def newcombe(both: int, only_after: int, only_before: int, neither: int) -> tuple[float, float]:
    """Return Newcombe's interval of 95 % (method 10) for the share after minus the share before.

    Parameters
    ----------
    both, only_after, only_before, neither : int
        How many people were right both times, only after, only before, and neither time.
    """
    people = both + only_after + only_before + neither
    after, before = both + only_after, both + only_before
    p1, p2 = after / people, before / people
    (l1, u1), (l2, u2) = wilson(after, people), wilson(before, people)
    product = after * (people - after) * before * (people - before)
    cross = both * neither - only_after * only_before
    corrected = max(0.0, cross - people / 2) if cross > 0 else cross
    phi = corrected / math.sqrt(product) if product else 0.0
    down = _side(p1 - l1, u2 - p2, phi)
    up = _side(u1 - p1, p2 - l2, phi)
    return max(-1.0, p1 - p2 - down), min(1.0, p1 - p2 + up)


def _side(one: float, other: float, phi: float) -> float:
    return math.sqrt(max(0.0, one**2 - 2 * phi * one * other + other**2))
