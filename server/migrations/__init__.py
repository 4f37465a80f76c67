"""The tables of short links, one step at a time; a step that was released is never edited."""
