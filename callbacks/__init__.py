"""Where every outside signal enters: clicks, the live feed, REST and the timed jobs."""
