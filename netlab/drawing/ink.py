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
TWO_SHADES = 0.8  # share of all variance that lies between two shades; light and shadow reach 0.75
BINS = 128  # shades that Otsu's threshold tells apart
FAINTEST = 0.03  # contrast below which a mark cannot be told from JPEG blocks
LARGE = 0.2  # of what the widest window finds: less may be noise
ALONG = 0.3  # share of an edge that a table top, a cloth or a page's border runs along
WINDOWS = (0.04, 0.075, 0.14, 0.23)  # of the longer side: from a hair to a stroke as thick as most pens make
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
    if not found.strength.any():
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
    if lit is not None and _is_cut_close(lit):
        return _cut_close(grey, coarse, lit)
    light = _light(coarse, _ring(coarse.shape))
    even = _even_border(grey)
    if even is not None:
        dark_on_light = float(grey.mean()) < even
    else:
        told = None if stands_off else _is_dark(coarse)
        dark_on_light = _stands_off(coarse - light) if told is None else told
    plain = _plain(grey, dark_on_light)
    paper = _paper(grey, coarse, light, dark_on_light) if plain is None else plain.shade
    depth = paper - grey if dark_on_light else grey - paper
    ring = depth[_ring(grey.shape)]
    level = np.median(ring) if plain is None else 0.0
    noise = min(_spread(ring - level), 3 * _grain(grey)) if plain is None else plain.noise
    strength = _stretched(np.maximum(depth - level, 0), noise)
    return Ink(strength, dark_on_light)


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


def _paper(grey: Grey, coarse: Grey, light: Grey, dark_on_light: bool) -> Grey:
    """Estimate the paper without the drawing, float32 (h, w).

    Strokes are filled in from their surroundings, by a closing (dark ink) or opening (light ink) wider than any
    stroke; what is left is paper, shadows and all. The even part of the light is taken off first, since a
    closing cannot follow a slope to the edge.
    """
    if min(grey.shape) < 20:
        return np.full_like(grey, np.median(grey[_ring(grey.shape)]))
    uneven = ndimage.gaussian_filter(coarse - light, 0.6, mode="nearest")
    fill = ndimage.grey_closing if dark_on_light else ndimage.grey_opening
    window = int(WIDEST * max(coarse.shape))
    filled = fill(uneven, size=(window, window), mode="nearest")
    smooth = ndimage.gaussian_filter(filled, window / 8, mode="nearest")
    height, width = grey.shape
    return _resized(light + smooth, height, width, Image.Resampling.BILINEAR)


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
        if max(dark, light) >= LARGE * most and max(dark, light) >= 2 * min(dark, light):
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


def _stretched(depth: Grey, noise: float) -> Grey:
    """Map paper to 0 and the pen's usual depth to 1; a picture without a pen becomes all zeros."""
    cut = _otsu(depth)
    inked = depth > cut
    if not inked.any() or depth[inked].mean() < max(FAINTEST, 4 * noise):
        return np.zeros_like(depth)
    full = np.percentile(depth[inked], 75)
    floor = min(2.5 * noise, 0.5 * cut)
    return np.clip((depth - floor) / (full - floor), 0.0, 1.0).astype(np.float32)


def _otsu(values: Grey) -> float:
    """Return the threshold that parts values into two classes of least variance (Otsu, 1979)."""
    top = max(float(values.max()), 1e-6)
    counts = np.bincount((values * (BINS / top)).astype(np.intp).clip(0, BINS - 1).ravel(), minlength=BINS)
    below = np.cumsum(counts)[:-1]
    sums = np.cumsum(counts * (np.arange(BINS) + 0.5))
    share = below / values.size
    between = (sums[-1] * share - sums[:-1]) ** 2 / np.maximum(share * (1 - share), 1e-9)
    best = np.flatnonzero(between == between.max())
    return top * float(best[len(best) // 2] + 1) / BINS


def _without_dirt(strength: Grey) -> Grey:
    """Keep the strokes of the main sign; drop specks, marks far from it, and lines ruled across the page."""
    strength = _without_rules(strength)
    reach = max(strength.shape) // 60  # gaps in a faint pencil line, not gaps between signs
    inked = strength > 0.4
    labels, count = ndimage.label(_grown(inked, reach), NEIGHBOURS)
    if count == 0:
        return np.zeros_like(strength)
    kept = _strokes(labels, strength * inked, count)
    return strength * _grown(kept[labels] & inked, 1 + reach)


def _grown(mask: Mask, reach: int) -> Mask:
    return np.asarray(ndimage.maximum_filter(mask.view(np.uint8), size=2 * reach + 1)).view(bool)


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
