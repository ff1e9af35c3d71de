"""Tables, engine, unit of work, journal and migrations. Stores; decides nothing."""
