"""The keys that every list has, behind the keys of its own."""

from textual.binding import Binding, BindingType

LIST_KEYS: list[BindingType] = [
    Binding("slash", "filter", "Filter", id="list.filter", tooltip="Filter the list"),
    Binding("S", "sort", "Sort", show=False, id="list.sort",
            tooltip="Sort by a column; the same one again turns round"),
    Binding("v", "views", "Views", show=False, id="list.views",
            tooltip="Choose a saved view"),
    Binding("V", "save_view", "Save view", show=False, id="list.save_view",
            tooltip="Keep this filter and sort under a name"),
    Binding("space", "mark", "Mark", show=False, id="list.mark",
            tooltip="Mark the row, to act on several"),
    Binding("ctrl+a", "mark_all", "Mark all", show=False, id="list.mark_all",
            tooltip="Mark all rows that are shown, or none"),
    Binding("y", "copy", "Copy", show=False, id="list.copy",
            tooltip="Copy what names the row"),
    Binding("Y", "copy_other", "Copy ...", show=False, id="list.copy_other",
            tooltip="Choose what to copy"),
    Binding("O", "browse", "Open link", show=False, id="list.browse",
            tooltip="Open the row's link in the browser"),
    Binding("r,f5", "refresh", "Refresh", show=False, id="list.refresh", tooltip="Read afresh"),
    Binding("escape", "back", "Back", show=False, id="list.back",
            tooltip="Away with the marks, the filter, then this view"),
]  # fmt: skip
