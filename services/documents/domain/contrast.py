"""Contrast of two colours (WCAG 2.1, relative luminance, contrast ratio): from 1, the same, to 21, black on white."""

PAPER = "#ffffff"
# The lightest grey in which the shipped templates write.
FAINTEST_INK = "#555555"
READABLE = 4.5


def contrast(one: str, other: str) -> float:
    """The ratio of two colours written `#rrggbb`."""
    lighter, darker = sorted((_luminance(one), _luminance(other)), reverse=True)
    return (lighter + 0.05) / (darker + 0.05)


def _luminance(colour: str) -> float:
    red, green, blue = (_linear(int(colour[at : at + 2], 16) / 255) for at in (1, 3, 5))
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def _linear(channel: float) -> float:
    return channel / 12.92 if channel <= 0.04045 else ((channel + 0.055) / 1.055) ** 2.4
