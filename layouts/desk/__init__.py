"""The desk 坐席: one line of work from the queue over the map to the case and its one button."""
