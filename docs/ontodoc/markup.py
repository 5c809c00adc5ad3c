"""HTML and SVG that is escaped unless it was made here."""

from __future__ import annotations

import html


class Html(str):
    """Text that is markup already."""

    __slots__ = ()


def escaped(value: str) -> Html:
    """Return *value* as markup: as it is where it is markup, else escaped."""
    return value if isinstance(value, Html) else Html(html.escape(value, quote=True))


def join(*parts: str, by: str = "") -> Html:
    """Return the parts one after the other, each escaped where it is plain text."""
    return Html(escaped(by).join(escaped(part) for part in parts))


def tag(name: str, *children: str, **attributes: str | None) -> Html:
    """Return an element; ``class_`` is class, ``aria_label`` is aria-label; an attribute that is None is left out."""
    written = "".join(
        f' {key.rstrip("_").replace("_", "-")}="{html.escape(value, quote=True)}"'
        for key, value in attributes.items()
        if value is not None
    )
    return Html(f"<{name}{written}>{join(*children)}</{name}>")
