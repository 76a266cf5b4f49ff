"""A picture for a product that has no photograph: drawn from its id, its category and its name, the same every time."""

import re
from collections.abc import Callable
from hashlib import sha256
from uuid import UUID

from django.utils.html import format_html
from django.utils.safestring import mark_safe

# What XML 1.0 cannot hold, not even escaped, and what turns the order of the text around it.
_UNPRINTABLE = re.compile(
    "[^\t\n\r\x20-\x7e\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]|[\u202a-\u202e\u2066-\u2069]"
)


def draw_picture(product_id: UUID, name: str, category_id: UUID) -> str:
    """An SVG document: colours by the id, shapes by the category, the initials, and the name as its title.

    It shows nothing else, so that it changes only when the product itself does.
    """
    seed = sha256(product_id.bytes).digest()
    hue = int.from_bytes(seed[:2]) % 360
    motif = MOTIFS[sha256(category_id.bytes).digest()[0] % len(MOTIFS)]
    return format_html(
        '<svg xmlns="http://www.w3.org/2000/svg" width="400" height="400" viewBox="0 0 400 400" role="img" '
        'aria-labelledby="name">'
        '<title id="name">{name}</title>'
        '<defs><linearGradient id="sky" x2="1" y2="1"><stop stop-color="hsl({hue},70%,90%)"/>'
        '<stop offset="1" stop-color="hsl({second},65%,76%)"/></linearGradient></defs>'
        '<rect width="400" height="400" fill="url(#sky)"/>'
        '<g fill="hsl({third},60%,55%)" fill-opacity=".3" stroke="none">{shapes}</g>'
        '<text x="200" y="200" dy=".35em" text-anchor="middle" font-family="system-ui,sans-serif" font-size="120" '
        'font-weight="700" fill="hsl({hue},55%,22%)">{initials}</text></svg>',
        name=_UNPRINTABLE.sub("\ufffd", name),
        hue=hue,
        second=(hue + 40) % 360,
        third=(hue + 20 + seed[2] % 60) % 360,
        shapes=mark_safe(motif(seed[3:])),  # noqa: S308 - numbers, and nothing that somebody has written
        initials=initials(name),
    )


def initials(name: str) -> str:
    """The first letters or digits of the first two words that have one; "" when none has."""
    firsts = [next((each for each in word if each.isalnum()), "") for word in name.split()]
    return "".join(first.upper()[0] for first in firsts if first)[:2]


def _circles(seed: bytes) -> str:
    return "".join(
        f'<circle cx="{seed[3 * i] * 400 // 255}" cy="{seed[3 * i + 1] * 400 // 255}" r="{50 + seed[3 * i + 2] // 2}"/>'
        for i in range(5)
    )


def _rings(seed: bytes) -> str:
    x, y = (400 * (seed[0] & 1), 400 * (seed[1] & 1))
    rings = "".join(f'<circle cx="{x}" cy="{y}" r="{radius}"/>' for radius in range(90 + seed[2] % 40, 520, 80))
    hue = seed[3] * 360 // 256
    return f'<g fill="none" stroke="hsl({hue},60%,50%)" stroke-opacity=".35" stroke-width="34">{rings}</g>'


def _hills(seed: bytes) -> str:
    def hill(i: int) -> str:
        left, middle, right = (170 + 65 * i + seed[3 * i + j] // 4 for j in range(3))
        return (
            f'<path d="M0 {left}C100 {left - 90} 130 {middle + 90} 200 {middle}S320 {right - 90} 400 {right}V400H0Z"/>'
        )

    return "".join(hill(i) for i in range(3))


def _quarters(seed: bytes) -> str:
    return "".join(
        f'<path d="M0 0H100A100 100 0 0 1 0 100Z" transform="translate({100 * (i % 4) + 50},{100 * (i // 4) + 50})'
        f'rotate({90 * (seed[i] & 3)})translate(-50,-50)"/>'
        for i in range(16)
        if seed[i] & 12
    )


def _stripes(seed: bytes) -> str:
    bars = "".join(
        f'<rect x="{x}" y="-200" width="{12 + seed[x % 16] // 6}" height="800"/>' for x in range(-200, 600, 66)
    )
    return f'<g transform="rotate({20 + seed[0] // 2} 200 200)">{bars}</g>'


def _dots(seed: bytes) -> str:
    return "".join(
        f'<circle cx="{25 + 50 * (i % 8)}" cy="{25 + 50 * (i // 8)}" r="{4 + (seed[i % 16] + 29 * i) % 18}"/>'
        for i in range(64)
    )


MOTIFS: tuple[Callable[[bytes], str], ...] = (_circles, _rings, _hills, _quarters, _stripes, _dots)
