"""Tell ink from paper: whatever the paper's shade, the light on it and the colour of the pen.

A drawing program gives paper of exactly one shade; a photograph gives a gradient, noise, a ruled line and
a few crumbs. Both end as one map of ink, 0 where there is paper and 1 where the pen was.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray
from PIL import Image
from scipy import ndimage

Grey = NDArray[np.float32]
Mask = NDArray[np.bool_]

WORKING_SIDE = 224  # pixels: pens keep three or more of them across, noise is averaged away
SMALLEST = 100  # pixels: a smaller sign on a larger page is looked at again from nearer
COARSE = 64  # pixels along a side are enough to follow the light on a page
RING = 0.08  # share of each side that counts as the picture's border, where paper is likeliest
NEAR = 0.06  # share of each side within which ink counts as cut off there
MOST_CUT = 0.35  # share of the edges that ink covers where a sign was cut out close; a shadow covers more
WIDEST = 0.35  # share of the picture's side that no stroke is as wide as
COMPRESSED = 12 / 255  # so far JPEG moves the shade of paper beside strokes
NEARLY_EVEN = (
    0.75  # share of a small picture's paper that has so nearly one shade; the rest are edges of strokes
)
EVEN = 0.9  # share of the paper that has its one shade, beside the blurred edges of strokes
HALVED = 0.4  # share of the variance between light and dark that one straight line explains where a shadow's edge lies
SOFT = 0.005  # shades that soft light bends by, over the square of a coarse pixel; a stroke bends by more
SHORT = 0.018  # of the longer side: within so far the edge of a pen fades out
SPECK = 12  # pixels of ink: what is left of a glare, and no sign
SHARP = 0.55  # of a stroke's strength that it loses there at least
SHADED = 2.5  # times that ink in a shadow is made stronger at most
TWO_SHADES = 0.8  # share of all variance that lies between two shades; light and shadow reach 0.75
BINS = 128  # shades that Otsu's threshold tells apart
FAINTEST = 0.03  # contrast below which a mark cannot be told from JPEG blocks
LESS, CLEAR = 0.12, 6  # so much is enough where it is so many times the other: noise is dark and light alike
LARGE = 0.2  # of what the widest window finds: less may be noise
NEARLY = 0.03  # of the longer side: a gap that a pencil leaves
NARROW = 0.1  # of a side: the border of a sheet, or a ruled line, that lies askew spreads over no more
ALONG = 0.3  # share of an edge that a table top, a cloth or a page's border runs along
WINDOWS = (0.04, 0.075, 0.14, 0.23)  # of the longer side: from a hair to a stroke as thick as most pens make
PAPER = 15  # pixels around ink on black paper that are looked at too
NEIGHBOURS = np.ones((3, 3), bool)  # strokes that touch at a corner are one stroke


@dataclass(frozen=True)
class Ink:
    """How much ink lies on each pixel.

    Attributes
    ----------
    strength : float32 (h, w), in [0, 1]
        0 is paper, 1 is ink; all zeros where nothing was drawn.
    dark_on_light : bool
        Whether the pen was darker than the paper.
    """

    strength: Grey
    dark_on_light: bool


def find_ink(grey: Grey) -> Ink:
    """Separate one drawn sign from its paper.

    Parameters
    ----------
    grey : float32 (h, w), in [0, 1]
        A picture of any size; wider than ``WORKING_SIDE`` it is averaged down first.

    Returns
    -------
    Ink
        The map has the shape of the averaged picture, or of the part of it around a small sign.
    """
    grey = _within_frame(grey)
    found = _found(shrunk(grey, WORKING_SIDE))
    if not found.strength.any() and _may_be_cut_close(shrunk(grey, COARSE)):
        found = _found(shrunk(_with_margin(grey), WORKING_SIDE))
    nearer = _nearer(grey, found.strength)
    return found if nearer is None else _found(shrunk(nearer, WORKING_SIDE))


def _within_frame(grey: Grey) -> Grey:
    """Cut off a frame drawn around the sign, and what lies outside it; any other picture stays as it is."""
    small = shrunk(grey, WORKING_SIDE)
    lifted = small - small.min()
    lit = lifted > _otsu(lifted)
    insides = filter(None, map(_inside_of_frame, (lit, ~lit)))
    inside = min(
        insides, key=_area, default=None
    )  # the paper around a frame is a frame too, and the larger one
    if inside is None:
        return grey
    scale = max(grey.shape) / max(small.shape)
    edge = 1 + int(scale)  # the frame's own blurred edge
    ends = (slice(int(scale * s.start) + edge, int(scale * s.stop) - edge) for s in inside)
    return _within_frame(grey[tuple(ends)])  # a frame may stand within a frame


def _area(box: tuple[slice, ...]) -> int:
    return int(np.prod([side.stop - side.start for side in box]))


def _inside_of_frame(shade: Mask) -> tuple[slice, ...] | None:
    """Find a straight-sided opening, with something of its own in it, in a piece that goes around the picture."""
    if min(shade.shape) < 20:
        return None
    pieces, _ = ndimage.label(shade, NEIGHBOURS)
    for number, box in enumerate(ndimage.find_objects(pieces), 1):
        if not _spans(box, shade.shape, 0.7):
            continue
        openings, _ = ndimage.label(pieces != number)
        for place, inner in enumerate(ndimage.find_objects(openings), 1):
            enclosed = all(i.start > b.start and i.stop < b.stop for i, b in zip(inner, box, strict=True))
            straight = np.mean(openings[inner] == place) > 0.95
            if enclosed and straight and _spans(inner, shade.shape, 0.6) and shade[inner].any():
                return tuple(inner)
    return None


def _spans(box: tuple[slice, ...], shape: tuple[int, ...], share: float) -> bool:
    return all(s.stop - s.start >= share * length for s, length in zip(box, shape, strict=True))


def _with_margin(grey: Grey) -> Grey:
    """Put paper around a sign that was cut out close; paper is the shade with the larger part."""
    light = grey - grey.min() > _otsu(grey - grey.min())
    paper = np.median(grey[light] if light.mean() > 0.5 else grey[~light])
    return np.pad(grey, max(2, max(grey.shape) // 5), constant_values=paper)


def all_ink(grey: Grey, side: int) -> Ink:
    """Separate all that is drawn from its paper: every sign, specks and marks too, ruled lines not.

    Parameters
    ----------
    grey : float32 (h, w), in [0, 1]
        A picture of any size.
    side : int
        Pixels of the longer side to which a larger picture is averaged down first.

    Returns
    -------
    Ink
        The map has the shape of the averaged picture, or a margin more where a sign was cut out close.
    """
    found = _ink(shrunk(_within_frame(grey), side), stands_off=True)
    return Ink(_without_rules(found.strength), found.dark_on_light)


def _found(grey: Grey) -> Ink:
    found = _ink(grey)
    return Ink(_without_dirt(found.strength), found.dark_on_light)


def _ink(grey: Grey, *, stands_off: bool = False) -> Ink:
    """All ink. Where signs stand beside each other the gaps between them are as narrow as strokes, so that fine detail
    cannot tell the pen: then what ``stands_off`` farther from the paper is ink.
    """
    coarse = shrunk(grey, COARSE)
    lit = _lit(coarse)
    if lit is not None and _is_cut_close(lit) and not _is_halved(lit):
        return _cut_close(grey, coarse, lit)
    even = _even_border(grey)
    light = None
    if even is not None:
        dark_on_light = float(grey.mean()) < even
    else:
        light = _light(coarse, _ring(coarse.shape))
        told = None if stands_off else _is_dark(coarse)
        dark_on_light = _stands_off(coarse - light) if told is None else told
    plain = _plain(grey, dark_on_light)
    if plain is not None:
        depth = plain.shade - grey if dark_on_light else grey - plain.shade
        return Ink(_stretched(np.maximum(depth, 0), plain.noise), dark_on_light)
    page = _Page(grey, coarse, _light(coarse, _ring(coarse.shape)) if light is None else light)
    return _without_glare(page, page.ink(dark_on_light))


@dataclass(frozen=True)
class _Page:
    """A picture, the same on a coarse grid, and the even part of the light on it there."""

    grey: Grey
    coarse: Grey
    light: Grey

    def ink(self, dark_on_light: bool, *, soft: bool = False) -> Ink:
        """What is darker, or lighter, than the paper; that may follow soft light, at the cost of very thick strokes."""
        paper = _paper(self.grey, self.coarse, self.light, dark_on_light, soft=soft)
        depth = (paper - self.grey if dark_on_light else self.grey - paper) * _gain(paper)
        ring = depth[_ring(depth.shape)]
        level = np.median(ring)
        noise = min(_spread(ring - level), 3 * _grain(self.grey))
        return Ink(_stretched(np.maximum(depth - level, 0), noise), dark_on_light)


def _without_glare(page: _Page, found: Ink) -> Ink:
    """Drop what fades out where a pen leaves an edge: a glare, or a shadow as narrow as a stroke.

    Where all is like that, the pen may have been of the other polarity; where a stroke joins it, a paper that follows
    soft light leaves the stroke.
    """
    faded = _faded(found.strength)
    if _is_most(faded, found.strength):
        other = page.ink(not found.dark_on_light)
        fades = _faded(other.strength)
        if other.strength[~fades].sum() > found.strength[~faded].sum():
            found, faded = other, fades
    if not faded.any():
        return found
    strength = np.where(faded, page.ink(found.dark_on_light, soft=True).strength, found.strength)
    strength = np.where(_faded(strength), np.float32(0), strength)
    speck = strength.sum() < SPECK
    return Ink(np.zeros_like(strength) if speck else strength, found.dark_on_light)


def _is_most(part: Mask, strength: Grey) -> bool:
    return bool(strength[part].sum() > 0.8 * strength.sum() > 0)


def _faded(strength: Grey) -> Mask:
    """The pieces whose edges are soft: within a short way from the rim, ink has lost less than ``SHARP``."""
    inked = strength > 0.3
    if max(strength.shape) < COARSE or not inked.any():
        return np.zeros_like(inked)
    pieces, count = ndimage.label(inked, NEIGHBOURS)
    reach = round(SHORT * max(strength.shape))
    lost = strength - ndimage.minimum_filter(strength, 2 * reach + 1, mode="nearest")
    rim = (strength > 0.5) & (ndimage.minimum_filter(strength, 3, mode="nearest") <= 0.5)
    around = np.bincount(pieces[rim], minlength=count + 1)
    faded = np.bincount(pieces[rim], lost[rim], count + 1) < SHARP * around
    faded[0] = False
    return np.asarray(grown(faded[pieces], reach) & ~(inked & ~faded[pieces]))


def _split(grey: Grey) -> Mask:
    """The lighter of the two shades into which Otsu's threshold parts a picture."""
    lifted = grey - grey.min()
    return np.asarray(lifted > _otsu(lifted))


def _may_be_cut_close(grey: Grey) -> bool:
    """Whether two shades part sharply, and not along one line, as light and shadow on blank paper do not."""
    lit = _split(grey)
    if max(grey.shape) < COARSE or lit.all() or not lit.any():
        return True
    border = lit & (ndimage.minimum_filter(lit.view(np.uint8), 3, mode="nearest") == 0)
    step = ndimage.maximum_filter(grey, 3, mode="nearest") - ndimage.minimum_filter(grey, 3, mode="nearest")
    apart = grey[lit].mean() - grey[~lit].mean()
    return bool(step[border].mean() > 0.4 * apart) and not _is_halved(lit)


def _lit(grey: Grey) -> Mask | None:
    """The lighter of two shades, where a picture has two that part clearly; None for light and shadow."""
    lifted = grey - grey.min()
    lit = lifted > _otsu(lifted)
    if lit.all() or not lit.any():
        return None
    apart = lifted[lit].mean() - lifted[~lit].mean()
    return lit if lit.mean() * (1 - lit.mean()) * apart**2 > TWO_SHADES * lifted.var() else None


def _is_cut_close(lit: Mask) -> bool:
    """Whether ink lies on the edges as it does where a sign was cut out, not as a shadow does."""
    share = _on_edges(lit).mean()
    ink = ~lit if share > 0.5 else lit
    if 2 * ndimage.distance_transform_edt(ink).max() > 2 * WIDEST * max(ink.shape):
        return False  # no stroke is so wide: it is the dark half of a page
    return bool(0 < min(share, 1 - share) < MOST_CUT) or (0 < share < 1 and _on_every_side(ink))


def _is_halved(lit: Mask) -> bool:
    """Whether a straight line parts light from dark, but for strokes on either side: the edge of a shadow or a table."""
    y, x = (np.linspace(-1, 1, length) for length in lit.shape)
    share = lit.mean()
    if not 0 < share < 1 or max(lit.shape) < COARSE:  # a small picture is no photograph
        return False
    # the direction in which the middles of both parts lie apart, if the parts are spread as a half-plane's are
    apart = [float((lit.mean(axis=1) - share) @ y), float((lit.mean(axis=0) - share) @ x)]
    along = (apart[0] * y[:, None] * lit.shape[0] + apart[1] * x * lit.shape[1]).ravel()
    ordered = lit.ravel()[np.argsort(along, kind="stable")]
    before = np.arange(1, ordered.size)
    gap = np.cumsum(ordered)[:-1] - share * before  # what the part before the line has more than its share
    told = np.max(gap**2 / (before * (ordered.size - before)))
    return bool(told > HALVED * share * (1 - share))


def _on_edges(mask: NDArray[Any]) -> NDArray[Any]:
    return np.concatenate([mask[0], mask[-1], mask[:, 0], mask[:, -1]])


def _on_every_side(ink: Mask) -> bool:
    """Whether ink comes near every side of the picture, as it does where a sign was cut out."""
    near = [max(1, round(NEAR * length)) for length in ink.shape]
    sides = (ink[: near[0]], ink[-near[0] :], ink[:, : near[1]], ink[:, -near[1] :])
    return all(side.any() for side in sides)


def _cut_close(grey: Grey, coarse: Grey, lit: Mask) -> Ink:
    """Ink of a sign cut out along its edge: most of the border is paper still, and shows the light on it."""
    dark_on_light = bool(_on_edges(lit).mean() > 0.5)
    on_paper = lit if dark_on_light else ~lit
    light = _light(coarse, on_paper)
    noise = _spread((coarse - light)[on_paper])
    height, width = grey.shape
    paper = _resized(light, height, width, Image.Resampling.BILINEAR)
    depth = paper - grey if dark_on_light else grey - paper
    strength = _stretched(np.maximum(depth, 0), noise)
    strength = np.where(_faded(strength), np.float32(0), strength)
    if _on_every_side(~on_paper):  # then it is no table top or shadow that runs off the page
        strength = np.pad(strength, 1 + max(grey.shape) // 20)
    return Ink(strength, dark_on_light)


def _nearer(grey: Grey, strength: Grey) -> Grey | None:
    """Cut a small sign out of a large picture, with paper around it; None if there is no need."""
    rows, columns = (np.flatnonzero(strength.any(axis=axis)) for axis in (1, 0))
    scale = max(grey.shape) / max(strength.shape)
    if scale < 1.3 or rows.size == 0 or max(np.ptp(rows), np.ptp(columns)) >= SMALLEST:
        return None
    margin = 0.5 * max(np.ptp(rows), np.ptp(columns)) + 4
    ends = [(span[0] - margin, span[-1] + 1 + margin) for span in (rows, columns)]
    return grey[tuple(slice(max(0, int(scale * start)), int(scale * stop) + 1) for start, stop in ends)]


def shrunk(grey: Grey, side: int) -> Grey:
    """Average a picture down until its longer side is at most ``side`` pixels; small ones stay as they are.

    Parameters
    ----------
    grey : float32 (h, w)
        A picture.
    side : int
        The longest side that is left as it is, in pixels.

    Returns
    -------
    float32 (h', w')
        Of the same proportions, each side at least 1.
    """
    longest = max(grey.shape)
    if longest <= side:
        return grey
    height, width = (max(1, round(length * side / longest)) for length in grey.shape)
    return _resized(grey, height, width, Image.Resampling.BOX)


def _resized(grey: Grey, height: int, width: int, way: Image.Resampling) -> Grey:
    return np.asarray(Image.fromarray(grey).resize((width, height), way))


def _ring(shape: tuple[int, ...]) -> Mask:
    ring = np.ones(shape, bool)
    margins = [max(1, round(RING * length)) for length in shape]
    ring[margins[0] : -margins[0], margins[1] : -margins[1]] = False
    return ring


@dataclass(frozen=True)
class _Plain:
    """Paper of one shade, and how far compression has moved it."""

    shade: float
    noise: float


def _plain(grey: Grey, dark_on_light: bool) -> _Plain | None:
    """Paper that has one shade, as a drawing program's has, also where JPEG has moved it a little; None for any other.

    The border tells, or, where a sign was cut out so close that ink runs along it, all that is not ink.
    """
    lifted = grey - grey.min()
    light = lifted > _otsu(lifted)
    parts = (grey[_ring(grey.shape)], grey[light if dark_on_light else ~light])
    for part in parts:
        shade = float(np.median(part))
        if np.mean(np.abs(part - shade) < 1e-6) > EVEN:
            return _Plain(shade, 0.0)
    if max(grey.shape) > COARSE:
        return None
    for part in parts:  # so small a picture has too few pixels of paper for the light on it to be followed
        shade = float(np.median(part))
        if np.mean(np.abs(part - shade) < COMPRESSED) > NEARLY_EVEN:
            return _Plain(shade, COMPRESSED / 4)
    return None


def _paper(grey: Grey, coarse: Grey, light: Grey, dark_on_light: bool, *, soft: bool = False) -> Grey:
    """Estimate the paper without the drawing, float32 (h, w).

    Strokes are filled in from their surroundings, by a closing (dark ink) or opening (light ink) wider than any
    stroke; what is left is paper, shadows and all. The even part of the light is taken off first, since a
    closing cannot follow a slope to the edge.
    """
    if min(grey.shape) < 20:
        return np.full_like(grey, np.median(grey[_ring(grey.shape)]))
    # the upper envelope of dark ink's paper is found for light ink too, on the negative
    sign = np.float32(1 if dark_on_light else -1)
    blurred = sign * ndimage.gaussian_filter(coarse, 0.6, mode="nearest")
    even = sign * light
    found = np.minimum(_filled(blurred), even + _filled(blurred - even))
    if soft:
        found = np.minimum(found, _bowls(blurred))
    found = ndimage.minimum_filter(found, 3, mode="nearest")
    height, width = grey.shape
    return sign * _resized(found, height, width, Image.Resampling.BILINEAR)


def _gain(paper: Grey) -> Grey:
    """By how much ink has lost its contrast to shadow: paper has lost as much of its light."""
    full = np.percentile(paper, 75) + 0.015
    return np.clip(full / np.maximum(paper + 0.015, 0.01), 1, SHADED).astype(np.float32)


def _filled(grey: Grey) -> Grey:
    """Fill what is darker than its surroundings and narrower than the widest stroke; edges of half a picture stay."""
    window = int(WIDEST * max(grey.shape))
    padded = np.pad(
        grey, window, mode="edge"
    )  # a closing by itself takes the paper beyond an edge for lighter
    closed = ndimage.grey_closing(padded, size=(window, window), mode="nearest")
    return np.asarray(closed[window:-window, window:-window])


def _bowls(grey: Grey) -> Grey:
    """A surface above a picture that bends up no more than ``SOFT``: it follows soft light, not strokes.

    It needs no detail, so it is found on a grid of half as many pixels a side.
    """
    small = shrunk(grey, max(1, max(grey.shape) // 2))
    reach = round(WIDEST * max(small.shape))
    bends = np.float32(4 * SOFT) * np.arange(-reach, reach + 1, dtype=np.float32) ** 2
    padded = np.pad(small, reach, mode="edge")
    for extreme, bend in ((np.max, -bends), (np.min, bends)):
        for _ in range(2):  # along rows, then along columns
            wide = np.pad(padded, ((0, 0), (reach, reach)), mode="edge")
            around = np.lib.stride_tricks.sliding_window_view(wide, 2 * reach + 1, axis=1)
            padded = extreme(around + bend, axis=2).T
    inner = padded[reach : padded.shape[0] - reach, reach : padded.shape[1] - reach]
    height, width = grey.shape
    return _resized(inner, height, width, Image.Resampling.BILINEAR)


def _spread(values: NDArray[np.floating]) -> float:
    """Return the standard deviation that the median absolute value implies: outliers hardly move it."""
    return 1.4826 * float(np.median(np.abs(values)))


def _grain(grey: Grey) -> float:
    """Noise as neighbours differ: a border full of ink does not mislead it, as it does the border's spread."""
    return _spread(np.diff(grey, axis=1)) / np.sqrt(2) if grey.shape[1] > 1 else 0.0


def _even_border(grey: Grey) -> float | None:
    """The shade of a picture's edges where they have exactly one, as a drawing program's paper has; None otherwise."""
    edges = _on_edges(grey)
    shade = float(np.median(edges))
    return shade if np.mean(np.abs(edges - shade) < 1e-6) > EVEN else None


def _stands_off(mark: Grey) -> bool:
    """Whether ink is dark, as it stands off farther from the paper than light and noise do: the cubes of both sides decide."""
    return bool(np.sum(mark.astype(np.float64) ** 3) < 0)


def _is_dark(grey: Grey) -> bool | None:
    """Whether the pen was darker than its paper, told from fine detail; None where that tells nothing.

    What a closing fills is dark and narrower than its window, what an opening takes off is light and narrower; the edge
    of a shadow is neither. Strokes are narrower than the paper between them, so the narrowest window decides in which
    one of both is large and twice the other.
    """
    found = []
    for window in sorted({2 * round(0.5 * share * max(grey.shape)) + 1 for share in WINDOWS} - {1}):
        size = (window, window)
        dark = np.square(ndimage.grey_closing(grey, size, mode="nearest") - grey).sum(dtype=float)
        light = np.square(grey - ndimage.grey_opening(grey, size, mode="nearest")).sum(dtype=float)
        found.append((float(dark), float(light)))
    most = max((max(dark, light) for dark, light in found), default=0.0)
    for dark, light in found:
        larger, smaller = max(dark, light), min(dark, light)
        large_and_clear = larger >= LARGE * most and larger >= 2 * smaller
        if large_and_clear or (larger >= LESS * most and larger >= CLEAR * smaller):
            return dark > light
    return None


def _light(grey: Grey, where: Mask) -> Grey:
    """Fit 1, x, y, x², xy, y² to a part by least squares, four times, each time without what stands off."""
    y, x = np.meshgrid(*(np.linspace(-1, 1, length) for length in grey.shape), indexing="ij")
    terms = np.stack([np.ones_like(x), x, y, x * x, x * y, y * y], axis=-1)
    design, values = terms[where], grey[where]
    rest = values - np.median(values)
    for _ in range(4):
        near = np.abs(rest) <= 2.5 * max(_spread(rest), 1 / 255)
        surface, *_ = np.linalg.lstsq(design[near], values[near], rcond=1e-3)
        rest = values - design @ surface
    return (terms @ surface).astype(np.float32)


def _stretched(depth: Grey, noise: float, left_out: int = 0) -> Grey:
    """Map paper to 0 and the pen's usual depth to 1; a picture without a pen becomes all zeros.

    ``left_out`` is how many more pixels there are, all of depth 0.
    """
    cut = _otsu(depth, left_out)
    inked = depth[depth > cut]
    if not inked.size or inked.mean() < max(FAINTEST, 4 * noise):
        return np.zeros_like(depth)
    full = inked.max()
    if (
        np.count_nonzero(inked == full) < 0.25 * inked.size + 1
    ):  # else that is the percentile, as of most drawings
        full = np.percentile(inked, 75)
    floor = min(2.5 * noise, 0.5 * cut)
    return np.clip((depth - floor) / (full - floor), 0.0, 1.0).astype(np.float32)


def _otsu(values: Grey, zeros: int = 0) -> float:
    """Return the threshold that parts values, and so many zeros, into two classes of least variance (Otsu, 1979)."""
    top = max(float(values.max()), 1e-6)
    counts = np.bincount((values * (BINS / top)).astype(np.uint8).ravel(), minlength=BINS + 1)
    counts[BINS - 1] += counts[BINS]  # the highest value
    counts = counts[:BINS]
    counts[0] += zeros
    below = np.cumsum(counts)[:-1]
    sums = np.cumsum(counts * (np.arange(BINS) + 0.5))
    share = below / (values.size + zeros)
    between = (sums[-1] * share - sums[:-1]) ** 2 / np.maximum(share * (1 - share), 1e-9)
    best = np.flatnonzero(between == between.max())
    return top * float(best[len(best) // 2] + 1) / BINS


def _without_dirt(strength: Grey) -> Grey:
    """Keep the strokes of the main sign; drop specks, marks far from it, and lines ruled across the page."""
    strength = _without_rules(strength)
    return _main_sign(
        strength, max(strength.shape) // 60
    )  # gaps in a faint pencil line, not gaps between signs


def _main_sign(strength: Grey, reach: int) -> Grey:
    """Keep the strokes of the main sign, over gaps of twice ``reach`` pixels."""
    inked = strength > 0.4
    labels, count = ndimage.label(grown(inked, reach), NEIGHBOURS)
    if count == 0:
        return np.zeros_like(strength)
    if count == 1:  # it is the sign
        return strength * grown(inked, 1 + reach)
    kept = _strokes(labels, strength * inked, count)
    return strength * grown(kept[labels] & inked, 1 + reach)


def grown(mask: Mask, reach: int) -> Mask:
    """Let what is inside reach so many pixels farther, also across corners.

    Parameters
    ----------
    mask : bool (h, w)
        Inside or not.
    reach : int
        In pixels.

    Returns
    -------
    bool (h, w)
    """
    for axis in (0, 1):
        done = 0
        while done < reach:  # a step may be one longer than what has grown, also at an edge
            step = min(done + 1, reach - done)
            wider = mask.copy()
            old, new = (mask, wider) if axis == 0 else (mask.T, wider.T)
            new[step:] |= old[:-step]
            new[:-step] |= old[step:]
            mask, done = wider, done + step
    return mask


def _strokes(labels: NDArray[np.int32], ink: Grey, count: int) -> Mask:
    """Say for every label whether it belongs to the main sign, (count + 1,).

    The main stroke has the most ink; what runs off the page counts a tenth, since shadows and table tops do, and what
    runs along an edge a fiftieth.
    Near it a piece belongs to it from a fortieth of its ink (the bar of a 5, a gap in a 7), farther off from
    a fifth, if it does not run off the page.
    """
    mass = np.bincount(labels.ravel(), ink.ravel(), count + 1)[1:]
    boxes = np.array([[(s.start, s.stop) for s in box] for box in ndimage.find_objects(labels)])
    ends = (boxes[:, :, 0] == 0) | (boxes[:, :, 1] == labels.shape)
    cut_off = ends.any(axis=1)
    along = (boxes[:, :, 1] - boxes[:, :, 0]) / labels.shape  # of the height, and of the width
    lies_along = (ends & (along[:, ::-1] > ALONG)).any(axis=1)  # it ends at an edge and runs along that edge
    weight = np.where(lies_along, 0.02, np.where(cut_off, 0.1, 1.0))
    first = np.argmax(weight * mass)
    main = boxes[first]
    reach = 0.25 * (main[:, 1] - main[:, 0]).max()
    gaps = np.maximum(boxes[:, :, 0] - main[:, 1], main[:, 0] - boxes[:, :, 1]).max(axis=1)
    share = mass / mass[first]
    kept = np.where(gaps <= reach, share >= 0.025, (share >= 0.2) & (gaps <= 4 * reach) & ~cut_off)
    if (
        not cut_off[first] and min(labels.shape) >= COARSE
    ):  # what lies beside is none of it, but a piece that nearly touches it
        kept &= ~cut_off | (~lies_along & (gaps <= NEARLY * max(labels.shape)))
    if min(labels.shape) >= COARSE:
        through = (boxes[:, :, 0] == 0) & (boxes[:, :, 1] == labels.shape)
        sides = through & (along[:, ::-1] < NARROW)  # from edge to opposite edge, and nowhere wide
        kept &= ~sides.any(axis=1)
    return np.concatenate([[False], kept])


def _without_rules(strength: Grey) -> Grey:
    """Rub out thin straight lines that run from edge to edge, except where a stroke crosses them."""
    if min(strength.shape) < 64:  # too coarse to tell a ruled line from the bar of a 7
        return strength
    rows, columns = _rules(strength), _rules(strength.T)  # both before either is gone: a box has four sides
    for band in rows:
        strength = _rubbed_out(strength, band.start - 1, band.stop + 1)
    for band in columns:
        strength = _rubbed_out(strength.T, band.start - 1, band.stop + 1).T
    return strength


def _rules(strength: Grey) -> list[slice]:
    """Thin bands of rows that are ink nearly from side to side."""
    bands, _ = ndimage.label(np.mean(strength > 0.3, axis=1) > 0.92)
    thickest = 0.03 * max(strength.shape)
    return [band for (band,) in ndimage.find_objects(bands) if band.stop - band.start <= thickest]


def _rubbed_out(strength: Grey, top: int, bottom: int) -> Grey:
    """Clear rows top to bottom but where ink goes on above and below."""
    above = strength[top - 1] if top > 0 else np.zeros_like(strength[0])
    below = strength[bottom] if bottom < len(strength) else np.zeros_like(strength[0])
    crossed = np.minimum(above, below) > 0.4
    cleared = strength.copy()
    cleared[max(top, 0) : bottom] *= crossed
    return cleared


def on_black(picture: NDArray[np.uint8]) -> Ink:
    """Ink of one sign on paper that is black, as the pad's is: nothing about light and paper has to be found out.

    Where the ink does not come near the edge it is what ``find_ink`` finds.

    Parameters
    ----------
    picture : uint8 (h, w)
        Light ink, up to 255, on exactly 0.

    Returns
    -------
    Ink
        The map has the shape of the averaged picture.
    """
    window = _window(picture) if 4 * max(picture.shape) == 5 * WORKING_SIDE else None
    if window is None:
        return Ink(_without_dirt(_stretched(shrunk(_levels(picture), WORKING_SIDE), 0.0)), False)
    strength = np.zeros([4 * side // 5 for side in picture.shape], np.float32)
    inner = tuple(slice(4 * side.start // 5, 4 * side.stop // 5) for side in window)
    height, width = strength[inner].shape
    small = _resized(_levels(picture[window]), height, width, Image.Resampling.BOX)
    bright = _stretched(small, 0.0, strength.size - small.size)
    strength[inner] = _main_sign(bright, max(strength.shape) // 60)
    return Ink(strength, False)


def all_on_black(picture: NDArray[np.uint8]) -> Ink:
    """All ink on paper that is black, as ``all_ink`` finds it on any paper.

    Parameters
    ----------
    picture : uint8 (h, w)
        Light ink, up to 255, on exactly 0.

    Returns
    -------
    Ink
        The map has the picture's shape, or is the part of it that has all ink, with paper around.
    """
    window = _window(picture)
    if window is None:
        return Ink(_without_rules(_stretched(_levels(picture), 0.0)), False)
    inner = _levels(picture[window])
    return Ink(_stretched(inner, 0.0, picture.size - inner.size), False)


def _levels(picture: NDArray[np.uint8]) -> Grey:
    return picture.astype(np.float32) / np.float32(255)


def _window(picture: NDArray[np.uint8]) -> tuple[slice, slice] | None:
    """Rows and columns with all ink and paper around it, whose ends are multiples of 5; None where ink comes near an edge,
    or reaches so far that it may be a ruled line.
    """
    ends = []
    for axis, side in enumerate(picture.shape):
        inked = np.flatnonzero(picture.any(axis=1 - axis))
        if not inked.size or inked[0] < PAPER or inked[-1] >= side - PAPER:
            return None
        ends.append(slice((inked[0] - PAPER) // 5 * 5, side - (side - 1 - inked[-1] - PAPER) // 5 * 5))
    return ends[0], ends[1]
