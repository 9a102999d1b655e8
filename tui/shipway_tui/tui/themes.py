"""Themes of our own, beside Textual's: one without any colour."""

from textual.theme import Theme

#: Grey on black: every state has its glyph and its word, the cursor is reversed.
MONOCHROME = Theme(
    name="monochrome",
    primary="#a0a0a0",
    secondary="#a0a0a0",
    accent="#ffffff",
    warning="#d0d0d0",
    error="#ffffff",
    success="#d0d0d0",
    foreground="#d8d8d8",
    background="#000000",
    surface="#101010",
    panel="#202020",
    boost="#1a1a1a",
    dark=True,
    variables={"block-cursor-foreground": "#000000", "block-cursor-background": "#ffffff"},
)
THEMES = (MONOCHROME,)
